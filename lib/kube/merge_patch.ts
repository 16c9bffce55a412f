/** JSON merge patches (RFC 7396), computed. */

import { jsonEquals } from "./equality.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The merge patch that makes one JSON value of another: fields that are to go are `null`, lists are replaced whole.
 *
 * A merge patch cannot set a field to `null`; so `null` in the wanted value means that the field is absent.
 *
 * @param before What there is; anything that is no object counts as an empty one.
 * @param after What is wanted.
 * @returns The patch, or `undefined` when there is nothing to change.
 */
export function mergePatchBetween(before: unknown, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, unknown> = {};
  const present = isObject(before) ? before : {};
  for (const key of Object.keys(present)) {
    if (present[key] !== null && isAbsent(after[key])) patch[key] = null;
  }
  for (const key of Object.keys(after)) {
    const value = after[key];
    if (isAbsent(value)) continue;
    if (isObject(value)) {
      const inner = mergePatchBetween(present[key], value);
      if (inner) patch[key] = inner;
    } else if (!jsonEquals(present[key], value)) {
      patch[key] = value;
    }
  }
  return Object.keys(patch).length > 0 || !isObject(before) ? patch : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
