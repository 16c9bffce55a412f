/**
 * Tokens and types of common built-in kinds. For any other kind of the cluster, make a token with `kindOf`.
 *
 * Each name is both a value and a type: the token for reading and writing functions, and the type of the stored
 * objects.
 *
 * @example Usage
 * ```ts
 * import { create } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const colorOf = (map: ConfigMap): string | undefined => map.data?.color;
 * const change = create(ConfigMap, { metadata: { name: "paint" }, data: { color: "blue" } });
 * assertEquals([ConfigMap.plural, typeof colorOf, String(change)], ["configmaps", "function", "create ConfigMap paint"]);
 * ```
 *
 * @module
 */

import type { BuiltinFields as Fields } from "./builtin_fields.ts";
import { kindOf, type KubeObject, type ResourceKind } from "../../model/mod.ts";

/** The fields of each built-in kind, by the kind's name. */
export type BuiltinFields = Fields;

/** An object of a built-in kind as the API server stores it: with its kind and metadata. */
export type Stored<T> = Omit<T, keyof KubeObject> & KubeObject;

/** Permissions that can be granted in any namespace. */
export type ClusterRole = Stored<BuiltinFields["ClusterRole"]>;
/** Permissions that can be granted in any namespace. */
export const ClusterRole: ResourceKind<ClusterRole> = kindOf({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
});

/** Grants permissions in the whole cluster. */
export type ClusterRoleBinding = Stored<BuiltinFields["ClusterRoleBinding"]>;
/** Grants permissions in the whole cluster. */
export const ClusterRoleBinding: ResourceKind<ClusterRoleBinding> = kindOf({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  scope: "Cluster",
});

/** Configuration that is not secret. */
export type ConfigMap = Stored<BuiltinFields["ConfigMap"]>;
/** Configuration that is not secret. */
export const ConfigMap: ResourceKind<ConfigMap> = kindOf({ version: "v1", kind: "ConfigMap", plural: "configmaps" });

/** Jobs on a schedule. */
export type CronJob = Stored<BuiltinFields["CronJob"]>;
/** Jobs on a schedule. */
export const CronJob: ResourceKind<CronJob> = kindOf({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
});

/** The definition of a kind. */
export type CustomResourceDefinition = Stored<BuiltinFields["CustomResourceDefinition"]>;
/** The definition of a kind. */
export const CustomResourceDefinition: ResourceKind<CustomResourceDefinition> = kindOf({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  scope: "Cluster",
});

/** A pod on each node. */
export type DaemonSet = Stored<BuiltinFields["DaemonSet"]>;
/** A pod on each node. */
export const DaemonSet: ResourceKind<DaemonSet> = kindOf({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
});

/** Identical pods that are replaced gradually. */
export type Deployment = Stored<BuiltinFields["Deployment"]>;
/** Identical pods that are replaced gradually. */
export const Deployment: ResourceKind<Deployment> = kindOf({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
});

/** The addresses behind a Service. */
export type EndpointSlice = Stored<BuiltinFields["EndpointSlice"]>;
/** The addresses behind a Service. */
export const EndpointSlice: ResourceKind<EndpointSlice> = kindOf({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
});

/** Something that happened to an object. */
export type Event = Stored<BuiltinFields["Event"]>;
/** Something that happened to an object. */
export const Event: ResourceKind<Event> = kindOf({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
});

/** Scales a workload by its load. */
export type HorizontalPodAutoscaler = Stored<BuiltinFields["HorizontalPodAutoscaler"]>;
/** Scales a workload by its load. */
export const HorizontalPodAutoscaler: ResourceKind<HorizontalPodAutoscaler> = kindOf({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
});

/** Routes HTTP from outside to Services. */
export type Ingress = Stored<BuiltinFields["Ingress"]>;
/** Routes HTTP from outside to Services. */
export const Ingress: ResourceKind<Ingress> = kindOf({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
});

/** Pods that run to completion. */
export type Job = Stored<BuiltinFields["Job"]>;
/** Pods that run to completion. */
export const Job: ResourceKind<Job> = kindOf({ group: "batch", version: "v1", kind: "Job", plural: "jobs" });

/** The holder of a role, and until when. */
export type Lease = Stored<BuiltinFields["Lease"]>;
/** The holder of a role, and until when. */
export const Lease: ResourceKind<Lease> = kindOf({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
});

