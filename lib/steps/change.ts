/** Changes: values that say what a step wants to be done. Nothing happens until a Run performs one. */

import type { Draft, KubeObject, ObjectRef, ResourceKind } from "../model/mod.ts";
import { brandOf, describeObject, isBranded } from "../model/mod.ts";
import { StepDefinitionError } from "./errors.ts";

const CHANGE = brandOf("Change");

/** How many Changes have been made that {@link madeSince} has not yet attributed to a function. */
let made = 0;

/** Starts counting Changes, before a function is called. @returns The argument for {@link madeSince}. */
export function beginCount(): number {
  return made;
}

/**
 * Whether a Change has been made since {@link beginCount}. Call it as soon as the function has returned or thrown. Of an async
 * function, only the Changes before its first `await` are counted: later ones could be those of other functions that run
 * meanwhile. Counted Changes belong to this function only, not to its callers: a step that calls steps of another plan made
 * none.
 */
export function madeSince(begin: number): boolean {
  const hasMade = made !== begin;
  made = begin;
  return hasMade;
}

/**
 * One operation of a JSON patch (RFC 6902). Caution: the API server compares the value of a `test` in its JSON encoding, which
 * escapes `<`, `>` and `&`. So a `test` of a string with one of these always fails.
 */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** Conditions of a removal. If one does not hold, the API server refuses with a conflict. */
export interface Preconditions {
  /** The UID that the object must have: protects a later object with the same name. */
  readonly uid?: string;
  /** The resource version that the object must have: protects an object that was changed since. */
  readonly resourceVersion?: string;
}

/** The object that a patch was decided on. A later object with the same name must not be patched. */
export interface PatchBasis {
  /** The object's UID. */
  readonly uid: string;
  /** The object as it was read; `undefined` if only its UID is known. */
  readonly object: KubeObject | undefined;
}

/** What happens to the dependents of a removed object: see Kubernetes' `propagationPolicy`. */
export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

/** What a Change does. Match it by `verb` in an exhaustive `switch`. */
export type Operation =
  | {
    readonly verb: "create";
    readonly kind: ResourceKind;
    readonly object: Draft<KubeObject>;
    readonly owned: boolean;
  }
  | {
    readonly verb: "apply";
    readonly kind: ResourceKind;
    readonly object: Draft<KubeObject>;
    readonly owned: boolean;
    readonly force: boolean;
    readonly fieldManager: string | undefined;
    /** Called with the API server's answer before the Run ends. Must not throw. */
    readonly answered?: (object: KubeObject) => void;
  }
  | {
    readonly verb: "patch";
    readonly kind: ResourceKind;
    readonly target: ObjectRef;
    readonly type: "merge" | "json" | "strategic";
    readonly body: unknown;
    readonly subresource: string | undefined;
    /** What the patch was decided on; without it, whatever object has the name is patched. */
    readonly decidedOn?: PatchBasis | undefined;
  }
  | {
    readonly verb: "replace";
    readonly kind: ResourceKind;
    readonly object: KubeObject;
    readonly subresource: string | undefined;
  }
  | {
    readonly verb: "remove";
    readonly kind: ResourceKind;
    readonly target: ObjectRef;
    readonly preconditions: Preconditions;
    readonly propagation: PropagationPolicy;
  }
  | { readonly verb: "setStatus"; readonly status: unknown }
  | { readonly verb: "perform"; readonly name: string; readonly action: PerformAction<unknown> };

/** Work outside of Kubernetes. Its signal is aborted at the step's timeout and at shutdown. */
export type PerformAction<Result> = (signal: AbortSignal) => Result | Promise<Result>;

/**
 * One change that a step of `.change()` asks for by returning it. The framework performs it and ends the Run.
 *
 * @typeParam Result The result of performing it: the stored object, or what `perform`'s action returned.
 * @typeParam Status The status that {@link Change.withStatus} writes; `never` if it writes none.
 */
export class Change<Result = unknown, Status = never> {
  /** Carries the type of the status; absent at run time. */
  declare readonly statusType: Status;
  /** What the change does. */
  readonly operation: Operation;
  /** Makes the status that is written afterwards, from the result; `undefined` if none is written. */
  readonly status: ((result: unknown) => unknown) | undefined;
  /** Changes that are tried afterwards, best effort: see {@link alsoTry}. */
  readonly bestEffort: readonly Change[];

  /** Not for users: changes are made by `create`, `apply`, `patch`, `replace`, `remove` and `perform`. */
  constructor(operation: Operation, status?: (result: unknown) => unknown, bestEffort: readonly Change[] = []) {
    this.operation = operation;
    this.status = status;
    this.bestEffort = bestEffort;
    Object.freeze(this);
    made++;
  }

  static {
    Object.defineProperty(this.prototype, CHANGE, { value: true });
  }

  /**
   * Also writes fields of the object's own status after the change, best effort: a failure is logged and counted, and the Run
   * is Modified all the same. Only the given fields are written; `null` removes a field. Nothing may rely on this: a status
   * that a later step needs is set by a step of its own, with `setStatus`.
   */
  withStatus<S>(status: S | ((result: Result) => S)): Change<Result, S> {
    if (this.operation.verb === "setStatus") {
      throw new StepDefinitionError("Cannot add withStatus to setStatus as the status is written once: merge the two");
    }
    const write = typeof status === "function" ? status as (result: unknown) => S : () => status;
    return new Change<Result, S>(this.operation, write, this.bestEffort);
  }

  /**
   * Also tries another change after this one, best effort: a failure is logged and counted, and the Run is Modified all the
   * same. Nothing may rely on it. Use it with care: it bends the rule of one change per Run.
   */
  alsoTry(change: Change<unknown, never>): Change<Result, Status> {
    if (change.status || change.bestEffort.length > 0) {
      throw new StepDefinitionError(
        "Cannot use a change in alsoTry as it has a withStatus or an alsoTry of its own: add these to the first change",
      );
    }
    return new Change<Result, Status>(this.operation, this.status, [...this.bestEffort, change]);
  }

  /** Describes the change: `create Secret default/foo`. Never contains data of the object. */
  toString(): string {
    try {
      return describeOperation(this.operation);
    } catch {
      // The object is malformed. Performing the change will refuse it with a better error.
      return this.operation.verb;
    }
  }
}

/** Whether a value is a Change; also one of another copy of this module. */
export function isChange(value: unknown): boolean {
  return isBranded(value, CHANGE);
}

/** Any change, whatever its result and status. */
export type AnyChange = Change<unknown, unknown>;

/** Describes an operation: `create Secret default/foo`. */
export function describeOperation(operation: Operation): string {
  switch (operation.verb) {
    case "create":
    case "apply":
    case "replace":
      return `${operation.verb} ${describeObject(operation.kind, operation.object.metadata)}`;
    case "patch":
      return `patch ${operation.subresource ? `${operation.subresource} of ` : ""}${
        describeObject(operation.kind, operation.target)
      }`;
    case "remove":
      return `remove ${describeObject(operation.kind, operation.target)}`;
    case "setStatus":
      return "set the status";
    case "perform":
      return `perform ${operation.name}`;
  }
}
