/** JSON merge patches (RFC 7396), computed. */

import { jsonEquals } from "./equality.ts";
import { setOwn } from "./json_copy.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value has fields: no list, and not `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Two objects at the same place, and the patch that makes one of the other. */
interface Place {
  readonly before: unknown;
  readonly after: JsonObject;
  readonly patch: Record<string, unknown>;
  /** Where the patch belongs, in that of the object around it; `undefined` for the whole. */
  readonly within?: { readonly patch: Record<string, unknown>; readonly key: string };
}

/**
 * The merge patch that makes one JSON value of another: fields that are to go are `null`, lists are replaced whole.
 *
 * A merge patch cannot set a field to `null`; so `null` in the wanted value means that the field is absent.
 *
 * @param before What there is; anything that is no object counts as an empty one.
 * @param after What is wanted. Both may be nested as deeply as the API server takes.
 * @returns The patch, or `undefined` when there is nothing to change.
 */
export function mergePatchBetween(before: unknown, after: JsonObject): JsonObject | undefined {
  // A list and no calls, as the stack may hold less than the API server does. Inner places come after outer ones.
  const whole: Place = { before, after, patch: {} };
  const places: Place[] = [whole];
  for (const place of places) comparePlace(place, places);
  for (let at = places.length - 1; at > 0; at--) {
    const { patch, before, within } = places[at]!;
    if (isNeeded(patch, before)) setOwn(within!.patch, within!.key, patch);
  }
  return isNeeded(whole.patch, before) ? whole.patch : undefined;
}

/** Notes what differs at one place; the objects in it become places of their own. */
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

/** An object that is not there yet has to be made, be it empty. */
function isNeeded(patch: JsonObject, before: unknown): boolean {
  return Object.keys(patch).length > 0 || !isJsonObject(before);
}

/** A field by its name, which may be any: `constructor` is one that every object seems to have. */
function ownField(record: JsonObject, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
