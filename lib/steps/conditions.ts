/** Status conditions, set by their rules. Pure: the time comes in by argument. */

import { shownValue } from "../time/mod.ts";
import { CONDITION_RULES } from "./conditions_schema.ts";

/** A condition of an object's status, as `metav1.Condition` has it. */
export interface Condition {
  /** What is said, in CamelCase: `Ready`. May have a domain before it: `example.dev/Ready`. */
  type: string;
  /** Whether it holds. */
  status: "True" | "False" | "Unknown";
  /** The generation of the object that it was said of. */
  observedGeneration?: number;
  /** When `status` became what it is, in RFC 3339. */
  lastTransitionTime: string;
  /** Why, as one word in CamelCase: `PodsNotReady`. */
  reason: string;
  /** Why, for people; may be empty. */
  message: string;
}

/** What {@link setCondition} is given: a condition without its time. */
export interface ConditionInput {
  /** What is said, in CamelCase: `Ready`. May have a domain before it. At most 316 characters. */
  type: string;
  /** Whether it holds. */
  status: "True" | "False" | "Unknown";
  /** Why, as one word in CamelCase, for programs: `PodsNotReady`. At most 1024 characters. */
  reason: string;
  /**
   * Why, for people. At most 32768 characters.
   * @default {""}
   */
  message?: string;
  /**
   * The generation of the object that this is said of: `object.metadata.generation`. It tells whether the condition is about
   * the spec as it is now.
   * @default {none}
   */
  observedGeneration?: number | undefined;
}

/** Options of {@link setCondition}. */
export interface SetConditionOptions {
  /** What time it is: the Run's `runStart`. */
  now: Date;
}

const TYPE = new RegExp(CONDITION_RULES.type.pattern);
const REASON = new RegExp(CONDITION_RULES.reason.pattern);
const STATUSES: readonly string[] = CONDITION_RULES.statuses;
/** The last moment that the API server takes for a time. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How much of a wrong value an error shows, in characters. */
const SHOWN = 80;

/**
 * Conditions with one of them set. It takes the place of the one of its type, or comes last.
 *
 * - When it says what is there already, the same array comes back: so `setStatus` finds nothing to write.
 * - `lastTransitionTime` becomes `now` only when `status` changes, and is kept otherwise.
 * - Nothing that is given is changed.
 *
 * @param conditions What is there: `object.status?.conditions`.
 * @param condition What is to be said.
 * @param options The time.
 * @returns The conditions, to be put into a status.
 * @throws {TypeError} If the type, the status, the reason, the message, the generation or the time is one that Kubernetes
 * refuses.
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
  // The same array, so that whoever compares by identity sees it, too; what comes from an object is frozen.
  if (isSame(before, after)) return present as Condition[];
  return present.map((one) => one === before ? after : one);
}

/**
 * The condition of a type, or `undefined`. Also for objects of others, such as Deployments.
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
 * Whether the condition of a type is there and `True`. Also for objects of others, such as Deployments.
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
 * Conditions without the one of a type; the same array when there is none.
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

/** To the second, as Kubernetes stores times. */
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
