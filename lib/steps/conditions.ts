/** Reads and sets status conditions by Kubernetes' rules. Pure: the time is an argument. */

import { shownValue } from "../time/mod.ts";
import { CONDITION_RULES } from "./conditions_schema.ts";

/** A condition of an object's status: `metav1.Condition`. */
export interface Condition {
  /** What is said, in CamelCase: `Ready`. May have a domain before it: `example.dev/Ready`. */
  type: string;
  /** Whether it holds. */
  status: "True" | "False" | "Unknown";
  /** The generation of the object that the condition is about. */
  observedGeneration?: number;
  /** When `status` last changed, in RFC 3339. */
  lastTransitionTime: string;
  /** The reason for programs, one word in CamelCase: `PodsNotReady`. */
  reason: string;
  /** The reason for people; may be empty. */
  message: string;
}

/** The condition that {@link setCondition} sets, without its time. */
export interface ConditionInput {
  /** What is said, in CamelCase: `Ready`. May have a domain before it. At most 316 characters. */
  type: string;
  /** Whether it holds. */
  status: "True" | "False" | "Unknown";
  /** The reason for programs, one word in CamelCase: `PodsNotReady`. At most 1024 characters. */
  reason: string;
  /**
   * The reason for people. At most 32768 characters.
   * @default {""}
   */
  message?: string;
  /**
   * The generation of the object that the condition is about: `object.metadata.generation`. Readers compare it with the object
   * to see whether the condition is about the current spec.
   * @default {none}
   */
  observedGeneration?: number | undefined;
}

/** Options of {@link setCondition}. */
export interface SetConditionOptions {
  /** The current time: the Run's `runStart`. */
  now: Date;
}

const TYPE = new RegExp(CONDITION_RULES.type.pattern);
const REASON = new RegExp(CONDITION_RULES.reason.pattern);
const STATUSES: readonly string[] = CONDITION_RULES.statuses;
/** The latest time that the API server accepts. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How much of a wrong value an error shows, in characters. */
const SHOWN = 80;

/**
 * Sets one condition: replaces the one of its type, or appends it.
 *
 * - If nothing changes, the same array is returned, so that `setStatus` finds nothing to write.
 * - `lastTransitionTime` becomes `now` only if `status` changes.
 * - The arguments are not modified.
 *
 * @param conditions The present conditions: `object.status?.conditions`.
 * @param condition The condition to set.
 * @param options The time.
 * @returns The new conditions, for the status.
 * @throws {TypeError} If the type, status, reason, message, generation or time breaks Kubernetes' rules.
 *
 * @example A step that reports, and writes only what is new
 * ```ts
 * import { type Condition, conditionsSchema, defineResource, defineSteps, setCondition } from "@staircase/operator";
 * import { jsonSchema } from "@staircase/operator/crd";
 * import { Deployment } from "@staircase/operator/kinds";
 *
 * const Foo = defineResource({
 *   group: "example.dev",
 *   version: "v1",
 *   kind: "Foo",
 *   scope: "Namespaced",
 *   spec: jsonSchema<object>({ type: "object" }),
 *   status: jsonSchema<{ conditions?: Condition[] }>({ type: "object", properties: { conditions: conditionsSchema } }),
 * });
 *
 * const steps = defineSteps(Foo)
 *   .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
 *   .change("report", ({ object: { metadata, status }, runStart, setStatus }, deployment) => {
 *     const isReady = (deployment?.status?.readyReplicas ?? 0) > 0;
 *     return setStatus({
 *       conditions: setCondition(status?.conditions, {
 *         type: "Ready",
 *         status: isReady ? "True" : "False",
 *         reason: isReady ? "PodsReady" : "NoPodIsReady",
 *         observedGeneration: metadata.generation,
 *       }, { now: runStart }),
 *     });
 *   });
 * ```
 *
 * @example The rules
 * ```ts
 * import { setCondition } from "@staircase/operator";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const now = new Date("2024-01-01T00:00:00Z");
 * const later = new Date("2024-01-01T00:05:00Z");
 * const waiting = setCondition(undefined, { type: "Ready", status: "False", reason: "Waiting" }, { now });
 * assertStrictEquals(setCondition(waiting, { type: "Ready", status: "False", reason: "Waiting" }, { now: later }), waiting);
 *
 * const failing = setCondition(waiting, { type: "Ready", status: "False", reason: "Crashing" }, { now: later });
 * assertEquals(failing[0]?.lastTransitionTime, "2024-01-01T00:00:00Z"); // it has not been ready since then
 * const ready = setCondition(failing, { type: "Ready", status: "True", reason: "PodsReady" }, { now: later });
 * assertEquals(ready[0]?.lastTransitionTime, "2024-01-01T00:05:00Z");
 * ```
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  condition: ConditionInput,
  options: SetConditionOptions,
): Condition[] {
  check(condition, options?.now);
  const present = conditions ?? [];
  const before = findCondition(present, condition.type);
  const after = complete(condition, before, options.now);
  if (!before) return [...present, after];
  // The same array, so that callers can compare by identity.
  if (isSame(before, after)) return present as Condition[];
  return present.map((one) => one === before ? after : one);
}

/**
 * Finds the condition of a type; `undefined` if there is none. Also for other kinds, such as Deployments.
 *
 * @example Usage
 * ```ts
 * import { findCondition } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * const conditions = [{ type: "Available", status: "False", reason: "MinimumReplicasUnavailable" }];
 * assertEquals(findCondition(conditions, "Available")?.reason, "MinimumReplicasUnavailable");
 * ```
 */
