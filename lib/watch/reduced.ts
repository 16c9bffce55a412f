/** Objects of which nothing but the metadata is kept. */

import { apiVersionOf, type KubeObject, type ObjectMeta, type ResourceKind } from "../model/mod.ts";

/** Marks an object that is reduced; its value is how many bytes the whole one has as JSON. No JSON has it. */
const REDUCED = Symbol("reduced");

type Marked = KubeObject & { readonly [REDUCED]?: number };

/**
 * An object without anything but what tells which one it is, in what version, whose, and whether it is going.
 *
 * @param kind What it is.
 * @param metadata Its metadata.
 * @param bytes How long the whole object is as JSON.
 */
export function reduced<T extends KubeObject>(
  kind: ResourceKind<T>,
  metadata: ObjectMeta,
  bytes: number,
): T {
  return mark({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata }, bytes) as unknown as T;
}

/** The same of an object that is whole. */
export function reduce<T extends KubeObject>(object: T, bytes: number): T {
  return mark(object, bytes) as unknown as T;
}

/** Whether nothing but the metadata is there. */
export function isReduced(object: KubeObject): boolean {
  return (object as Marked)[REDUCED] !== undefined;
}

/** How long the whole object is as JSON; `undefined` when this is the whole one. */
export function bytesOfWhole(object: KubeObject): number | undefined {
  return (object as Marked)[REDUCED];
}

function mark({ apiVersion, kind, metadata }: Pick<KubeObject, "apiVersion" | "kind" | "metadata">, bytes: number) {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, labels, ownerReferences } = metadata;
  const kept = {
    name,
    ...(namespace !== undefined && { namespace }),
    uid,
    resourceVersion,
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(labels !== undefined && { labels }),
    ...(ownerReferences !== undefined && { ownerReferences }),
  };
  return { apiVersion, kind, metadata: kept, [REDUCED]: bytes };
}
