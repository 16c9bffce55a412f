/** Interprets the answer to a write for those who keep a view of the cluster. Pure. */

import type { KubeObject, ObjectRef } from "../../model/mod.ts";
import type { ObjectOperation } from "./declared_writes.ts";
import { ConnectError } from "../connect/mod.ts";
import {
  ApiError,
  ConnectionError,
  isAnotherObject,
  isKindNotServed,
  isNotFound,
  isPatchMismatch,
  type StatusDetails,
} from "../answer/mod.ts";
import { refOf } from "./write_request.ts";
import type { WriteResult } from "./write_result.ts";

/** The outcome of a successful answer. */
export function outcomeOf(operation: ObjectOperation, answer: unknown): WriteResult {
  const { kind } = operation;
  const ref = refOf(operation) as ObjectRef;
  if (isStatus(answer)) return goneBy(operation, answer.details?.uid);
  const object = answer as KubeObject;
  // The answer to a write of `scale` is a Scale and does not show the object, so the next Run reads it.
  if (object.kind !== kind.kind) return { type: "uncertain", kind, ref, mayArrive: false };
  return isEndedBy(operation, object)
    ? { type: "gone", kind, ref, uid: object.metadata.uid }
    : { type: "stored", kind, object };
}

/**
 * The outcome of a removal. It must be known which object is gone, because another one may have taken its name. If it
 * is not known, the next Run reads from the API server.
 */
export function goneBy(operation: ObjectOperation, uid?: string): WriteResult {
  const { kind } = operation;
  const ref = refOf(operation) as ObjectRef;
  const known = uid ?? (operation.verb === "remove" ? operation.preconditions.uid : undefined);
  return known === undefined
    ? { type: "uncertain", kind, ref, mayArrive: false }
    : { type: "gone", kind, ref, uid: known };
}

function isStatus(answer: unknown): answer is { details?: StatusDetails } {
  return (answer as { kind?: unknown }).kind === "Status";
}

/**
 * Whether the write ended the object. An object under deletion stays while it has finalizers or a grace period; the
 * write that ends these deletes it. A namespace has its finalizers in its spec.
 */
function isEndedBy({ verb }: ObjectOperation, { metadata, spec }: KubeObject & { spec?: unknown }): boolean {
  if (metadata.deletionTimestamp === undefined) return verb === "remove";
  return ![metadata.finalizers, (spec as { finalizers?: unknown } | undefined)?.finalizers].some(isFilled) &&
    !metadata.deletionGracePeriodSeconds;
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** Whether a removal failed because the object is already gone. */
export function isAlreadyGone(operation: ObjectOperation, error: unknown): boolean {
  return operation.verb === "remove" && isNotFound(error) && !isKindNotServed(error);
}

/** Whether a failed write may still be carried out: there was no answer, or none that excludes it. */
export function mayArrive(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.sent === "unknown";
  // There were no credentials, so no request was made.
  if (error instanceof ConnectError) return false;
  return !(error instanceof ApiError) || error.code >= 500 || error.code === 0;
}

/**
 * Whether a failed write leaves doubt: it may have been carried out, or the object may have changed since the decision.
 * Refusals of the write itself, such as 403 or 422, leave none.
 */
export function leavesDoubt(error: unknown): boolean {
  if (mayArrive(error) || isPatchMismatch(error) || isAnotherObject(error)) return true;
  return error instanceof ApiError && (error.code === 404 || error.code === 409);
}
