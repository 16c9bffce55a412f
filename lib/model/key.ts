/** Keys: `namespace/name`, or `name` for cluster-scoped objects. The only such format in this module. */

/** The namespace and name of an object; the kind is known from elsewhere. */
export interface ObjectRef {
  /** The namespace; absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** The object's name. */
  readonly name: string;
}

/** Formats a key. It is unambiguous, as neither part can contain a slash. */
export function formatKey(ref: { readonly namespace?: string | undefined; readonly name: string }): string {
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
}

/** The `namespace/name` key of an object. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return formatKey(object.metadata);
}

/** Parses a key. */
export function parseKey(key: string): ObjectRef {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
