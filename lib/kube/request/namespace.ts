/** Determines the namespace of an object if it may have been left out. */

import type { ResourceKind } from "../../model/mod.ts";

/**
 * Determines the namespace of an object that is read or written.
 *
 * @param kind The object's kind.
 * @param explicit The namespace that was given.
 * @param fallback The namespace to use if none was given.
 * @returns The namespace; `undefined` for cluster-scoped kinds.
 * @throws {TypeError} If a namespace was given for a cluster-scoped kind, or there is none for a namespaced one.
 */
export function resolveNamespace(
  kind: ResourceKind,
  explicit: string | undefined,
  fallback: string | undefined,
): string | undefined {
  if (kind.scope === "Cluster") return checkNoNamespace(kind, explicit);
  const namespace = explicit ?? fallback;
  if (namespace) return namespace;
  throw new TypeError(`Cannot identify the ${kind.kind} as it is namespaced: no namespace is given`);
}

/**
 * Determines the namespace of a list; `undefined` for all. Unlike a single object, a list may span all namespaces: if
 * `"*"` requests that, or no namespace is given.
 *
 * @param kind The kind of the objects.
 * @param explicit The namespace that was given.
 * @param fallback The namespace to use if none was given.
 * @throws {TypeError} If a namespace was given for a cluster-scoped kind.
 */
export function listedNamespace(kind: ResourceKind, explicit?: string, fallback?: string): string | undefined {
  if (explicit === "*") return undefined;
  return explicit ?? fallback ? resolveNamespace(kind, explicit, fallback) : undefined;
}

function checkNoNamespace(kind: ResourceKind, explicit: string | undefined): undefined {
  if (explicit === undefined) return undefined;
  throw new TypeError(
    `Cannot use a namespace with ${kind.kind} as it is cluster-scoped: current value is "${explicit}"`,
  );
}
