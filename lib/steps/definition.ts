/** A step as a Run walks it, and the dependent that it may be about. Only types. */

import type { KubeObject, ObjectRef, ResourceKind } from "../model/mod.ts";
import type { ChangeContext, StepContext } from "./context.ts";

/** A step as a Run walks it; types of data are no longer known here. */
export type StepDefinition<R extends KubeObject = KubeObject> =
  | {
    readonly type: "observe";
    readonly name: string;
    readonly run: (context: StepContext<R>, data: unknown) => unknown;
    /** What it looks at, when that is a dependent. */
    readonly dependent?: PlannedDependent<R>;
  }
  | {
    readonly type: "change";
    readonly name: string;
    readonly run: (context: ChangeContext<R>, data: unknown) => unknown;
  }
  | { readonly type: "join"; readonly name: string; readonly branches: readonly BranchDefinition<R>[] };

/** A branch of a join, as a Run walks it. */
export interface BranchDefinition<R extends KubeObject = KubeObject> {
  /** The branch's name. */
  readonly name: string;
  /** The branch's function. */
  readonly run: (context: StepContext<R>, data: unknown) => unknown;
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
