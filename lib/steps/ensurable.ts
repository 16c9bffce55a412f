/** What `.ensure(…)` accepts: something that brings its own steps to a plan, such as a component. */

import type { KubeObject } from "../model/mod.ts";
import type { StepDefinition } from "./definition.ts";

/** The option that removes what is ensured. */
export interface RemoveWhen<R extends KubeObject> {
  /** Whether it is to be removed, for the Run's object. */
  removeWhen: (object: R) => boolean;
}

/**
 * Something that a plan can ensure with steps of its own, such as a component.
 *
 * @typeParam R The type of the object that the plan is about.
 * @typeParam Options The options of `.ensure(…)`.
 * @typeParam Out The data that its last step returns.
 */
export interface Ensurable<R extends KubeObject, Options, Out> {
  /** Carries the types; absent at run time. */
  readonly ensures?: (object: R, options: Options) => Out;
  /**
   * Makes the steps. The last one returns what is ensured, or `undefined` if that is removed.
   *
   * @param options The options of `.ensure(…)`.
   */
  stepsFor(options?: Options | (Options & RemoveWhen<R>)): readonly StepDefinition<R>[];
}
