/** Changes: what a step asks for, as a value. Nothing happens until a Run performs it. */

import type { Draft, KubeObject, ObjectRef, ResourceKind } from "../model/mod.ts";
import { brandOf, describeObject, isBranded } from "../model/mod.ts";
import { StepDefinitionError } from "./errors.ts";

const CHANGE = brandOf("Change");

/** How many Changes have been made of which nobody has said by {@link madeSince} whose they are. */
let made = 0;

/** What {@link madeSince} is to be asked with, before a function is called. */
export function beginCount(): number {
  return made;
}

/**
 * Whether a Change has been made since. To be asked as soon as the function has returned, or has thrown: of an async one,
 * what it made until it first waited is known. Later nobody can tell whose a Change is, as others go on meanwhile. What was
 * made is this function's, and of none that it was called by: a step that calls the steps of another plan made none of these.
 */
export function madeSince(begin: number): boolean {
  const hasMade = made !== begin;
  made = begin;
  return hasMade;
}

/**
 * One operation of a JSON patch (RFC 6902). The API server compares the value of a `test` as it is spelled, and spells `<`, `>`
 * and `&` in another way: a test of a text with one of these is never met.
 */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** What a removal insists on; the API server refuses when the object is another one by now. */
export interface Preconditions {
  /** The object's UID: not another one of that name. */
  readonly uid?: string;
  /** The object's version: not changed since. */
  readonly resourceVersion?: string;
}

/** The object that a patch was decided on: no other one of its name is to be patched. */
export interface PatchBasis {
  /** Its UID. */
  readonly uid: string;
  /** The object, as it was read; `undefined` when only its UID is known. */
  readonly object: KubeObject | undefined;
}

/** What happens to the dependents of what is removed. */
export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

/** The operation that a change stands for. A union to be matched in one exhaustive `switch`. */
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
    /** Told of the API server's answer, before the Run ends. Must not throw. */
    readonly answered?: (object: KubeObject) => void;
  }
  | {
    readonly verb: "patch";
    readonly kind: ResourceKind;
    readonly target: ObjectRef;
    readonly type: "merge" | "json" | "strategic";
    readonly body: unknown;
    readonly subresource: string | undefined;
    /** What the patch was decided on; when it is absent, whatever has the name is patched. */
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

/** Work outside Kubernetes. It gets a signal that is aborted at the step's timeout and at shutdown. */
export type PerformAction<Result> = (signal: AbortSignal) => Result | Promise<Result>;

/**
 * One thing that must change. Returned by a step of `.change()`; the framework performs it and ends the Run.
 *
 * @typeParam Result What comes back when it is performed: the stored object, or what `perform`'s action returned.
 * @typeParam Status The status that {@link Change.withStatus} writes; `never` when it writes none.
 */
export class Change<Result = unknown, Status = never> {
  /** Carries the type of the status; never there at run time. */
  declare readonly statusType: Status;
  /** The operation. */
  readonly operation: Operation;
  /** Makes the status that is written after it, of the result; `undefined` when none is. */
  readonly status: ((result: unknown) => unknown) | undefined;
  /** Changes that are made after it and may fail. */
  readonly extras: readonly Change[];

  /** Not for users: `create`, `apply`, `patch`, `replace`, `remove` and `perform` make changes. */
  constructor(operation: Operation, status?: (result: unknown) => unknown, extras: readonly Change[] = []) {
    this.operation = operation;
    this.status = status;
    this.extras = extras;
    Object.freeze(this);
    made++;
  }

  static {
    Object.defineProperty(this.prototype, CHANGE, { value: true });
  }

  /**
   * Also writes the object's own status, after the change: the fields given, and no others; `null` removes one. Best effort:
   * when it fails, also because no object was given, that is logged and counted, and the Run is Modified all the same. Nothing
   * may rely on it; a status that a later step needs is set by a step of its own, with `setStatus`.
   */
  withStatus<S>(status: S | ((result: Result) => S)): Change<Result, S> {
    if (this.operation.verb === "setStatus") {
      throw new StepDefinitionError("Cannot add withStatus to setStatus as the status is written once: merge the two");
    }
    const write = typeof status === "function" ? status as (result: unknown) => S : () => status;
    return new Change<Result, S>(this.operation, write, this.extras);
  }

  /**
   * Also tries another change, after this one. Best effort, as with `withStatus`: it is allowed to fail, and nothing may
   * rely on it. Use with care: it bends the rule of one change a Run.
   */
  alsoTry(change: Change<unknown, never>): Change<Result, Status> {
    if (change.status || change.extras.length > 0) {
      throw new StepDefinitionError(
        "Cannot use a change that has extras of its own in alsoTry: add them to the first change",
      );
    }
    return new Change<Result, Status>(this.operation, this.status, [...this.extras, change]);
  }

  /** What the change does, for people: `create Secret default/foo`. Never holds data of the object. */
  toString(): string {
    try {
      return describeOperation(this.operation);
    } catch {
      // What it is about is not an object as it should be. It is refused when it is performed, in better words.
      return this.operation.verb;
    }
  }
}

/** Whether a value is a Change; also one of another copy of the module. */
export function isChange(value: unknown): boolean {
  return isBranded(value, CHANGE);
}

/** Any change, whatever its result and status. */
export type AnyChange = Change<unknown, unknown>;

/** What an operation does, for people. */
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
