/**
 * What the API server does to fields of built-in kinds, as far as it makes a stored object look unlike what was applied. It
 * saves writes, and nothing depends on it: what is missing here is learnt from what the API server answers, see `applied.ts`.
 */

import type { ResourceKind } from "../model/mod.ts";

/** Lists whose items are told apart by keys; the first whose keys all items have is meant. */
const LIST_KEYS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ["containers", [["name"]]],
  ["env", [["name"]]],
  ["ephemeralContainers", [["name"]]],
  ["hostAliases", [["ip"]]],
  ["imagePullSecrets", [["name"]]],
  ["initContainers", [["name"]]],
  ["ownerReferences", [["uid"]]],
  ["ports", [["containerPort", "protocol"], ["port", "protocol"]]],
  ["secrets", [["name"]]],
  ["topologySpreadConstraints", [["topologyKey", "whenUnsatisfiable"]]],
  ["volumeDevices", [["devicePath"]]],
  ["volumeMounts", [["mountPath"]]],
  ["volumes", [["name"]]],
]);

/** Lists of those names that have keys only in these fields: elsewhere, as in NetworkPolicies, they are one value. */
const KEYED_ONLY_IN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["imagePullSecrets", new Set(["spec"])],
  ["ports", new Set(["spec", "containers", "initContainers", "ephemeralContainers"])],
]);

/** Keys that may be left out, and what they are then. */
const KEY_DEFAULTS: ReadonlyMap<string, unknown> = new Map([["protocol", "TCP"]]);

/** Fields whose keys are anybody's words: a label may be called `env`, and is no list of variables. */
const FREE_MAPS = new Set(["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "stringData"]);

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

/**
 * The keys that tell the items of a list apart; `undefined` when it is replaced as a whole.
 *
 * @param parent The field that the list is in.
 * @param name The list's name.
 * @param items The items, all of which must have the keys.
 */
export function keysOfList(parent: string, name: string, items: readonly unknown[]): readonly string[] | undefined {
  if (KEYED_ONLY_IN.get(name)?.has(parent) === false) return undefined;
  return LIST_KEYS.get(name)?.find((keys) => items.every((item) => keys.every((key) => hasKey(item, key))));
}

function hasKey(item: unknown, key: string): boolean {
  return typeof item === "object" && item !== null && (Object.hasOwn(item, key) || KEY_DEFAULTS.has(key));
}

/** The value of a key of an item. */
export function keyValue(item: unknown, key: string): unknown {
  return (item as Readonly<Record<string, unknown>> | null)?.[key] ?? KEY_DEFAULTS.get(key);
}

/** Whether the field of that name, in that field, is a quantity. */
export function isQuantity(parent: string, name: string): boolean {
  return QUANTITY_MAPS.has(parent) || QUANTITY_FIELDS.has(name) && !FREE_MAPS.has(parent);
}

/** Whether what is stored in place of a value that says nothing, of the field of that name in that field, may be this. */
export function isDropped(parent: string, name: string, wanted: unknown, stored: unknown): boolean {
  if (!saysNothing(wanted) || FREE_MAPS.has(parent)) return false;
  if (stored === undefined) return wanted === null || DROPPED.has(name) || ASSIGNED.has(name);
  return ASSIGNED.has(name);
}

function saysNothing(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}
