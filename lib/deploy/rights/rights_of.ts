/** Computes the rights that an operator needs from what its controllers declare. */

import type { ResolvedController } from "../../controller/mod.ts";
import { isSameResource, READ_VERBS, type ResourceKind, WRITE_VERBS } from "../../model/mod.ts";
import type { ResolvedOperator } from "../operator/mod.ts";
import { type PolicyRule, type Right, rightsBeyond, toRules } from "./policy_rule.ts";

/** Options of {@link rightsOf}. */
export interface RightsOptions {
  /**
   * Whether the operator installs its kinds at its start.
   * @default {false}
   */
  installCrds?: boolean;
  /**
   * Whether it writes Events.
   * @default {what the operator says}
   */
  events?: boolean;
}

/** The rules of RBAC that an operator needs. */
export interface Rights {
  /** Those for a ClusterRole with a ClusterRoleBinding: cluster-scoped kinds, and kinds in all namespaces. */
  readonly cluster: readonly PolicyRule[];
  /** Those for a Role with a RoleBinding in each of the watched namespaces. */
  readonly namespaced: readonly PolicyRule[];
}

/** Rights, by where they are needed. */
interface PlacedRights {
  readonly cluster: Right[];
  readonly namespaced: Right[];
}

/** The verbs that RBAC can limit to names: a creation and a list have none in their paths. */
const NAMEABLE: ReadonlySet<string> = new Set(["get", "update", "patch", "delete"]);

/**
 * The rules of RBAC that an operator needs: the verbs that its controllers may send, and no other ones.
 *
 * | on                                                 | verbs                                                             |
 * | -------------------------------------------------- | ----------------------------------------------------------------- |
 * | `resource`, `owns`                                 | `list`, `watch`, and `get` in doubt                               |
 * | `watches`                                          | `list`, `watch`, and `get` unless its `reads` lacks that          |
 * | `resource`, with a cleanup                         | `patch`, for the finalizer                                        |
 * | the `status` of a `resource` that is defined with one | `patch`                                                        |
 * | `owns`, `writes`                                   | their verbs                                                       |
 * | `reads`                                            | their verbs                                                       |
 * | `reads` of the operator                            | `get`, `list`, `watch`                                            |
 * | `events` of `events.k8s.io`                        | `create`, `patch`                                                 |
 * | `customresourcedefinitions`                        | `create`; `get` and `update` of its own                           |
 *
 * Kinds whose components may be in other namespaces than their owner are allowed in all: which namespaces these are, only the
 * objects tell.
 */
export function rightsOf(operator: ResolvedOperator, options: RightsOptions = {}): Rights {
  const { installCrds = false, events = operator.events } = options;
  const rights: PlacedRights = { cluster: [], namespaced: [] };
  for (const controller of operator.controllers) addController(rights, controller, events);
  for (const kind of operator.reads) addRead(rights, kind, operator.namespaces);
  if (installCrds) rights.cluster.push(...crdRights(operator.kinds.map(({ crd }) => crd.metadata.name)));
  return {
    cluster: toRules(rights.cluster),
    // What holds in all namespaces need not be said for one.
    namespaced: toRules(rightsBeyond(rights.namespaced, rights.cluster)),
  };
}

function addController(rights: PlacedRights, controller: ResolvedController, events: boolean): void {
  const { resource, namespaces, owns, watches, allowed, implied, leaving, readable } = controller;
  const add = (
    kind: ResourceKind,
    verbs: readonly string[],
    more: { names?: readonly string[]; part?: string; everywhere?: boolean } = {},
  ) => {
    const isEverywhere = kind.scope === "Cluster" || namespaces === undefined || more.everywhere ||
      leaving.some((one) => isSameResource(one, kind));
    const { names, part } = more;
    const named = part === undefined ? kind.plural : `${kind.plural}/${part}`;
    for (const verb of verbs) {
      rights[isEverywhere ? "cluster" : "namespaced"].push({
        ...{ group: kind.group, resource: named, verb },
        ...(names && NAMEABLE.has(verb) && { names }),
      });
    }
  };
  add(resource, ["get", "list", "watch"]);
  if (implied.finalizer) add(resource, ["patch"]);
  if (implied.status) add(resource, ["patch"], { part: "status" });
  for (const { kind } of [...owns, ...watches]) add(kind, ["list", "watch"]);
  for (const { kind, verbs = READ_VERBS, names, everywhere = false } of readable) {
    add(kind, names ? ["get"] : verbs, { ...(names && { names }), everywhere });
  }
  for (const { kind, verbs = WRITE_VERBS, names, subresources, everywhere = false } of allowed) {
    const which = { ...(names && { names }), everywhere };
    if (!subresources) add(kind, verbs, which);
    for (const part of subresources ?? []) add(kind, verbs.filter(isForParts), { ...which, part });
  }
  if (events) add({ ...EVENT, scope: resource.scope }, ["create", "patch"]);
}

function addRead(rights: PlacedRights, kind: ResourceKind, namespaces: readonly string[] | undefined): void {
  const isEverywhere = kind.scope === "Cluster" || namespaces === undefined;
  for (const verb of ["get", "list", "watch"]) {
    rights[isEverywhere ? "cluster" : "namespaced"].push({ group: kind.group, resource: kind.plural, verb });
  }
}

/** Steps replace and patch subresources, and do nothing else with them. */
function isForParts(verb: string): boolean {
  return verb === "update" || verb === "patch";
}

/** Events about cluster-scoped objects are in the namespace `default`, which need not be one of those that are watched. */
const EVENT: ResourceKind = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  scope: "Namespaced",
};

function crdRights(names: readonly string[]): readonly Right[] {
  if (names.length === 0) return [];
  const crds = { group: "apiextensions.k8s.io", resource: "customresourcedefinitions" };
  return [
    { ...crds, verb: "create" },
    ...["get", "update"].map((verb) => ({ ...crds, verb, names })),
  ];
}
