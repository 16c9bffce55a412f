/** The defaults of built-in kinds that clients notice most. */

import { arrayOf, type Fields, fieldsOf, isFields } from "./json.ts";
import { encodeBase64 } from "./base64.ts";
import type { ServerObject } from "./object.ts";

type Defaulter = (object: ServerObject) => void;

/** Sets each field that is absent. */
function fill(target: Fields, defaults: Fields): void {
  for (const [name, value] of Object.entries(defaults)) target[name] ??= value;
}

/** The object at a field, made when it is absent. */
function inside(target: Fields, name: string): Fields {
  if (!isFields(target[name])) target[name] = {};
  return target[name] as Fields;
}

function containerDefaults(container: Fields): void {
  const image = String(container.image ?? "");
  const pinned = /[:@][^/]+$/.test(image) && !image.endsWith(":latest");
  fill(container, {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pinned ? "IfNotPresent" : "Always",
  });
  for (const port of arrayOf(container.ports).filter(isFields)) fill(port, { protocol: "TCP" });
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    if (isFields(container[probe])) {
      fill(container[probe], { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    }
  }
}

function volumeDefaults(volume: Fields): void {
  for (const source of ["configMap", "secret", "projected", "downwardAPI"]) {
    if (isFields(volume[source])) fill(volume[source], { defaultMode: 420 });
  }
}

function podSpecDefaults(spec: Fields): void {
  fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  if (typeof spec.serviceAccountName === "string") fill(spec, { serviceAccount: spec.serviceAccountName });
  for (const name of ["containers", "initContainers"]) arrayOf(spec[name]).filter(isFields).forEach(containerDefaults);
  arrayOf(spec.volumes).filter(isFields).forEach(volumeDefaults);
}

function templateDefaults(spec: Fields): void {
  podSpecDefaults(inside(inside(spec, "template"), "spec"));
}

function deployment(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = inside(spec, "strategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") {
    fill(inside(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
  }
  templateDefaults(spec);
  fill(object, { status: {} });
}

function statefulSet(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady", serviceName: "" });
  fill(inside(spec, "persistentVolumeClaimRetentionPolicy"), { whenDeleted: "Retain", whenScaled: "Retain" });
  const strategy = inside(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") fill(inside(strategy, "rollingUpdate"), { partition: 0 });
  templateDefaults(spec);
  fill(object, { status: { replicas: 0, availableReplicas: 0 } });
}

function daemonSet(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = inside(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") fill(inside(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
  templateDefaults(spec);
  fill(object, {
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  });
}

function replicaSet(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { replicas: 1 });
  templateDefaults(spec);
  fill(object, { status: { replicas: 0 } });
}

function jobSpec(spec: Fields): void {
  if (spec.parallelism === undefined && spec.completions === undefined) fill(spec, { parallelism: 1, completions: 1 });
  fill(spec, {
    parallelism: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: "TerminatingOrFailed",
  });
  templateDefaults(spec);
}

/** A Job finds its Pods by its own UID, unless told otherwise. */
function job(object: ServerObject): void {
  const spec = inside(object, "spec");
  jobSpec(spec);
  const { uid, name } = object.metadata;
  if (spec.manualSelector !== true && spec.selector === undefined) {
    const labels = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "controller-uid": uid,
      "job-name": name,
    };
    const template = inside(inside(spec, "template"), "metadata");
    template.labels = { ...fieldsOf(template.labels), ...labels };
    spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  }
  fill(object, { status: {} });
}

function cronJob(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { concurrencyPolicy: "Allow", suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  templateDefaults(inside(inside(spec, "jobTemplate"), "spec"));
  fill(object, { status: {} });
}

function pod(object: ServerObject): void {
  const spec = inside(object, "spec");
  podSpecDefaults(spec);
  fill(spec, { enableServiceLinks: true, priority: 0, preemptionPolicy: "PreemptLowerPriority" });
  fill(object, { status: { phase: "Pending", qosClass: "BestEffort" } });
}

function service(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { type: "ClusterIP", sessionAffinity: "None" });
  if (spec.type !== "ExternalName") {
    fill(spec, { internalTrafficPolicy: "Cluster", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
    fill(spec, { clusterIP: addressFrom(object.metadata.uid) });
    fill(spec, { clusterIPs: [spec.clusterIP] });
  }
  for (const port of arrayOf(spec.ports).filter(isFields)) fill(port, { protocol: "TCP", targetPort: port.port });
  fill(object, { status: { loadBalancer: {} } });
}

/** An address for show: nothing listens there. */
function addressFrom(uid: string): string {
  const [high, low] = [parseInt(uid.slice(0, 2), 16), parseInt(uid.slice(2, 4), 16)];
  return `10.96.${high}.${low}`;
}

function secret(object: ServerObject): void {
  if (isFields(object.stringData)) {
    const data = inside(object, "data");
    for (const [name, value] of Object.entries(object.stringData)) data[name] = encodeBase64(String(value));
    delete object.stringData;
  }
  fill(object, { type: "Opaque" });
}

function namespace(object: ServerObject): void {
  const { metadata } = object;
  metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
  fill(object, { status: { phase: "Active" } });
}

function persistentVolumeClaim(object: ServerObject): void {
  fill(inside(object, "spec"), { volumeMode: "Filesystem" });
  fill(object, { status: { phase: "Pending" } });
}

function ingress(object: ServerObject): void {
  fill(object, { status: { loadBalancer: {} } });
}

function networkPolicy(object: ServerObject): void {
  const spec = inside(object, "spec");
  fill(spec, { podSelector: {}, policyTypes: spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"] });
}

function binding(object: ServerObject): void {
  if (isFields(object.roleRef)) fill(object.roleRef, { apiGroup: "rbac.authorization.k8s.io" });
  for (const subject of arrayOf(object.subjects).filter(isFields)) {
    if (subject.kind !== "ServiceAccount") fill(subject, { apiGroup: "rbac.authorization.k8s.io" });
  }
}

function horizontalPodAutoscaler(object: ServerObject): void {
  fill(inside(object, "spec"), { minReplicas: 1 });
  fill(object, { status: { desiredReplicas: 0, currentMetrics: null } });
}

function storageClass(object: ServerObject): void {
  fill(object, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" });
}

/** The spec parts that a definition leaves to the server. */
function customResourceDefinition(object: ServerObject): void {
  const spec = inside(object, "spec");
  const names = inside(spec, "names");
  fill(names, { singular: String(names.kind ?? "").toLowerCase(), listKind: `${names.kind}List` });
  fill(spec, { conversion: { strategy: "None" } });
}

/** What fills in the defaults, by kind. */
export const BUILTIN_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  ClusterRoleBinding: binding,
  CronJob: cronJob,
  CustomResourceDefinition: customResourceDefinition,
  DaemonSet: daemonSet,
  Deployment: deployment,
  HorizontalPodAutoscaler: horizontalPodAutoscaler,
  Ingress: ingress,
  Job: job,
  Namespace: namespace,
  NetworkPolicy: networkPolicy,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  PodDisruptionBudget: (object) => fill(object, { status: {} }),
  ReplicaSet: replicaSet,
  RoleBinding: binding,
  Secret: secret,
  Service: service,
  StatefulSet: statefulSet,
  StorageClass: storageClass,
};
