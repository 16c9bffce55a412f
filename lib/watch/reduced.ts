/** Objects that are reduced to their metadata, to save memory. */

import { apiVersionOf, type KubeObject, type ObjectMeta, type ResourceKind } from "../model/mod.ts";

/** Marks a reduced object. The value is the size of the whole object as JSON, in bytes. */
const REDUCED = Symbol("reduced");

type Marked = KubeObject & { readonly [REDUCED]?: number };

/**
 * A reduced object: name, namespace, UID, resource version, labels, owner references and deletion time.
 *
 * @param kind The kind.
 * @param metadata The object's metadata.
 * @param bytes The size of the whole object as JSON.
 */
export function reduced<T extends KubeObject>(
  kind: ResourceKind<T>,
  metadata: ObjectMeta,
  bytes: number,
): T {
  return mark({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata }, bytes) as unknown as T;
}

/** Reduces a whole object. */
export function reduce<T extends KubeObject>(object: T, bytes: number): T {
  return mark(object, bytes) as unknown as T;
}

/** Whether only the metadata of the object is present. */
export function isReduced(object: KubeObject): boolean {
  return (object as Marked)[REDUCED] !== undefined;
}

/** The size of the whole object as JSON, in bytes; `undefined` if this is the whole object. */
export function bytesOfWhole(object: KubeObject): number | undefined {
  return (object as Marked)[REDUCED];
}

/**
 * Packs a reduced object, without its kind, into a string that is much shorter than its JSON: there may be very many.
 */
export function packed({ metadata }: KubeObject): string {
  const { name, namespace, uid, resourceVersion, labels, ownerReferences, deletionTimestamp } = metadata;
  const fields: unknown[] = [uid, resourceVersion, name, namespace, labels, ownerReferences, deletionTimestamp];
  while (fields.at(-1) === undefined) fields.pop();
  return JSON.stringify(fields);
}

/**
 * Unpacks a result of {@link packed}.
 *
 * @param text The string.
 * @param like An object of the same kind.
 * @param bytes The size of the whole object as JSON.
 */
export function unpacked<T extends KubeObject>(text: string, like: Pick<T, "apiVersion" | "kind">, bytes: number): T {
  const fields = JSON.parse(text) as (ObjectMeta[keyof ObjectMeta] | null)[];
  const [uid, resourceVersion, name, ...more] = fields;
  const [namespace, labels, ownerReferences, deletionTimestamp] = more.map((field) => field ?? undefined);
  const metadata = { uid, resourceVersion, name, namespace, labels, ownerReferences, deletionTimestamp } as ObjectMeta;
  return mark({ apiVersion: like.apiVersion, kind: like.kind, metadata }, bytes) as unknown as T;
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
