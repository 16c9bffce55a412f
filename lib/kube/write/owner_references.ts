/** Builds owner references. */

import { apiVersionOf, type KubeObject, type OwnerReference, type ResourceKind } from "../../model/mod.ts";

/**
 * The controller reference to an owner. It does not block the owner's deletion: that needs a permission on the owner's
 * finalizers, and only foreground deletion respects it.
 */
export function ownerReference(kind: ResourceKind, owner: KubeObject): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid, controller: true };
}
