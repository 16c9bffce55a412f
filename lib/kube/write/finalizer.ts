/** Adds and removes finalizers by JSON patches that touch one entry only, so that no other finalizer is lost. */

import type { KubeObject, ObjectRef, ResourceKind } from "../../model/mod.ts";
import { type AnyChange, Change, type JsonPatchOperation } from "../../steps/mod.ts";

/** The changes made here, each of which touches no more than one finalizer. */
const FINALIZING = new WeakSet<AnyChange>();

/** Whether a change adds or removes a finalizer, and was made here. */
export function isFinalizing(change: AnyChange): boolean {
  return FINALIZING.has(change);
}

/**
 * The change that adds a finalizer to an object.
 *
 * @returns The change; `undefined` if the finalizer is present, or the object is being deleted: then the API server
 * accepts no new ones.
 */
export function addFinalizer<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  finalizer: string,
): Change<T> | undefined {
  const { finalizers, deletionTimestamp, resourceVersion } = object.metadata;
  if (deletionTimestamp !== undefined || finalizers?.includes(finalizer)) return undefined;
  // A new list must not replace one that somebody else has just created, and a patch cannot test for absence.
  const addition: JsonPatchOperation[] = finalizers?.length
    ? [{ op: "add", path: "/metadata/finalizers/-", value: finalizer }]
    : [
      { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
      { op: "add", path: "/metadata/finalizers", value: [finalizer] },
    ];
  return jsonPatch(kind, object, addition);
}

/**
 * The change that removes a finalizer from an object.
 *
 * @returns The change; `undefined` if the finalizer is absent.
 */
export function removeFinalizer<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  finalizer: string,
): Change<T> | undefined {
  const index = object.metadata.finalizers?.indexOf(finalizer) ?? -1;
  if (index < 0) return undefined;
  const path = `/metadata/finalizers/${index}`;
  return jsonPatch(kind, object, [{ op: "test", path, value: finalizer }, { op: "remove", path }]);
}

/** A patch for exactly this object: for another one with the same name, the first test fails. */
function jsonPatch<T extends KubeObject>(
  kind: ResourceKind<T>,
  { metadata: { name, namespace, uid } }: T,
  operations: readonly JsonPatchOperation[],
): Change<T> {
  const target: ObjectRef = namespace === undefined ? { name } : { namespace, name };
  const body: JsonPatchOperation[] = [{ op: "test", path: "/metadata/uid", value: uid }, ...operations];
  const change = new Change<T>({ verb: "patch", kind, target, type: "json", body, subresource: undefined });
  FINALIZING.add(change);
  return change;
}