export function findCondition<C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * Whether there is a condition of a type and its status is `True`. Also for other kinds, such as Deployments.
 *
 * @example Usage
 * ```ts
 * import { isConditionTrue } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isConditionTrue([{ type: "Available", status: "True" }], "Available"), true);
 * assertEquals(isConditionTrue([{ type: "Available", status: "Unknown" }], "Available"), false);
 * assertEquals(isConditionTrue(undefined, "Available"), false);
 * ```
 */
export function isConditionTrue(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
  type: string,
): boolean {
  return findCondition(conditions, type)?.status === "True";
}

/**
 * Removes the condition of a type. Returns the same array if there is none.
 *
 * @example Usage
 * ```ts
 * import { type Condition, removeCondition } from "@staircase/operator";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const common = { status: "True", reason: "Working", message: "", lastTransitionTime: "2024-01-01T00:00:00Z" } as const;
 * const conditions: Condition[] = [{ type: "Ready", ...common }, { type: "Progressing", ...common }];
 * assertEquals(removeCondition(conditions, "Progressing").map(({ type }) => type), ["Ready"]);
 * assertStrictEquals(removeCondition(conditions, "Degraded"), conditions);
 * ```
 */
export function removeCondition(conditions: readonly Condition[] | undefined, type: string): Condition[] {
  const present = conditions ?? [];
  return (findCondition(present, type) ? present.filter((one) => one.type !== type) : present) as Condition[];
}

function complete(
  { type, status, reason, message = "", observedGeneration }: ConditionInput,
  before: Condition | undefined,
  now: Date,
): Condition {
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timeText(now);
  return {
    type,
    status,
    ...(observedGeneration !== undefined && { observedGeneration }),
    lastTransitionTime,
    reason,
    message,
  };
}

/** Formats a time to the second, as Kubernetes stores times. */
function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function isSame(a: Condition, b: Condition): boolean {
  return a.status === b.status && a.reason === b.reason && a.message === b.message &&
    a.observedGeneration === b.observedGeneration;
}

function check({ type, status, reason, message = "", observedGeneration }: ConditionInput, now: Date): void {
  const refuse = (field: string, rule: string, value: unknown): never => {
    const shown = typeof value === "string" && value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
    throw new TypeError(
      `Cannot set condition ${shownValue(type)} as ${field} must be ${rule}: current value is ${shownValue(shown)}`,
    );
  };
  for (const [field, value] of Object.entries({ type, reason, message })) {
    const most = CONDITION_RULES[field as "type" | "reason" | "message"].maxLength;
    if (typeof value !== "string") refuse(field, "a text", value);
    if (value.length > most) refuse(field, `at most ${most} characters, not ${value.length}`, value);
  }
  if (!TYPE.test(type)) refuse("type", "one word in CamelCase, such as Ready or example.dev/Ready", type);
  if (!STATUSES.includes(status)) refuse("status", '"True", "False" or "Unknown"', status);
  if (!REASON.test(reason)) refuse("reason", "one word in CamelCase, such as PodsNotReady", reason);
  if (observedGeneration !== undefined && !(Number.isInteger(observedGeneration) && observedGeneration >= 0)) {
    refuse("observedGeneration", "a whole number from 0", observedGeneration);
  }
  const time: unknown = now?.getTime?.();
  if (!(typeof time === "number" && time >= 0 && time <= LATEST)) refuse("now", "a Date from 1970 to 9999", time);
}
