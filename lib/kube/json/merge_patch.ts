/** Computes JSON merge patches (RFC 7396). */

import { jsonEquals } from "./equality.ts";
import { setOwn } from "./json_copy.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object, not a list and not `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Two objects at the same path, and the patch that turns one into the other. */
interface Place {
  readonly before: unknown;
  readonly after: JsonObject;
  readonly patch: Record<string, unknown>;
  /** The position of this patch in the enclosing one; `undefined` for the whole patch. */
  readonly within?: { readonly patch: Record<string, unknown>; readonly key: string };
}

/**
 * Computes the merge patch that turns one JSON value into another. Removed fields are `null`; lists are replaced as a
 * whole.
 *
 * A merge patch cannot set a field to `null`, so `null` in the wanted value means that the field is absent.
 *
 * @param before The present value; anything but an object counts as an empty object.
 * @param after The wanted value. Both may be as deep as the API server accepts.
 * @returns The patch, or `undefined` if there is nothing to change.
 */
export function mergePatchBetween(before: unknown, after: JsonObject): JsonObject | undefined {
  // Not recursive, because the stack may hold fewer levels than the API server accepts. Outer places come first.
  const whole: Place = { before, after, patch: {} };
  const places: Place[] = [whole];
  for (const place of places) comparePlace(place, places);
  for (let at = places.length - 1; at > 0; at--) {
    const { patch, before, within } = places[at]!;
    if (isNeeded(patch, before)) setOwn(within!.patch, within!.key, patch);
  }
  return isNeeded(whole.patch, before) ? whole.patch : undefined;
}

/** Notes the differences of one place, and queues the objects inside. */
function comparePlace({ before, after, patch }: Place, places: Place[]): void {
  const present = isJsonObject(before) ? before : {};
  for (const key of Object.keys(present)) {
    if (present[key] !== null && isAbsent(ownField(after, key))) setOwn(patch, key, null);
  }
  for (const key of Object.keys(after)) {
    const value = after[key];
    if (isAbsent(value)) continue;
    if (isJsonObject(value)) {
      places.push({ before: ownField(present, key), after: value, patch: {}, within: { patch, key } });
    } else if (!jsonEquals(ownField(present, key), value)) {
      setOwn(patch, key, value);
    }
  }
}

/** A missing object has to be created, even an empty one. */
function isNeeded(patch: JsonObject, before: unknown): boolean {
  return Object.keys(patch).length > 0 || !isJsonObject(before);
}

/** The value of an own field of any name. Every object inherits some, such as `constructor`. */
function ownField(record: JsonObject, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
