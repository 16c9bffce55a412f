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

/**
 * A reduced object as a text, which is much shorter than its JSON: there may be very many. What kind it is is not in it.
 *
 * @param object The object.
 */
export function packed({ metadata }: KubeObject): string {
  const { name, namespace, uid, resourceVersion, labels, ownerReferences, deletionTimestamp } = metadata;
  const fields: unknown[] = [uid, resourceVersion, name, namespace, labels, ownerReferences, deletionTimestamp];
  while (fields.at(-1) === undefined) fields.pop();
  return JSON.stringify(fields);
}

/**
 * A reduced object, out of what {@link packed} made.
 *
 * @param text What it made.
 * @param like An object of the same kind.
 * @param bytes How long the whole object is as JSON.
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
