/** The performer: the only place in the module that writes to the cluster. Each Run has one, and it makes one change. */

import { deepFreeze, describeObject, type KubeObject, type ObjectRef, type ResourceKind } from "../../model/mod.ts";
import { type AnyChange, describeOperation, type Operation, StepContractError } from "../../steps/mod.ts";
import { shownValue } from "../../time/mod.ts";
import { checkDeclared, type ObjectOperation, type PlacedWrite, UndeclaredWriteError } from "./declared_writes.ts";
import type { RunOwner } from "./draft.ts";
import { isFinalizing } from "./finalizer.ts";
import { hasUnsafeNumber, isJsonObject, type JsonObject, storedForm } from "../json/mod.ts";
import { exactReplacement } from "./exact_replacement.ts";
import { send, type Transport } from "../request/mod.ts";
import { type StatusDifference, statusDifference } from "./status_difference.ts";
import { goneBy, isAlreadyGone, leavesDoubt, mayArrive, outcomeOf } from "./write_outcome.ts";
import { completeOperation, isRunObject, refOf, statusPatch, toRequest } from "./write_request.ts";
import type { SeenOfKind, WriteListener, WriteResult } from "./write_result.ts";

/** What may be written of the Run's object without a declaration. */
export interface ImpliedWrites {
  /** Its status, because its kind has one. */
  readonly status: boolean;
  /** A finalizer, because there is a cleanup. */
  readonly finalizer: boolean;
}

const ALL_IMPLIED: ImpliedWrites = { status: true, finalizer: true };

/** What a performer needs. */
export interface PerformerOptions {
  /** Performs the writes. */
  readonly transport: Transport;
  /** The field manager of the writes: the controller's name. */
  readonly fieldManager: string;
  /** The object of the Run, as the Run sees it. */
  readonly owner: RunOwner;
  /** The kinds whose objects get the Run's object as controller owner. */
  readonly owns: readonly ResourceKind[];
  /** Everything that may be written, besides what is implied. */
  readonly allowed: readonly PlacedWrite[];
  /**
   * Whether the Run's object may get a status although `allowed` does not have it, and whether a finalizer.
   * @default {both}
   */
  readonly implied?: ImpliedWrites | undefined;
  /** Ends a write under way, at the step's timeout and at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Called after each write. */
  readonly onWrite?: WriteListener | undefined;
  /** Called if the API server stored nothing of what `setStatus` asked for. */
  readonly onStatusRefused?: ((difference: StatusDifference) => void) | undefined;
  /**
   * Whether an object of a kind may exist whose generated name nobody knows, and for which the Run has not looked. Then
   * no further object with a generated name is created.
   */
  readonly isUnseen?: ((kind: ResourceKind) => boolean) | undefined;
  /** An object as the Run sees it, if it is known. It shows which writes changed nothing. */
  readonly known?: ((kind: ResourceKind, ref: ObjectRef) => KubeObject | undefined) | undefined;
  /** How much of a kind has been seen, if anything. */
  readonly seen?: ((kind: ResourceKind) => SeenOfKind | undefined) | undefined;
}

type CreateOperation = Extract<ObjectOperation, { verb: "create" }>;
type ReplaceOperation = Extract<ObjectOperation, { verb: "replace" }>;
type PerformOperation = Extract<Operation, { verb: "perform" }>;

/** A performed change. */
export interface Performed {
  /** The object in the API server's answer, frozen; the result of `perform`'s action; `undefined` for a removal. */
  readonly result: unknown;
  /** False if nothing changed: the API server stored nothing new, or the object to remove was already gone. */
  readonly hadEffect: boolean;
  /** The change, for people: `create Secret default/foo`. */
  readonly description: string;
}

/** Performs the one change of a Run, and then its best-effort changes. */
export interface Performer {
  /**
   * Performs the one change of the Run.
   *
   * @param change The change.
   * @param difference What a new status changes, if it is known already.
   * @throws {StepContractError} If the Run has already made its change, or would create an object that may exist.
   * @throws {UndeclaredWriteError} If the controller does not declare this write.
   * @throws {TypeError} If the change is invalid in itself.
   * @throws {ApiError} If the API server refuses it.
   * @throws {ConnectionError} If the API server does not answer.
   */
  perform(change: AnyChange, difference?: StatusDifference): Promise<Performed>;
  /** Performs a best-effort change after the one change. The caller handles failures. Throws like `perform`. */
  bestEffort(change: AnyChange): Promise<Performed>;
  /** Merges fields into the status of the Run's object, best effort, after the one change. Throws like `perform`. */
  bestEffortStatus(status: unknown): Promise<Performed>;
}

