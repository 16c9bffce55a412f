/** Reads owner references. */

import type { KubeObject, OwnerReference } from "./object.ts";

/** The reference with `controller: true`, if there is one. */
export function controllerOf(
  object: { metadata: { ownerReferences?: readonly OwnerReference[] } },
): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether an owner reference of the object has the owner's UID. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid) ?? false;
}
