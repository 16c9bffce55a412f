/** Keys: the one format in which an object's place is written, `namespace/name` or `name`. */

/** Where an object is, within its kind. */
export interface ObjectRef {
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** The object's name. */
  readonly name: string;
}

/** The key of a place. Neither part can hold a slash, so the format is unambiguous. */
export function formatKey(ref: { readonly namespace?: string | undefined; readonly name: string }): string {
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
}

/** The key of an object. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return formatKey(object.metadata);
}

/** The place that a key names. */
export function parseKey(key: string): ObjectRef {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