/** Default and maximum resources of a namespace's pods. */
export type LimitRange = Stored<BuiltinFields["LimitRange"]>;
/** Default and maximum resources of a namespace's pods. */
export const LimitRange: ResourceKind<LimitRange> = kindOf({
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
});

/** A namespace. */
export type Namespace = Stored<BuiltinFields["Namespace"]>;
/** A namespace. */
export const Namespace: ResourceKind<Namespace> = kindOf({
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  scope: "Cluster",
});

/** Which connections of pods are allowed. */
export type NetworkPolicy = Stored<BuiltinFields["NetworkPolicy"]>;
/** Which connections of pods are allowed. */
export const NetworkPolicy: ResourceKind<NetworkPolicy> = kindOf({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
});

/** A machine of the cluster. */
export type Node = Stored<BuiltinFields["Node"]>;
/** A machine of the cluster. */
export const Node: ResourceKind<Node> = kindOf({ version: "v1", kind: "Node", plural: "nodes", scope: "Cluster" });

/** A volume of the cluster. */
export type PersistentVolume = Stored<BuiltinFields["PersistentVolume"]>;
/** A volume of the cluster. */
export const PersistentVolume: ResourceKind<PersistentVolume> = kindOf({
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  scope: "Cluster",
});

/** A request for storage. */
export type PersistentVolumeClaim = Stored<BuiltinFields["PersistentVolumeClaim"]>;
/** A request for storage. */
export const PersistentVolumeClaim: ResourceKind<PersistentVolumeClaim> = kindOf({
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
});

/** Containers that run together. */
export type Pod = Stored<BuiltinFields["Pod"]>;
/** Containers that run together. */
export const Pod: ResourceKind<Pod> = kindOf({ version: "v1", kind: "Pod", plural: "pods" });

/** How many pods may be down voluntarily. */
export type PodDisruptionBudget = Stored<BuiltinFields["PodDisruptionBudget"]>;
/** How many pods may be down voluntarily. */
export const PodDisruptionBudget: ResourceKind<PodDisruptionBudget> = kindOf({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
});

/** The priority of pods. */
export type PriorityClass = Stored<BuiltinFields["PriorityClass"]>;
/** The priority of pods. */
export const PriorityClass: ResourceKind<PriorityClass> = kindOf({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  scope: "Cluster",
});

/** A number of identical pods. */
export type ReplicaSet = Stored<BuiltinFields["ReplicaSet"]>;
/** A number of identical pods. */
export const ReplicaSet: ResourceKind<ReplicaSet> = kindOf({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
});

/** Limits on the resources of a namespace. */
export type ResourceQuota = Stored<BuiltinFields["ResourceQuota"]>;
/** Limits on the resources of a namespace. */
export const ResourceQuota: ResourceKind<ResourceQuota> = kindOf({
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
});

/** Permissions in one namespace. */
export type Role = Stored<BuiltinFields["Role"]>;
/** Permissions in one namespace. */
export const Role: ResourceKind<Role> = kindOf({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
});

/** Grants permissions in one namespace. */
export type RoleBinding = Stored<BuiltinFields["RoleBinding"]>;
/** Grants permissions in one namespace. */
export const RoleBinding: ResourceKind<RoleBinding> = kindOf({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
});

/** Configuration that is secret. */
export type Secret = Stored<BuiltinFields["Secret"]>;
/** Configuration that is secret. */
export const Secret: ResourceKind<Secret> = kindOf({ version: "v1", kind: "Secret", plural: "secrets" });

/** A name and an address for a set of pods. */
export type Service = Stored<BuiltinFields["Service"]>;
/** A name and an address for a set of pods. */
export const Service: ResourceKind<Service> = kindOf({ version: "v1", kind: "Service", plural: "services" });

/** The identity of pods at the API server. */
export type ServiceAccount = Stored<BuiltinFields["ServiceAccount"]>;
/** The identity of pods at the API server. */
export const ServiceAccount: ResourceKind<ServiceAccount> = kindOf({
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
});

/** Pods with stable names and storage. */
export type StatefulSet = Stored<BuiltinFields["StatefulSet"]>;
/** Pods with stable names and storage. */
export const StatefulSet: ResourceKind<StatefulSet> = kindOf({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
});

/** A class of storage that can be requested. */
export type StorageClass = Stored<BuiltinFields["StorageClass"]>;
/** A class of storage that can be requested. */
export const StorageClass: ResourceKind<StorageClass> = kindOf({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  scope: "Cluster",
});
