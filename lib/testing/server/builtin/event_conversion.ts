/** Converts Events between their two groups, `v1` and `events.k8s.io/v1`, which name the same fields differently. */

import type { ServerObject } from "../values/mod.ts";

/** The name in `v1`, and that in `events.k8s.io/v1`. */
const NAMES: readonly [string, string][] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

function renamed(
  object: ServerObject,
  apiVersion: string,
  names: readonly (readonly [string, string])[],
): ServerObject {
  const result: ServerObject = { ...object, apiVersion };
  for (const [from, to] of names) {
    if (!(from in object)) continue;
    delete result[from];
    result[to] = object[from];
  }
  return result;
}

/** Converts an Event of `events.k8s.io/v1` to `v1`. */
export function coreEvents(event: ServerObject): ServerObject {
  return renamed(event, "v1", NAMES.map(([core, newer]) => [newer, core] as const));
}

/** Converts an Event of `v1` to `events.k8s.io/v1`. */
export function newEvents(event: ServerObject): ServerObject {
  return renamed(event, "events.k8s.io/v1", NAMES);
}
