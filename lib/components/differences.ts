/** Where a stored object is not as it was applied. Fields that were not applied are nobody's business here. */

import { jsonEquals } from "../kube/mod.ts";
import { isDropped, isQuantity, keysOfList, keyValue } from "./field_rules.ts";
import { quantityEquals } from "./quantity.ts";

/** One field that is not as applied. */
export interface Difference {
  /** Where: `spec.template.spec.containers[name=main].image`. */
  readonly path: string;
  /** What is there. */
  readonly stored: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where one looks. */
interface Place {
  readonly path: string;
  /** The field's name; of an item, that of its list. */
  readonly name: string;
  /** The name of the field that it is in. */
  readonly parent: string;
  /** Whether the rules of built-in kinds hold. */
  readonly builtin: boolean;
  /** How many levels further down are looked at one by one. */
  readonly levels: number;
}

/** How many levels are looked at; what is deeper is compared as a whole: the stack may hold less than an API server takes. */
const MOST_LEVELS = 200;

/**
 * The fields of an applied configuration that are stored otherwise. Records are compared by the fields applied; lists as a
 * whole, or, where the kind's items have keys, by the items applied.
 *
 * @param applied What was applied.
 * @param stored What there is.
 * @param builtin Whether the kind is built in, so that what the API server does to its fields is known.
 */
export function findDifferences(applied: unknown, stored: unknown, builtin: boolean): Difference[] {
  return compare(applied, stored, { path: "", name: "", parent: "", builtin, levels: MOST_LEVELS });
}

function compare(applied: unknown, stored: unknown, place: Place): Difference[] {
  if (applied === stored || place.builtin && isDropped(place.name, applied, stored)) return [];
  if (place.levels === 0) return jsonEquals(applied, stored) ? [] : [{ path: place.path, stored }];
  const inner = { ...place, levels: place.levels - 1 };
  if (Array.isArray(applied) && Array.isArray(stored)) return compareLists(applied, stored, inner);
  if (isFields(applied) && isFields(stored)) return compareFields(applied, stored, inner);
  if (place.builtin && isSameScalar(applied, stored, place)) return [];
  return [{ path: place.path, stored }];
}

function compareFields(applied: Fields, stored: Fields, { path, name, builtin, levels }: Place): Difference[] {
  return Object.keys(applied).flatMap((key) =>
    compare(applied[key], stored[key], {
      path: path ? `${path}.${key}` : key,
      name: key,
      parent: name,
      builtin,
      levels,
    })
  );
}

function compareLists(applied: readonly unknown[], stored: readonly unknown[], place: Place): Difference[] {
  const keys = place.builtin ? keysOfList(place.name, applied) : undefined;
  if (keys) return applied.flatMap((item) => compareKeyed(item, stored, keys, place));
  if (applied.length !== stored.length) return [{ path: place.path, stored }];
  return applied.flatMap((item, at) => compare(item, stored[at], { ...place, path: `${place.path}[${at}]` }));
}

function compareKeyed(
  item: unknown,
  stored: readonly unknown[],
  keys: readonly string[],
  place: Place,
): Difference[] {
  const values = keys.map((key) => keyValue(item, key));
  const counterpart = stored.find((other) => keys.every((key, at) => keyValue(other, key) === values[at]));
  const path = `${place.path}[${keys.map((key, at) => `${key}=${values[at]}`).join(",")}]`;
  return counterpart === undefined ? [{ path, stored: undefined }] : compare(item, counterpart, { ...place, path });
}

/** A port may be stored as a number or a text, a quantity in its shortest form. */
function isSameScalar(applied: unknown, stored: unknown, { parent, name }: Place): boolean {
  if (isQuantity(parent, name)) return quantityEquals(applied, stored);
  return isNumberOrText(applied) && isNumberOrText(stored) && String(applied) === String(stored);
}

function isNumberOrText(value: unknown): boolean {
  return typeof value === "number" || typeof value === "string";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
