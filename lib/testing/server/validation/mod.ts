/** What the API server refuses of built-in kinds, as far as operators run into it. */

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

/** Finds what is wrong with an object; `old` is what it replaces. */
export type Validator = (object: ServerObject, old: ServerObject | undefined) => FieldError[];

/** What checks an object, by the struct of its kind. */
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
