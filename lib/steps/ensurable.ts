/** What brings steps of its own to a plan: `.ensure(…)` takes it. */

import type { KubeObject } from "../model/mod.ts";
import type { StepDefinition } from "./definition.ts";

/** When what is ensured is not wanted, and so removed. */
export interface RemoveWhen<R extends KubeObject> {
  /** Of the Run's object: whether there shall be none. */
  removeWhen: (object: R) => boolean;
}

/**
 * Something that a plan can ensure, by steps of its own. A component is one.
 *
 * @typeParam R The object that the plan is about.
 * @typeParam Options What says how it is ensured.
 * @typeParam Out What its steps hand on.
 */
export interface Ensurable<R extends KubeObject, Options, Out> {
  /** Carries the types; never there at run time. */
  readonly ensures?: (object: R, options: Options) => Out;
  /**
   * Its steps. The last one hands on what is ensured, or `undefined` when that is removed.
   *
   * @param options How it is ensured.
   */
  stepsFor(options?: Options | (Options & RemoveWhen<R>)): readonly StepDefinition<R>[];
}
