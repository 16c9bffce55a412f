/** Fields that the server itself sets on objects of built-in kinds at creation, before validation. No manager owns them. */

import { CLAIM_PROTECTION } from "../controllers/mod.ts";
import { labelledAsTemplate, TEMPLATE_GENERATION } from "./builtin_defaults.ts";
import { arrayOf, copyOf, type Fields, fieldsOf, isFields, isSame, type ServerObject } from "../values/mod.ts";
import { podQuality } from "./pod_quality.ts";

/** The object in a field, created if it is absent. */
function inside(target: Fields, name: string): Fields {
  if (!isFields(target[name])) target[name] = {};
  return target[name] as Fields;
}

/** A Job selects its Pods by its own UID, unless its spec says otherwise. */
function job(object: ServerObject): void {
  const spec = inside(object, "spec");
  if (spec.manualSelector === true) return;
  const { uid, name } = object.metadata;
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  } as Record<string, string>;
  const template = inside(inside(spec, "template"), "metadata");
  template.labels = { ...fieldsOf(template.labels), ...labels };
  // A Job without labels gets those of its template, including added ones.
  if (labelledAsTemplate.has(spec) || !object.metadata.labels) {
    object.metadata.labels = { ...object.metadata.labels, ...labels };
  }
  const selector = inside(spec, "selector");
  selector.matchLabels = { ...fieldsOf(selector.matchLabels), "batch.kubernetes.io/controller-uid": uid };
}

/** Sets what admission adds to a Pod, and its initial status. */
function pod(object: ServerObject): void {
  const spec = inside(object, "spec");
  spec.priority ??= 0;
  spec.preemptionPolicy ??= "PreemptLowerPriority";
  tolerate(object);
  object.status = { phase: "Pending", qosClass: podQuality(spec) };
}

/** Adds the tolerations that keep a Pod for a while on a node that does not respond. */
export function tolerate(object: ServerObject): void {
  const spec = inside(object, "spec");
  const tolerations = arrayOf(spec.tolerations).filter(isFields);
  for (const condition of ["not-ready", "unreachable"]) {
    const key = `node.kubernetes.io/${condition}`;
    const covers = (other: Fields) =>
      (!other.key || other.key === key) && (!other.effect || other.effect === "NoExecute");
    if (tolerations.some(covers)) continue;
    tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
}

/** Allocates a Service's addresses and ports, as far as its type has any. Nothing listens there. */
export function allocate(object: ServerObject, old?: ServerObject): void {
  const spec = inside(object, "spec");
  const was = fieldsOf(old?.spec);
  if (spec.type === "ExternalName") return;
  if (was.type !== undefined && was.type !== "ExternalName") {
    if (spec.clusterIP === undefined && spec.clusterIPs === undefined) spec.clusterIP = was.clusterIP;
    spec.ipFamilies ??= copyOf(was.ipFamilies);
    spec.ipFamilyPolicy ??= was.ipFamilyPolicy;
  }
  spec.clusterIP ??= arrayOf(spec.clusterIPs)[0] ?? addressFrom(object.metadata.uid);
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ["IPv4"];
  spec.ipFamilyPolicy ??= "SingleStack";
  allocatePorts(object, spec, was);
}

function allocatePorts({ metadata: { uid } }: ServerObject, spec: Fields, was: Fields): void {
  const external = spec.type === "NodePort" ||
    (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  const ports = arrayOf(spec.ports).filter(isFields);
  const before = arrayOf(was.ports).filter(isFields);
  for (const [index, port] of ports.entries()) {
    if (!external || port.nodePort !== undefined) continue;
    const same = before.find((other) => other.port === port.port && other.protocol === port.protocol);
    port.nodePort = same?.nodePort ?? portFrom(uid, index);
  }
  if (spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local") {
    spec.healthCheckNodePort ??= was.healthCheckNodePort ?? portFrom(uid, ports.length);
  }
}

function addressFrom(uid: string): string {
  const [high, low] = [parseInt(uid.slice(0, 2), 16), parseInt(uid.slice(2, 4), 16)];
  return `10.96.${high}.${low}`;
}

function portFrom(uid: string, index: number): number {
  return 30000 + (parseInt(uid.slice(4, 8), 16) + index) % 2768;
}

/** Counts the template changes of a DaemonSet. */
export function countTemplates(object: ServerObject, old?: ServerObject): void {
  const was = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const given = Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const changed = old && !isSame(fieldsOf(object.spec).template, fieldsOf(old.spec).template);
  const generation = old ? was + (changed ? 1 : 0) : Math.max(given, 1);
  object.metadata.annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

/** A claim's source has two fields; the older one says less. */
function persistentVolumeClaim(object: ServerObject): void {
  const spec = inside(object, "spec");
  if (spec.dataSource !== undefined) spec.dataSourceRef ??= copyOf(spec.dataSource);
  else if (isFields(spec.dataSourceRef) && !spec.dataSourceRef.namespace) spec.dataSource = copyOf(spec.dataSourceRef);
  const { metadata } = object;
  if (!metadata.finalizers?.includes(CLAIM_PROTECTION)) {
    metadata.finalizers = [...metadata.finalizers ?? [], CLAIM_PROTECTION];
  }
  object.status = { phase: "Pending" };
}

function namespace(object: ServerObject): void {
  const spec = inside(object, "spec");
  const finalizers = arrayOf(spec.finalizers);
  if (!finalizers.includes("kubernetes")) spec.finalizers = [...finalizers, "kubernetes"];
  object.status = { phase: "Active" };
}

/** A new node accepts no Pods until it reports to be ready. */
function node(object: ServerObject): void {
  const spec = inside(object, "spec");
  const taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
  const taints = arrayOf(spec.taints).filter(isFields);
  const has = taints.some(({ key, effect }) => key === taint.key && effect === taint.effect);
  if (!has) spec.taints = [...taints, taint];
}

function definition(object: ServerObject): void {
  const versions = arrayOf(fieldsOf(object.spec).versions);
  const stored = versions.filter((version) => fieldsOf(version).storage === true);
  object.status = {
    conditions: null,
    acceptedNames: { plural: "", kind: "" },
    storedVersions: stored.map((version) => fieldsOf(version).name),
  };
}

/** The functions that set fields at creation, by kind. */
export const SYSTEM_FIELDS: Readonly<Record<string, (object: ServerObject) => void>> = {
  CustomResourceDefinition: definition,
  Job: job,
  Namespace: namespace,
  Node: node,
  DaemonSet: (object) => countTemplates(object),
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  Service: allocate,
};
