/** Which namespace is meant, when it may have been left out. */

import type { ResourceKind } from "../../model/mod.ts";

/**
 * The namespace of an object that is read or written.
 *
 * @param kind The object's kind.
 * @param explicit The namespace that was given.
 * @param fallback The one that is meant when none was given.
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
  throw new TypeError(`Cannot tell which ${kind.kind} is meant as it is namespaced: no namespace is given`);
}

function checkNoNamespace(kind: ResourceKind, explicit: string | undefined): undefined {
  if (explicit === undefined) return undefined;
  throw new TypeError(
    `Cannot use a namespace with ${kind.kind} as it is cluster-scoped: current value is "${explicit}"`,
  );
}
