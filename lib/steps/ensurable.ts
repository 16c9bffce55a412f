/** What brings steps of its own to a plan: `.ensure(…)` takes it. */

import type { KubeObject, ObjectRef, ResourceKind } from "../model/mod.ts";
import type { StepDefinition } from "./steps.ts";

/** When what is ensured is not wanted, and so removed. */
export interface RemoveWhen<R extends KubeObject> {
  /** Of the Run's object: whether there shall be none. */
  removeWhen: (object: R) => boolean;
}

/** A dependent that a step is about: how a change of it finds the object that is to be run. */
export interface PlannedDependent<R extends KubeObject> {
  /** Its kind. */
  readonly kind: ResourceKind;
  /**
   * Where it is, and which labels find it, for an owner that no owner reference leads to; `undefined` when one does.
   *
   * @param owner The object that the plan is about.
   */
  tieTo(owner: R): DependentTie | undefined;
  /** Whether there can be owners that no owner reference leads to. */
  readonly isTied: boolean;
}

/** Where a dependent is, and which labels find it. */
export interface DependentTie {
  /** Its place. */
  readonly ref: ObjectRef;
  /** The labels that find it and its like. */
  readonly labels: Readonly<Record<string, string>>;
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
