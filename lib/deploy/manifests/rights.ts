/** The service account, and what it may do. */

import { type PolicyRule, rightsOf } from "../rights/mod.ts";
import { clusterMeta, labelsOf, namespacedMeta } from "./labels.ts";
import type { Manifest } from "./object.ts";
import type { Settings } from "./settings.ts";

const GROUP = "rbac.authorization.k8s.io";

/** The service account. Pods get its token only where they ask for it. */
export function serviceAccount(settings: Settings): Manifest {
  const { serviceAccountAnnotations: annotations } = settings;
  const meta = namespacedMeta(settings);
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: Object.keys(annotations).length > 0 ? { ...meta, annotations } : meta,
    automountServiceAccountToken: false,
  };
}

/** The ClusterRole, if there is a rule for it, and the Roles in the watched namespaces; each with its binding. */
export function roles(settings: Settings): readonly Manifest[] {
  const { cluster, namespaced } = rightsOf(settings.operator, { installCrds: settings.installCrds });
  return [
    ...(cluster.length > 0 ? clusterRole(settings, cluster) : []),
    ...(namespaced.length > 0
      ? watchedNamespaces(settings).flatMap((namespace) => role(settings, namespace, namespaced))
      : []),
  ];
}

/** The namespaces of the controllers that have some, each once. */
function watchedNamespaces({ operator }: Settings): readonly string[] {
  const all = operator.controllers.flatMap(({ resource, namespaces = [] }) =>
    resource.scope === "Namespaced" ? namespaces : []
  );
  return [...new Set(all)].sort();
}

function clusterRole(settings: Settings, rules: readonly PolicyRule[]): readonly Manifest[] {
  const metadata = clusterMeta(settings);
  return [
    { apiVersion: `${GROUP}/v1`, kind: "ClusterRole", metadata, rules },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: metadata.name },
      subjects: subjects(settings),
    },
  ];
}

/** Named as what is of the whole cluster, as an operator of the same name may watch the same namespace from another. */
function role(settings: Settings, namespace: string, rules: readonly PolicyRule[]): readonly Manifest[] {
  const { name } = clusterMeta(settings);
  const metadata = { name, namespace, labels: labelsOf(settings) };
  return [
    { apiVersion: `${GROUP}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: GROUP, kind: "Role", name },
      subjects: subjects(settings),
    },
  ];
}

function subjects({ name, namespace }: Settings): readonly unknown[] {
  return [{ kind: "ServiceAccount", name, namespace }];
}
