/** Validates built-in kinds, as far as operators need it. */

import { crdErrors } from "../schema/mod.ts";
import type { FieldError, ServerObject } from "../values/mod.ts";
import { cronJob, job } from "./batch.ts";
import { configMap, secret } from "./configuration.ts";
import { endpointSlice, ingress, networkPolicy } from "./networking.ts";
import { event, horizontalPodAutoscaler, lease, namespace, newEvent, node, podDisruptionBudget } from "./others.ts";
import { pod } from "./pod.ts";
import { binding, role } from "./roles.ts";
import { service } from "./service.ts";
import { persistentVolumeClaim, storageClass } from "./storage.ts";
import { daemonSet, deployment, replicaSet, statefulSet } from "./workload.ts";

export { warningsOf } from "./warnings.ts";

/** Validates an object; `old` is the object that it replaces. */
export type Validator = (object: ServerObject, old: ServerObject | undefined) => FieldError[];

/** The validators, by the struct of the kind. */
export const BUILTIN_VALIDATION: Readonly<Record<string, Validator>> = {
  ClusterRole: role,
  ClusterRoleBinding: binding,
  ConfigMap: configMap,
  CronJob: cronJob,
  CustomResourceDefinition: crdErrors,
  DaemonSet: daemonSet,
  Deployment: deployment,
  EndpointSlice: endpointSlice,
  Event: (object, old) => old ? [] : event(object),
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  Ingress: ingress,
  Job: job,
  Lease: lease,
  Namespace: namespace,
  NetworkPolicy: networkPolicy,
  NewEvent: newEvent,
  Node: node,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  PodDisruptionBudget: podDisruptionBudget,
  ReplicaSet: replicaSet,
  Role: role,
  RoleBinding: binding,
  Secret: secret,
  Service: service,
  StatefulSet: statefulSet,
  StorageClass: storageClass,
};
