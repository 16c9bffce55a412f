/** Owner references, read. */

import type { KubeObject, OwnerReference } from "./object.ts";

/** The owner that manages the object: the reference with `controller: true`, if there is one. */
export function controllerOf(
  object: { metadata: { ownerReferences?: readonly OwnerReference[] } },
): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the owner is among the object's owners, by UID. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid) ?? false;
}
