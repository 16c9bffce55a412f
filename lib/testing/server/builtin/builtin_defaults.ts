/** The defaults of built-in kinds, by Go struct. */

import type { GoStruct, GoType } from "../types/mod.ts";
import { type Fields, fieldsOf, isFields } from "../values/mod.ts";

/** Fills in the defaults of an object, from the outside in. Changes the fields. */
export function setGoDefaults(value: Fields, struct: GoStruct): void {
  if (Object.hasOwn(DEFAULTS, struct.name)) DEFAULTS[struct.name]!(value);
  for (const [name, field] of struct.fields) {
    if (name !== "metadata" && Object.hasOwn(value, name)) descend(value[name], field.type);
  }
}

function descend(value: unknown, type: GoType): void {
  switch (type.type) {
    case "pointer":
      return descend(value, type.to);
    case "list":
      if (hasStructs(type.items) && Array.isArray(value)) { for (const item of value) descend(item, type.items); }
      return;
    case "map":
      if (hasStructs(type.values) && isFields(value)) {
        for (const item of Object.values(value)) descend(item, type.values);
      }
      return;
    case "struct":
      if (isFields(value)) setGoDefaults(value, type);
  }
}

function hasStructs(type: GoType): boolean {
  return type.type !== "scalar";
}

/** Sets each field that is absent or empty. */
function fill(target: Fields, defaults: Fields): void {
  for (const [name, value] of Object.entries(defaults)) {
    if (target[name] === undefined || target[name] === null || target[name] === "") target[name] = value;
  }
}

/** The object in a field, created if it is absent. */
function inside(target: Fields, name: string): Fields {
  if (!isFields(target[name])) target[name] = {};
  return target[name] as Fields;
}

/** The default strategy of a rollout. */
function rolling(strategy: Fields, defaults: Fields): void {
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") fill(inside(strategy, "rollingUpdate"), defaults);
}

function container(fields: Fields): void {
  fill(fields, {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: isLatest(String(fields.image ?? "")) ? "Always" : "IfNotPresent",
  });
}

/** An image without a tag or digest is the latest one. */
function isLatest(image: string): boolean {
  return image.endsWith(":latest") || !/[:@][^/]+$/.test(image);
}

function volume(fields: Fields): void {
  if (Object.keys(fields).every((name) => name === "name")) fields.emptyDir = {};
  const image = fields.image;
  if (isFields(image)) fill(image, { pullPolicy: isLatest(String(image.reference ?? "")) ? "Always" : "IfNotPresent" });
}

function pod({ spec: given }: Fields): void {
  const spec = fieldsOf(given);
  for (const each of [spec.containers, spec.initContainers]) {
    for (const { resources } of Array.isArray(each) ? each as Fields[] : []) {
      const { limits } = fieldsOf(resources);
      if (isFields(limits)) fill(inside(resources as Fields, "requests"), limits);
    }
    if (spec.hostNetwork === true) hostPorts(each);
  }
  spec.enableServiceLinks ??= true;
}

/** On the node's network, the host port of a container equals its port. */
function hostPorts(containers: unknown): void {
  for (const { ports } of Array.isArray(containers) ? containers as Fields[] : []) {
    for (const port of Array.isArray(ports) ? ports as Fields[] : []) fill(port, { hostPort: port.containerPort });
  }
}

function service({ spec: given, status }: Fields): void {
  const spec = fieldsOf(given);
  fill(spec, { sessionAffinity: "None", type: "ClusterIP" });
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    fill(inside(inside(spec, "sessionAffinityConfig"), "clientIP"), { timeoutSeconds: 10800 });
  }
  for (const port of Array.isArray(spec.ports) ? spec.ports as Fields[] : []) {
    fill(port, { protocol: "TCP" });
    if (port.targetPort === 0 || port.targetPort === "") port.targetPort = port.port;
  }
  const balanced = spec.type === "LoadBalancer";
  const external = balanced || spec.type === "NodePort" || Array.isArray(spec.externalIPs);
  if (external) fill(spec, { externalTrafficPolicy: "Cluster" });
  if (spec.type !== "ExternalName") fill(spec, { internalTrafficPolicy: "Cluster" });
  if (!balanced) return;
  fill(spec, { allocateLoadBalancerNodePorts: true });
  const { ingress } = fieldsOf(fieldsOf(status).loadBalancer);
  for (const each of Array.isArray(ingress) ? ingress as Fields[] : []) if (each.ip) fill(each, { ipMode: "VIP" });
}

