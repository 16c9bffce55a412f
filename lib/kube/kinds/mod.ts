/**
 * Tokens and types of common built-in kinds. For any other kind of the cluster, make a token with `kindOf`.
 *
 * Each name is both: the token that reading and writing functions take, and the type of the stored objects.
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

/** An object of a built-in kind, as the API server has stored it: it says what it is, and has its metadata. */
export type Stored<T> = Omit<T, keyof KubeObject> & KubeObject;

/** Permissions, in any namespace. */
export type ClusterRole = Stored<BuiltinFields["ClusterRole"]>;
/** Permissions, in any namespace. */
export const ClusterRole: ResourceKind<ClusterRole> = kindOf({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  scope: "Cluster",
});

/** Who has permissions everywhere. */
export type ClusterRoleBinding = Stored<BuiltinFields["ClusterRoleBinding"]>;
/** Who has permissions everywhere. */
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

/** Jobs at given times. */
export type CronJob = Stored<BuiltinFields["CronJob"]>;
/** Jobs at given times. */
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

/** Equal pods that are replaced gradually. */
export type Deployment = Stored<BuiltinFields["Deployment"]>;
/** Equal pods that are replaced gradually. */
export const Deployment: ResourceKind<Deployment> = kindOf({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
});

/** Addresses of a service's pods. */
export type EndpointSlice = Stored<BuiltinFields["EndpointSlice"]>;
/** Addresses of a service's pods. */
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

/** How the number of pods follows the load. */
export type HorizontalPodAutoscaler = Stored<BuiltinFields["HorizontalPodAutoscaler"]>;
/** How the number of pods follows the load. */
export const HorizontalPodAutoscaler: ResourceKind<HorizontalPodAutoscaler> = kindOf({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
});

/** How HTTP from outside reaches services. */
export type Ingress = Stored<BuiltinFields["Ingress"]>;
/** How HTTP from outside reaches services. */
export const Ingress: ResourceKind<Ingress> = kindOf({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
});

/** Pods that run to an end. */
export type Job = Stored<BuiltinFields["Job"]>;
/** Pods that run to an end. */
export const Job: ResourceKind<Job> = kindOf({ group: "batch", version: "v1", kind: "Job", plural: "jobs" });

/** Who holds a role, and until when. */
export type Lease = Stored<BuiltinFields["Lease"]>;
/** Who holds a role, and until when. */
export const Lease: ResourceKind<Lease> = kindOf({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
});

/** Default and largest resources of a namespace's pods. */
export type LimitRange = Stored<BuiltinFields["LimitRange"]>;
/** Default and largest resources of a namespace's pods. */
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

/** Who may connect to whom. */
export type NetworkPolicy = Stored<BuiltinFields["NetworkPolicy"]>;
/** Who may connect to whom. */
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

/** Storage of the cluster. */
export type PersistentVolume = Stored<BuiltinFields["PersistentVolume"]>;
/** Storage of the cluster. */
export const PersistentVolume: ResourceKind<PersistentVolume> = kindOf({
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  scope: "Cluster",
});

/** A claim to storage. */
export type PersistentVolumeClaim = Stored<BuiltinFields["PersistentVolumeClaim"]>;
/** A claim to storage. */
export const PersistentVolumeClaim: ResourceKind<PersistentVolumeClaim> = kindOf({
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
});

/** Containers that run together. */
export type Pod = Stored<BuiltinFields["Pod"]>;
/** Containers that run together. */
export const Pod: ResourceKind<Pod> = kindOf({ version: "v1", kind: "Pod", plural: "pods" });

/** How many pods may be down on purpose. */
export type PodDisruptionBudget = Stored<BuiltinFields["PodDisruptionBudget"]>;
/** How many pods may be down on purpose. */
export const PodDisruptionBudget: ResourceKind<PodDisruptionBudget> = kindOf({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
});

/** How important pods are. */
export type PriorityClass = Stored<BuiltinFields["PriorityClass"]>;
/** How important pods are. */
export const PriorityClass: ResourceKind<PriorityClass> = kindOf({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  scope: "Cluster",
});

/** A number of equal pods. */
export type ReplicaSet = Stored<BuiltinFields["ReplicaSet"]>;
/** A number of equal pods. */
export const ReplicaSet: ResourceKind<ReplicaSet> = kindOf({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
});

/** How much a namespace may use. */
export type ResourceQuota = Stored<BuiltinFields["ResourceQuota"]>;
/** How much a namespace may use. */
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

/** Who has permissions in one namespace. */
export type RoleBinding = Stored<BuiltinFields["RoleBinding"]>;
/** Who has permissions in one namespace. */
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

/** Who a pod is to the API server. */
export type ServiceAccount = Stored<BuiltinFields["ServiceAccount"]>;
/** Who a pod is to the API server. */
export const ServiceAccount: ResourceKind<ServiceAccount> = kindOf({
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
});

/** Pods with names and storage of their own. */
export type StatefulSet = Stored<BuiltinFields["StatefulSet"]>;
/** Pods with names and storage of their own. */
export const StatefulSet: ResourceKind<StatefulSet> = kindOf({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
});

/** A sort of storage that can be claimed. */
export type StorageClass = Stored<BuiltinFields["StorageClass"]>;
/** A sort of storage that can be claimed. */
export const StorageClass: ResourceKind<StorageClass> = kindOf({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  scope: "Cluster",
});
