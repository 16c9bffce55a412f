/** The fields of the built-in kinds, as `kubernetes-types` has them, in one table. */

import type * as apiextensions from "kubernetes-types/apiextensions/v1.d.ts";
import type * as apps from "kubernetes-types/apps/v1.d.ts";
import type * as autoscaling from "kubernetes-types/autoscaling/v2.d.ts";
import type * as batch from "kubernetes-types/batch/v1.d.ts";
import type * as coordination from "kubernetes-types/coordination/v1.d.ts";
import type * as core from "kubernetes-types/core/v1.d.ts";
import type * as discovery from "kubernetes-types/discovery/v1.d.ts";
import type * as events from "kubernetes-types/events/v1.d.ts";
import type * as networking from "kubernetes-types/networking/v1.d.ts";
import type * as policy from "kubernetes-types/policy/v1.d.ts";
import type * as rbac from "kubernetes-types/rbac/v1.d.ts";
import type * as scheduling from "kubernetes-types/scheduling/v1.d.ts";
import type * as storage from "kubernetes-types/storage/v1.d.ts";

/** The fields of each built-in kind: all optional, as one writes them. */
export interface BuiltinFields {
  /** Permissions, in any namespace. */
  ClusterRole: rbac.ClusterRole;
  /** Who has permissions everywhere. */
  ClusterRoleBinding: rbac.ClusterRoleBinding;
  /** Configuration that is not secret. */
  ConfigMap: core.ConfigMap;
  /** Jobs at given times. */
  CronJob: batch.CronJob;
  /** The definition of a kind. */
  CustomResourceDefinition: apiextensions.CustomResourceDefinition;
  /** A pod on each node. */
  DaemonSet: apps.DaemonSet;
  /** Equal pods that are replaced gradually. */
  Deployment: apps.Deployment;
  /** Addresses of a service's pods. */
  EndpointSlice: discovery.EndpointSlice;
  /** Something that happened to an object. */
  Event: events.Event;
  /** How the number of pods follows the load. */
  HorizontalPodAutoscaler: autoscaling.HorizontalPodAutoscaler;
  /** How HTTP from outside reaches services. */
  Ingress: networking.Ingress;
  /** Pods that run to an end. */
  Job: batch.Job;
  /** Who holds a role, and until when. */
  Lease: coordination.Lease;
  /** Default and largest resources of a namespace's pods. */
  LimitRange: core.LimitRange;
  /** A namespace. */
  Namespace: core.Namespace;
  /** Who may connect to whom. */
  NetworkPolicy: networking.NetworkPolicy;
  /** A machine of the cluster. */
  Node: core.Node;
  /** Storage of the cluster. */
  PersistentVolume: core.PersistentVolume;
  /** A claim to storage. */
  PersistentVolumeClaim: core.PersistentVolumeClaim;
  /** Containers that run together. */
  Pod: core.Pod;
  /** How many pods may be down on purpose. */
  PodDisruptionBudget: policy.PodDisruptionBudget;
  /** How important pods are. */
  PriorityClass: scheduling.PriorityClass;
  /** A number of equal pods. */
  ReplicaSet: apps.ReplicaSet;
  /** How much a namespace may use. */
  ResourceQuota: core.ResourceQuota;
  /** Permissions in one namespace. */
  Role: rbac.Role;
  /** Who has permissions in one namespace. */
  RoleBinding: rbac.RoleBinding;
  /** Configuration that is secret. */
  Secret: core.Secret;
  /** A name and an address for a set of pods. */
  Service: core.Service;
  /** Who a pod is to the API server. */
  ServiceAccount: core.ServiceAccount;
  /** Pods with names and storage of their own. */
  StatefulSet: apps.StatefulSet;
  /** A sort of storage that can be claimed. */
  StorageClass: storage.StorageClass;
}
