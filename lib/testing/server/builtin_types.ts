/** The types of the built-in kinds, as far as merging goes: lists by key, sets, and parts that are replaced as a whole. */

import { ANY, ATOMIC, listBy, object, SET, STRUCT, type TypeNode } from "./type_node.ts";

/** The metadata of every kind. */
export const METADATA_TYPE: TypeNode = object({
  labels: ANY,
  annotations: ANY,
  finalizers: SET,
  ownerReferences: listBy("uid", ATOMIC),
});

const SELECTOR = ATOMIC;
const CONDITIONS = listBy("type");
const PORT_KEYS = { containerPort: undefined, protocol: "TCP" };

const CONTAINER = object({
  env: listBy("name"),
  ports: listBy(PORT_KEYS),
  volumeMounts: listBy("mountPath"),
  volumeDevices: listBy("devicePath"),
  securityContext: STRUCT,
});

const POD_SPEC = object({
  containers: listBy("name", CONTAINER),
  initContainers: listBy("name", CONTAINER),
  ephemeralContainers: listBy("name", CONTAINER),
  volumes: listBy("name"),
  imagePullSecrets: listBy("name"),
  hostAliases: listBy("ip"),
  nodeSelector: ATOMIC,
  topologySpreadConstraints: listBy({ topologyKey: undefined, whenUnsatisfiable: undefined }),
  resourceClaims: listBy("name"),
  schedulingGates: listBy("name"),
});

const POD_TEMPLATE = object({ metadata: METADATA_TYPE, spec: POD_SPEC });
const CONDITIONED = object({ conditions: CONDITIONS });

/** A map whose values are all texts. */
const TEXTS: TypeNode = { type: "object", fields: {}, values: { type: "scalar", scalar: "string" } };

function kind(fields: Record<string, TypeNode>): TypeNode {
  return object({ metadata: METADATA_TYPE, ...fields });
}

const WORKLOAD = kind({ spec: object({ selector: SELECTOR, template: POD_TEMPLATE }), status: CONDITIONED });

/** The types by kind; one that is not here is merged field by field, its lists as a whole. */
export const BUILTIN_TYPES: Readonly<Record<string, TypeNode>> = {
  ConfigMap: kind({ data: TEXTS, binaryData: TEXTS }),
  Secret: kind({ data: TEXTS, stringData: TEXTS }),
  Pod: kind({
    spec: POD_SPEC,
    status: object({ conditions: CONDITIONS, podIPs: listBy("ip"), hostIPs: ATOMIC }),
  }),
  Service: kind({
    spec: object({ ports: listBy({ port: undefined, protocol: "TCP" }), selector: ATOMIC }),
    status: CONDITIONED,
  }),
  ServiceAccount: kind({ secrets: listBy("name"), imagePullSecrets: ATOMIC }),
  Namespace: kind({ status: CONDITIONED }),
  Node: kind({
    spec: object({ podCIDRs: SET, taints: ATOMIC }),
    status: object({ conditions: CONDITIONS, addresses: listBy("type") }),
  }),
  PersistentVolumeClaim: kind({ spec: object({ selector: SELECTOR }), status: CONDITIONED }),
  Deployment: WORKLOAD,
  ReplicaSet: WORKLOAD,
  DaemonSet: WORKLOAD,
  StatefulSet: WORKLOAD,
  Job: WORKLOAD,
  CronJob: kind({
    spec: object({ jobTemplate: object({ spec: object({ selector: SELECTOR, template: POD_TEMPLATE }) }) }),
  }),
  NetworkPolicy: kind({ spec: object({ podSelector: SELECTOR }) }),
  ClusterRole: kind({ aggregationRule: STRUCT }),
  PodDisruptionBudget: kind({ spec: object({ selector: SELECTOR }), status: CONDITIONED }),
  HorizontalPodAutoscaler: kind({ status: CONDITIONED }),
  Event: kind({ involvedObject: ATOMIC, regarding: ATOMIC, related: ATOMIC }),
  CustomResourceDefinition: kind({ status: CONDITIONED }),
};

/** The type of a built-in kind. */
export function builtinType(name: string): TypeNode {
  return BUILTIN_TYPES[name] ?? kind({});
}