function job(fields: Fields): void {
  const spec = inside(fields, "spec");
  if (spec.parallelism === undefined && spec.completions === undefined) fill(spec, { completions: 1 });
  fill(spec, {
    ...{ parallelism: 1, completionMode: "NonIndexed", suspend: false, manualSelector: false },
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
  });
  const { labels } = fieldsOf(fieldsOf(spec.template).metadata);
  const metadata = fieldsOf(fields.metadata);
  if (!isFields(labels) || Object.keys(fieldsOf(metadata.labels)).length > 0) return;
  metadata.labels = { ...labels };
  labelledAsTemplate.add(spec);
}

/** The specs of Jobs that took their labels from the template. They also get the labels that are added to it later. */
export const labelledAsTemplate: WeakSet<object> = new WeakSet();

/** The annotation that counts the template changes of a DaemonSet. */
export const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

function daemonSet({ metadata: given }: Fields): void {
  const metadata = fieldsOf(given);
  if (fieldsOf(metadata.annotations)[TEMPLATE_GENERATION] !== undefined) return;
  metadata.annotations = { ...fieldsOf(metadata.annotations), [TEMPLATE_GENERATION]: "0" };
}

function scalingRules(policies: readonly Fields[], given: unknown, extra: Fields): Fields {
  return { ...extra, selectPolicy: "Max", policies, ...fieldsOf(given) };
}

function horizontalPodAutoscaler({ spec: given }: Fields): void {
  const spec = fieldsOf(given);
  const target = { type: "Utilization", averageUtilization: 80 };
  fill(spec, { minReplicas: 1, metrics: [{ type: "Resource", resource: { name: "cpu", target } }] });
  const { behavior } = spec;
  if (!isFields(behavior)) return;
  const all = { type: "Percent", value: 100, periodSeconds: 15 };
  const up = [{ type: "Pods", value: 4, periodSeconds: 15 }, all];
  behavior.scaleUp = scalingRules(up, behavior.scaleUp, { stabilizationWindowSeconds: 0 });
  behavior.scaleDown = scalingRules([all], behavior.scaleDown, {});
}

function subject(fields: Fields): void {
  if (fields.kind === "User" || fields.kind === "Group") fill(fields, { apiGroup: "rbac.authorization.k8s.io" });
}

function binding(fields: Fields): void {
  const { roleRef } = fields;
  if (isFields(roleRef) && !roleRef.apiGroup) roleRef.apiGroup = "rbac.authorization.k8s.io";
}

function namespace(fields: Fields): void {
  const metadata = fieldsOf(fields.metadata);
  if (metadata.name) metadata.labels = { ...fieldsOf(metadata.labels), "kubernetes.io/metadata.name": metadata.name };
  fill(inside(fields, "status"), { phase: "Active" });
}

