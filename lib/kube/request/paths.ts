/** URL paths of kinds and objects in the API server. */

import { apiVersionOf, describeObject, type ObjectRef, type ResourceKind } from "../../model/mod.ts";

/**
 * The path of all objects of a kind.
 *
 * @param kind The kind.
 * @param namespace Only those in this namespace; absent for all namespaces, and for cluster-scoped kinds.
 * @throws {TypeError} If a namespace is given for a cluster-scoped kind, or it cannot be part of a path.
 */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const root = kind.group === "" ? "/api" : "/apis";
  if (namespace === undefined) return `${root}/${apiVersionOf(kind)}/${kind.plural}`;
  if (kind.scope === "Cluster") {
    throw new TypeError(
      `Cannot address ${kind.kind} in a namespace as it is cluster-scoped: current namespace is "${namespace}"`,
    );
  }
  return `${root}/${apiVersionOf(kind)}/namespaces/${segment(namespace, "namespace")}/${kind.plural}`;
}

/**
 * The path of an object or its subresource.
 *
 * @param kind The object's kind.
 * @param ref The object's name and namespace.
 * @param subresource For example `status`.
 * @throws {TypeError} If the namespace does not fit the kind's scope, or a part cannot be a path segment.
 */
export function objectPath(kind: ResourceKind, ref: ObjectRef, subresource?: string): string {
  if (kind.scope === "Namespaced" && ref.namespace === undefined) {
    throw new TypeError(
      `Cannot address ${describeObject(kind, ref)} as ${kind.kind} is namespaced: no namespace is given`,
    );
  }
  const path = `${collectionPath(kind, ref.namespace)}/${segment(ref.name, "name")}`;
  return subresource === undefined ? path : `${path}/${segment(subresource, "subresource")}`;
}

/** Refuses what is not one path segment. Kubernetes allows no such name, and some would address another object. */
function segment(value: string, what: string): string {
  if (value === "" || value === "." || value === ".." || /[/%]/.test(value)) {
    throw new TypeError(
      `Cannot use ${what} in a path as it must not be empty, "." or "..", or contain "/" or "%": ` +
        `current value is "${value}"`,
    );
  }
  return encodeURIComponent(value);
}
