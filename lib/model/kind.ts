/** Kinds: values that identify a Kubernetes resource and carry the TypeScript type of its objects. */

import type { Draft, KubeObject } from "./object.ts";

/** A kind of Kubernetes resource. Made by `defineResource`, or taken from `@staircase/operator/kinds`. */
export interface ResourceKind<T extends KubeObject = KubeObject> {
  /** The API group; `""` for the core group. */
  readonly group: string;
  /** The API version, such as `v1`. */
  readonly version: string;
  /** The kind in CamelCase, such as `Deployment`. */
  readonly kind: string;
  /** The name in URLs, such as `deployments`. */
  readonly plural: string;
  /** Whether the objects are in namespaces. */
  readonly scope: "Namespaced" | "Cluster";
  /** Carries the type of the objects; absent at run time. */
  readonly objectType?: T;
}

/**
 * A kind, and how its objects are written: of a kind that was made by `defineResource`, what has a default may be left out.
 *
 * @typeParam T The objects, as the API server has stored them.
 * @typeParam D The objects, as they are written.
 */
export type WritableKind<T extends KubeObject, D = Draft<T>> = ResourceKind<T> & {
  /** Carries the type; never there at run time. */
  draftType?(draft: D): void;
};

/** The type of the objects of a kind. */
export type ObjectOf<K> = K extends ResourceKind<infer T> ? T : never;

/** Options of {@link kindOf}. */
export interface KindOptions {
  /**
   * The API group.
   * @default {""} (the core group)
   */
  group?: string;
  /** The API version, such as `v1`. */
  version: string;
  /** The kind in CamelCase, such as `Deployment`. */
  kind: string;
  /** The name in URLs, such as `deployments`. */
  plural: string;
  /**
   * Whether the objects are in namespaces.
   * @default {"Namespaced"}
   */
  scope?: "Namespaced" | "Cluster";
}

/**
 * Names a kind that the cluster already has, such as that of another operator.
 *
 * @example Usage
 * ```ts
 * import { type KubeObject, kindOf } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * interface Certificate extends KubeObject { spec: { dnsNames: string[] } }
 * const Certificate = kindOf<Certificate>({
 *   group: "cert-manager.io", version: "v1", kind: "Certificate", plural: "certificates",
 * });
 * assertEquals(Certificate.scope, "Namespaced");
 * ```
 */
export function kindOf<T extends KubeObject = KubeObject>(options: KindOptions): ResourceKind<T> {
  const { group = "", version, kind, plural, scope = "Namespaced" } = options;
  return Object.freeze({ group, version, kind, plural, scope });
}

/** The `apiVersion` field of the kind's objects, such as `v1` or `apps/v1`. */
export function apiVersionOf(kind: ResourceKind): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/** Whether two tokens mean the same resource. As in RBAC, the version does not matter. */
export function isSameResource(a: ResourceKind, b: ResourceKind): boolean {
  // Nearly always the same token.
  return a === b || a.group === b.group && a.plural === b.plural;
}

/** How logs and errors name an object: `Secret default/foo`. */
export function describeObject(kind: { readonly kind: string }, ref: { namespace?: string; name?: string }): string {
  return `${kind.kind} ${ref.namespace ? `${ref.namespace}/` : ""}${ref.name ?? "(name to be generated)"}`;
}