function networkPolicy(fields: Fields): void {
  const spec = inside(fields, "spec");
  fill(spec, { policyTypes: spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"] });
}

/** The parts of a CRD's spec that the server fills in. */
function definition(fields: Fields): void {
  const spec = inside(fields, "spec");
  const names = inside(spec, "names");
  if (!names.singular) names.singular = String(names.kind ?? "").toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  fill(spec, { conversion: { strategy: "None" } });
}

const mode = (fields: Fields) => fill(fields, { defaultMode: 420 });
const inTcp = (fields: Fields) => fill(fields, { protocol: "TCP" });

/** The functions that fill in the defaults, by struct. */
const DEFAULTS: Readonly<Record<string, (fields: Fields) => void>> = {
  ClusterRoleBinding: binding,
  ConfigMapVolumeSource: mode,
  Container: container,
  ContainerPort: inTcp,
  CronJobSpec: (fields) =>
    fill(fields, {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }),
  CustomResourceDefinition: definition,
  DaemonSet: daemonSet,
  DaemonSetSpec(fields) {
    rolling(inside(fields, "updateStrategy"), { maxUnavailable: 1, maxSurge: 0 });
    fill(fields, { revisionHistoryLimit: 10 });
  },
  DeploymentSpec(fields) {
    rolling(inside(fields, "strategy"), { maxUnavailable: "25%", maxSurge: "25%" });
    fill(fields, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  },
  DownwardAPIVolumeSource: mode,
  EndpointPort: (fields) => fill(fields, { name: "", protocol: "TCP" }),
  EphemeralContainer: container,
  GRPCAction: (fields) => fill(fields, { service: "" }),
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  HostPathVolumeSource: (fields) => fill(fields, { type: "" }),
  HTTPGetAction: (fields) => fill(fields, { path: "/", scheme: "HTTP" }),
  ISCSIVolumeSource: (fields) => fill(fields, { iscsiInterface: "default" }),
  Job: job,
  Namespace: namespace,
  NetworkPolicy: networkPolicy,
  NetworkPolicyPort: inTcp,
  NodeSpec(fields) {
    // The older field of the two holds the first range.
    if (typeof fields.podCIDR === "string") fill(fields, { podCIDRs: [fields.podCIDR] });
    else if (Array.isArray(fields.podCIDRs)) fill(fields, { podCIDR: fields.podCIDRs[0] });
  },
  NodeStatus(fields) {
    if (isFields(fields.capacity)) fill(fields, { allocatable: { ...fields.capacity } });
  },
  ObjectFieldSelector: (fields) => fill(fields, { apiVersion: "v1" }),
  PersistentVolumeClaimSpec: (fields) => fill(fields, { volumeMode: "Filesystem" }),
  PersistentVolumeClaim: (fields) => fill(inside(fields, "status"), { phase: "Pending" }),
  Pod: pod,
  PodFailurePolicyOnPodConditionsPattern: (fields) => fill(fields, { status: "True" }),
  PodSpec(fields) {
    fill(fields, {
      ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 30, dnsPolicy: "ClusterFirst" },
      ...{ securityContext: {}, schedulerName: "default-scheduler" },
    });
    if (Number(fields.terminationGracePeriodSeconds) < 0) fields.terminationGracePeriodSeconds = 1;
    // The older field of the two has the same value.
    const account = fields.serviceAccountName ?? fields.serviceAccount;
    if (account !== undefined) Object.assign(fields, { serviceAccountName: account, serviceAccount: account });
  },
  Probe: (fields) => fill(fields, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
  ProjectedVolumeSource: mode,
  ReplicaSetSpec: (fields) => fill(fields, { replicas: 1 }),
  RoleBinding: binding,
  Secret: (fields) => fill(fields, { type: "Opaque" }),
  SecretVolumeSource: mode,
  Service: service,
  ServiceAccountTokenProjection: (fields) => fill(fields, { expirationSeconds: 3600 }),
  StatefulSetSpec(fields) {
    const strategy = inside(fields, "updateStrategy");
    if (strategy.type === undefined) inside(strategy, "rollingUpdate");
    fill(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate" && isFields(strategy.rollingUpdate)) {
      fill(strategy.rollingUpdate, { partition: 0 });
    }
    fill(inside(fields, "persistentVolumeClaimRetentionPolicy"), { whenDeleted: "Retain", whenScaled: "Retain" });
    fill(fields, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady" });
    for (const claim of Array.isArray(fields.volumeClaimTemplates) ? fields.volumeClaimTemplates as Fields[] : []) {
      fill(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim" });
    }
  },
  StorageClass: (fields) => fill(fields, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  Subject: subject,
  Volume: volume,
};