/** Creates the performer of a Run. */
export function createPerformer(options: PerformerOptions): Performer {
  return new RunPerformer(options);
}

/** A class, because each Run has one: closures would be created for each. */
class RunPerformer implements Performer {
  readonly #options: PerformerOptions;
  #change: AnyChange | undefined;
  /** The Run's object after the change, which may have changed it. */
  #owner: RunOwner;

  constructor(options: PerformerOptions) {
    this.#options = options;
    this.#owner = options.owner;
  }

  async perform(change: AnyChange, difference?: StatusDifference): Promise<Performed> {
    if (this.#change) {
      throw new StepContractError(`Cannot ${change} as this Run has already made its one change: ${this.#change}`);
    }
    this.#change = change;
    const performed = await performOperation(this.#options, change, difference);
    this.#owner = newestOf(this.#owner, performed.result);
    return performed;
  }

  async bestEffort(change: AnyChange): Promise<Performed> {
    this.#assertAfterChange();
    return await performOperation(this.#options, change);
  }

  async bestEffortStatus(status: unknown): Promise<Performed> {
    this.#assertAfterChange();
    const owner = this.#owner;
    const fields = statusFields(
      status,
      () => `write the status of ${describeObject(owner.kind, owner.object.metadata)}`,
    );
    const operation = statusPatch(owner, fields);
    checkStatus(this.#options, operation);
    return await write(this.#options, operation);
  }

  #assertAfterChange(): void {
    if (this.#change) return;
    throw new StepContractError("Cannot make a best-effort change as the Run has not had its one change");
  }
}

/** The Run's object as the answer shows it, if the answer is that object. */
function newestOf(owner: RunOwner, result: unknown): RunOwner {
  const object = result as Partial<KubeObject> | null | undefined;
  const isOwn = object?.metadata?.uid === owner.object.metadata.uid && object?.kind === owner.kind.kind;
  return isOwn ? { ...owner, object: object as KubeObject } : owner;
}

/** Not async, because the promise of the write is enough. Throws synchronously if the change itself is invalid. */
function performOperation(
  options: PerformerOptions,
  change: AnyChange,
  difference?: StatusDifference,
): Promise<Performed> {
  const { operation } = change;
  switch (operation.verb) {
    case "perform":
      return act(operation, options.signal, change);
    case "setStatus":
      return setStatus(options, difference ?? differenceOf(options.owner, operation.status));
    default: {
      const complete = completeOperation(operation, options.owner, options.owns);
      const { finalizer } = options.implied ?? ALL_IMPLIED;
      if (!finalizer || !isFinalizing(change)) checkDeclared(complete, options.allowed, options.owner.kind);
      if (complete.verb === "create") checkSeen(complete, options);
      const exact = complete.verb === "replace" ? withExactNumbers(options, complete) : complete;
      const written = write(options, exact);
      return complete.verb === "apply" && complete.answered ? telling(written, complete.answered) : written;
    }
  }
}

async function act({ action }: PerformOperation, signal: AbortSignal, change: AnyChange): Promise<Performed> {
  signal.throwIfAborted();
  return { result: await action(signal), hadEffect: true, description: String(change) };
}

async function telling(written: Promise<Performed>, answered: (object: KubeObject) => void): Promise<Performed> {
  const performed = await written;
  answered(performed.result as KubeObject);
  return performed;
}

/** Refuses a creation that might be a duplicate: the API server would generate another name each time. */
function checkSeen({ kind, object }: CreateOperation, { isUnseen }: PerformerOptions): void {
  if (object.metadata.name || !isUnseen?.(kind)) return;
  throw new StepContractError(
    `Cannot create another ${kind.kind} with a generated name as the answer to the one before was lost, and ` +
      `this Run has not looked for it: list ${kind.kind} objects in an observe step before, and create none when it is there`,
  );
}

/** Turns a replacement with numbers that may have lost digits into a patch without those numbers. */
function withExactNumbers(options: PerformerOptions, operation: ReplaceOperation): ObjectOperation {
  if (!hasUnsafeNumber(operation.object)) return operation;
  const { kind, object: { metadata: { uid, resourceVersion } } } = operation;
  const read = known(options, kind, refOf(operation)!);
  // The object is not known in this version, so the numbers will be refused later.
  if (read?.metadata.uid !== uid || read.metadata.resourceVersion !== resourceVersion) return operation;
  const patch = exactReplacement(operation, read);
  try {
    checkDeclared(patch, options.allowed, options.owner.kind);
  } catch (error) {
    // The author asked for a replacement and may not know that a patch is sent.
    const why =
      "a replacement is sent as a patch because it contains whole numbers beyond 2^53 - 1: a patch keeps their digits";
    throw error instanceof UndeclaredWriteError ? new UndeclaredWriteError(`${error.message}; ${why}`) : error;
  }
  return patch;
}

/** Sets the status to exactly the given one: fields that it does not have are removed. */
async function setStatus(options: PerformerOptions, difference: StatusDifference | undefined): Promise<Performed> {
  const { owner } = options;
  const operation = statusPatch(owner, difference?.patch ?? {});
  if (!difference) return { result: owner.object, hadEffect: false, description: describeOperation(operation) };
  checkStatus(options, operation);
  const performed = await write(options, operation);
  if (!performed.hadEffect) options.onStatusRefused?.(difference);
  return performed;
}

function checkStatus({ implied = ALL_IMPLIED, allowed, owner }: PerformerOptions, operation: ObjectOperation): void {
  if (!implied.status) checkDeclared(operation, allowed, owner.kind);
}

function differenceOf({ kind, object }: RunOwner, status: unknown): StatusDifference | undefined {
  const describe = () => `set the status of ${describeObject(kind, object.metadata)}`;
  return statusDifference((object as { status?: unknown }).status, statusFields(status, describe));
}

/** The fields of a status, as JSON. Refuses anything but an object: an empty status would remove all fields. */
function statusFields(status: unknown, describe: () => string): JsonObject {
  const fields = storedForm(status, describe);
  if (isJsonObject(fields)) return fields;
  throw new TypeError(`Cannot ${describe()} as it must be an object: current value is ${shownValue(status)}`);
}

/** Sends one write and reports its outcome. */
async function write(options: PerformerOptions, operation: ObjectOperation): Promise<Performed> {
  const { transport, fieldManager, signal, onWrite } = options;
  const ref = refOf(operation);
  // Before the request, because the answer and the watch change what is known.
  const before = versionBefore(options, operation, ref);
  const seen = operation.verb === "create" ? options.seen?.(operation.kind) : undefined;
  const request = toRequest(operation, fieldManager, signal);
  signal.throwIfAborted();
  try {
    const answer = deepFreeze(await send(transport, request));
    const outcome = outcomeOf(operation, answer);
    onWrite?.(outcome.type === "stored" && seen !== undefined ? { ...outcome, seen } : outcome);
    return toPerformed(operation, outcome, answer, before);
  } catch (error) {
    if (ref && isAlreadyGone(operation, error)) {
      onWrite?.(goneBy(operation));
      return { result: undefined, hadEffect: false, description: describeOperation(operation) };
    }
    if (leavesDoubt(error)) onWrite?.({ type: "uncertain", kind: operation.kind, ref, mayArrive: mayArrive(error) });
    throw error;
  }
}

function toPerformed(
  operation: ObjectOperation,
  outcome: WriteResult,
  answer: unknown,
  before: string | undefined,
): Performed {
  // A write of a subresource such as scale answers with another object, which has the version of the written one.
  const object = answer as KubeObject;
  const hasNewName = operation.verb === "create" && !operation.object.metadata.name;
  const description = describeOperation(hasNewName ? { ...operation, object } : operation);
  const hadEffect = outcome.type === "gone" || object.metadata?.resourceVersion !== before;
  return { result: operation.verb === "remove" ? undefined : answer, hadEffect, description };
}

/** The resource version that the object had when the change was decided, if known. */
function versionBefore(
  options: PerformerOptions,
  operation: ObjectOperation,
  ref: ObjectRef | undefined,
): string | undefined {
  if (operation.verb === "replace") return operation.object.metadata.resourceVersion;
  if (operation.verb === "remove" && operation.preconditions.resourceVersion) {
    return operation.preconditions.resourceVersion;
  }
  if (operation.verb === "create" || !ref) return undefined;
  return known(options, operation.kind, ref)?.metadata.resourceVersion;
}

/** The object as the Run sees it, if it is known. */
function known(options: PerformerOptions, kind: ResourceKind, ref: ObjectRef): KubeObject | undefined {
  return isRunObject(kind, ref, options.owner) ? options.owner.object : options.known?.(kind, ref);
}
