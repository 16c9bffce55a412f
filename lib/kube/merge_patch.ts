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
  const patch: [key: string, value: unknown][] = [];
  const present = isObject(before) ? before : {};
  for (const key of Object.keys(present)) {
    if (present[key] !== null && isAbsent(ownValue(after, key))) patch.push([key, null]);
  }
  for (const key of Object.keys(after)) {
    const [value, was] = [after[key], ownValue(present, key)];
    if (isAbsent(value)) continue;
    if (isObject(value)) {
      const inner = mergePatchBetween(was, value);
      if (inner) patch.push([key, inner]);
    } else if (!jsonEquals(was, value)) {
      patch.push([key, value]);
    }
  }
  return patch.length > 0 || !isObject(before) ? Object.fromEntries(patch) : undefined;
}

/** What an object itself holds: a key may have the name of something that every JavaScript object inherits. */
function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
