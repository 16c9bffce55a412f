/**
 * What the API server does to fields of built-in kinds, as far as it makes a stored object look unlike what was applied. What
 * is missing here costs one write too many for an object, never a loop: see `applied.ts`.
 */

import type { ResourceKind } from "../model/mod.ts";

/** Lists whose items are told apart by keys; the first whose keys all items have is meant. */
const LIST_KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  containers: [["name"]],
  env: [["name"]],
  ephemeralContainers: [["name"]],
  hostAliases: [["ip"]],
  imagePullSecrets: [["name"]],
  initContainers: [["name"]],
  ownerReferences: [["uid"]],
  ports: [["containerPort", "protocol"], ["port", "protocol"]],
  secrets: [["name"]],
  topologySpreadConstraints: [["topologyKey", "whenUnsatisfiable"]],
  volumeDevices: [["devicePath"]],
  volumeMounts: [["mountPath"]],
  volumes: [["name"]],
};

/** Keys that may be left out, and what they are then. */
const KEY_DEFAULTS: Readonly<Record<string, unknown>> = { protocol: "TCP" };

/** Maps of quantities. */
const QUANTITY_MAPS = new Set(["capacity", "default", "defaultRequest", "hard", "limits", "max", "min", "requests"]);
/** Fields that are quantities themselves. */
const QUANTITY_FIELDS = new Set(["averageValue", "divisor", "sizeLimit"]);

/** Fields that are not stored when they are empty, `false` or zero. */
const DROPPED = new Set([
  ...["annotations", "args", "binaryData", "command", "data", "env", "envFrom", "finalizers", "hostAliases", "hostIPC"],
  ...["hostNetwork", "hostPID", "imagePullSecrets", "initContainers", "initialDelaySeconds", "labels", "limits"],
  ...["loadBalancerSourceRanges", "externalIPs", "matchExpressions", "matchLabels", "minReadySeconds", "nodeSelector"],
  ...["ownerReferences", "paused", "ports", "publishNotReadyAddresses", "readOnly", "requests", "stdin", "stdinOnce"],
  ...["subPath", "tolerations", "topologySpreadConstraints", "tty", "value", "volumeMounts", "volumes", "workingDir"],
]);
/** Fields that the API server sets when they are empty or zero. */
const ASSIGNED = new Set(["clusterIP", "healthCheckNodePort", "nodePort"]);

/** Whether the kind is one that every cluster has: its fields are those that the rules are about. */
export function isBuiltin({ group }: ResourceKind): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** The keys that tell the items of a list apart; `undefined` when it is replaced as a whole. */
export function keysOfList(name: string, items: readonly unknown[]): readonly string[] | undefined {
  const has = (item: unknown, key: string) =>
    typeof item === "object" && item !== null && (key in item || key in KEY_DEFAULTS);
  return LIST_KEYS[name]?.find((keys) => items.every((item) => keys.every((key) => has(item, key))));
}

/** The value of a key of an item. */
export function keyValue(item: unknown, key: string): unknown {
  return (item as Readonly<Record<string, unknown>> | null)?.[key] ?? KEY_DEFAULTS[key];
}

/** Whether the field of that name, in that field, is a quantity. */
export function isQuantity(parent: string, name: string): boolean {
  return QUANTITY_FIELDS.has(name) || QUANTITY_MAPS.has(parent);
}

/** Whether what is stored in place of a value that says nothing may be this. */
export function isDropped(name: string, wanted: unknown, stored: unknown): boolean {
  if (!saysNothing(wanted)) return false;
  return wanted === null || ASSIGNED.has(name) || stored === undefined && DROPPED.has(name);
}

function saysNothing(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}
