/** The fields of the built-in kinds, taken from `kubernetes-types`, in one table. */

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

/** The fields of each built-in kind. All are optional, so that one can write partial objects. */
export interface BuiltinFields {
  /** Permissions that can be granted in any namespace. */
  ClusterRole: rbac.ClusterRole;
  /** Grants permissions in the whole cluster. */
  ClusterRoleBinding: rbac.ClusterRoleBinding;
  /** Configuration that is not secret. */
  ConfigMap: core.ConfigMap;
  /** Jobs on a schedule. */
  CronJob: batch.CronJob;
  /** The definition of a kind. */
  CustomResourceDefinition: apiextensions.CustomResourceDefinition;
  /** A pod on each node. */
  DaemonSet: apps.DaemonSet;
  /** Identical pods that are replaced gradually. */
  Deployment: apps.Deployment;
  /** The addresses behind a Service. */
  EndpointSlice: discovery.EndpointSlice;
  /** Something that happened to an object. */
  Event: events.Event;
  /** Scales a workload by its load. */
  HorizontalPodAutoscaler: autoscaling.HorizontalPodAutoscaler;
  /** Routes HTTP from outside to Services. */
  Ingress: networking.Ingress;
  /** Pods that run to completion. */
  Job: batch.Job;
  /** The holder of a role, and until when. */
  Lease: coordination.Lease;
  /** Default and maximum resources of a namespace's pods. */
  LimitRange: core.LimitRange;
  /** A namespace. */
  Namespace: core.Namespace;
  /** Which connections of pods are allowed. */
  NetworkPolicy: networking.NetworkPolicy;
  /** A machine of the cluster. */
  Node: core.Node;
  /** A volume of the cluster. */
  PersistentVolume: core.PersistentVolume;
  /** A request for storage. */
  PersistentVolumeClaim: core.PersistentVolumeClaim;
  /** Containers that run together. */
  Pod: core.Pod;
  /** How many pods may be down voluntarily. */
  PodDisruptionBudget: policy.PodDisruptionBudget;
  /** The priority of pods. */
  PriorityClass: scheduling.PriorityClass;
  /** A number of identical pods. */
  ReplicaSet: apps.ReplicaSet;
  /** Limits on the resources of a namespace. */
  ResourceQuota: core.ResourceQuota;
  /** Permissions in one namespace. */
  Role: rbac.Role;
  /** Grants permissions in one namespace. */
  RoleBinding: rbac.RoleBinding;
  /** Configuration that is secret. */
  Secret: core.Secret;
  /** A name and an address for a set of pods. */
  Service: core.Service;
  /** The identity of pods at the API server. */
  ServiceAccount: core.ServiceAccount;
  /** Pods with stable names and storage. */
  StatefulSet: apps.StatefulSet;
  /** A class of storage that can be requested. */
  StorageClass: storage.StorageClass;
}
