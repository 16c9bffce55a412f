/** The types of a step as a Run walks it, and of the dependent that it may observe. */

import type { KubeObject, ObjectRef, ResourceKind, WriteVerb } from "../model/mod.ts";
import type { ChangeContext, StepContext } from "./context.ts";

/** A step as a Run walks it, without the types of its data. */
export type StepDefinition<R extends KubeObject = KubeObject> =
  | {
    readonly type: "observe";
    readonly name: string;
    readonly run: (context: StepContext<R>, data: unknown) => unknown;
    /** The dependent that it observes, if it does. */
    readonly dependent?: PlannedDependent<R>;
  }
  | {
    readonly type: "change";
    readonly name: string;
    readonly run: (context: ChangeContext<R>, data: unknown) => unknown;
    /** What it may write, if it ensures a dependent; otherwise nobody knows. */
    readonly ensures?: EnsuredDependent;
  }
  | { readonly type: "join"; readonly name: string; readonly branches: readonly BranchDefinition<R>[] };

/** A branch of a join, as a Run walks it, without the types of its data. */
export interface BranchDefinition<R extends KubeObject = KubeObject> {
  /** The branch's name. */
  readonly name: string;
  /** The branch's function. */
  readonly run: (context: StepContext<R>, data: unknown) => unknown;
}

/** A dependent that a step is about, and how its changes lead to the object that is to be run. */
export interface PlannedDependent<R extends KubeObject> {
  /** The kind of the dependent. */
  readonly kind: ResourceKind;
  /**
   * The name and labels that identify the dependent of an owner, if it cannot have an owner reference; `undefined` if it has
   * one.
   *
   * @param owner The object that the plan is about.
   */
  tieTo(owner: R): DependentTie | undefined;
  /** Whether there can be dependents without an owner reference. */
  readonly isTied: boolean;
}

/** The name and labels that identify a dependent without an owner reference. */
export interface DependentTie {
  /** The dependent's namespace and name. */
  readonly ref: ObjectRef;
  /** The labels that it has, as have all dependents of this component. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What ensuring a dependent may write. */
export interface EnsuredDependent {
  /** The kind of the dependent. */
  readonly kind: ResourceKind;
  /** The verbs by which it may be written. */
  readonly verbs: readonly WriteVerb[];
  /** Whether an object without a controller may be made the dependent. */
  readonly adopts: boolean;
  /** Whether there can be dependents without an owner reference. */
  readonly isTied: boolean;
  /** Whether they may be in other namespaces than their owner. */
  readonly mayLeave: boolean;
}
