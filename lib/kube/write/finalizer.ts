/** Finalizers, added and removed: each a JSON patch that touches one entry, so that nobody else's is lost. */

import type { KubeObject, ObjectRef, ResourceKind } from "../../model/mod.ts";
import { Change, type JsonPatchOperation } from "../../steps/mod.ts";

/**
 * The change that adds a finalizer to an object.
 *
 * @returns The change; `undefined` when it is there, or when the object is being deleted: the API server takes no new ones then.
 */
export function addFinalizer<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  finalizer: string,
): Change<T> | undefined {
  const { finalizers, deletionTimestamp, resourceVersion } = object.metadata;
  if (deletionTimestamp !== undefined || finalizers?.includes(finalizer)) return undefined;
  // A new list must not take the place of one that somebody else has begun; a patch cannot test that there is none.
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
 * @returns The change; `undefined` when it is not there.
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

/** A patch of this very object: another one of the same name fails the first test. */
function jsonPatch<T extends KubeObject>(
  kind: ResourceKind<T>,
  { metadata: { name, namespace, uid } }: T,
  operations: readonly JsonPatchOperation[],
): Change<T> {
  const target: ObjectRef = namespace === undefined ? { name } : { namespace, name };
  const body: JsonPatchOperation[] = [{ op: "test", path: "/metadata/uid", value: uid }, ...operations];
  return new Change<T>({ verb: "patch", kind, target, type: "json", body, subresource: undefined });
}
