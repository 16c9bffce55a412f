/**
 * What the API server does to fields of built-in kinds that makes a stored object differ from what was applied. These
 * rules only save writes: what is missing here is learnt from the API server's answers, see `applied.ts`.
 */

import type { ResourceKind } from "../model/mod.ts";

/** Lists whose items have keys. If there are several sets of keys, the first one that all items have counts. */
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

/** List names that have keys only in these fields. Elsewhere, as in NetworkPolicies, such a list is compared as a whole. */
const KEYED_ONLY_IN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["imagePullSecrets", new Set(["spec"])],
  ["ports", new Set(["spec", "containers", "initContainers", "ephemeralContainers"])],
]);

/** Keys that may be left out, and their default. */
const KEY_DEFAULTS: ReadonlyMap<string, unknown> = new Map([["protocol", "TCP"]]);

/** Maps with free keys: a label may be called `env` without being a list of variables. */
const FREE_MAPS = new Set(["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "stringData"]);

const QUANTITY_MAPS = new Set(["capacity", "default", "defaultRequest", "hard", "limits", "max", "min", "requests"]);
/** Single fields that are quantities. */
const QUANTITY_FIELDS = new Set(["averageValue", "divisor", "sizeLimit"]);

/** Fields that are not stored when they are empty, `false` or zero. */
const DROPPED = new Set([
  ...["annotations", "args", "binaryData", "command", "data", "env", "envFrom", "finalizers", "hostAliases", "hostIPC"],
  ...["hostNetwork", "hostPID", "imagePullSecrets", "initContainers", "initialDelaySeconds", "labels", "limits"],
  ...["loadBalancerSourceRanges", "externalIPs", "matchExpressions", "matchLabels", "minReadySeconds", "nodeSelector"],
  ...["ownerReferences", "paused", "ports", "publishNotReadyAddresses", "readOnly", "requests", "stdin", "stdinOnce"],
  ...["subPath", "tolerations", "topologySpreadConstraints", "tty", "value", "volumeMounts", "volumes", "workingDir"],
]);
/** Fields that the API server fills in if they are empty or zero. */
const ASSIGNED = new Set(["clusterIP", "healthCheckNodePort", "nodePort"]);

/** Whether the kind is built in, so that the rules of this file apply. */
export function isBuiltin({ group }: ResourceKind): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/**
 * The keys that tell the items of a list apart; `undefined` when it is replaced as a whole.
 *
 * @param parent The enclosing field.
 * @param name The list's name.
 * @param items The items. All of them must have the keys.
 */
export function keysOfList(parent: string, name: string, items: readonly unknown[]): readonly string[] | undefined {
  if (KEYED_ONLY_IN.get(name)?.has(parent) === false) return undefined;
  return LIST_KEYS.get(name)?.find((keys) => items.every((item) => keys.every((key) => hasKey(item, key))));
}

function hasKey(item: unknown, key: string): boolean {
  return typeof item === "object" && item !== null && (Object.hasOwn(item, key) || KEY_DEFAULTS.has(key));
}

/** The value of a key of a list item. */
export function keyValue(item: unknown, key: string): unknown {
  return (item as Readonly<Record<string, unknown>> | null)?.[key] ?? KEY_DEFAULTS.get(key);
}

/** Whether the field `name` inside the field `parent` is a quantity. */
export function isQuantity(parent: string, name: string): boolean {
  return QUANTITY_MAPS.has(parent) || QUANTITY_FIELDS.has(name) && !FREE_MAPS.has(parent);
}

/** Whether the wanted value says nothing, so that the API server may have stored this instead. */
export function isDropped(parent: string, name: string, wanted: unknown, stored: unknown): boolean {
  if (!saysNothing(wanted) || FREE_MAPS.has(parent)) return false;
  if (stored === undefined) return wanted === null || DROPPED.has(name) || ASSIGNED.has(name);
  return ASSIGNED.has(name);
}

function saysNothing(value: unknown): boolean {
  return !value || typeof value === "object" && Object.keys(value).length === 0;
}
