/** Finds where a stored object differs from what was applied. Fields that were not applied are ignored. */

import { isDropped, isQuantity, keysOfList, keyValue } from "./field_rules.ts";
import { quantityEquals } from "./quantity.ts";

/** One field that differs from what was applied. */
export interface Difference {
  /** Path of the field: `spec.template.spec.containers[name=main].image`. */
  readonly path: string;
  /** The stored value; absent if the field is missing. */
  readonly stored?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Two values to compare, and where they are. */
interface Pair {
  readonly applied: unknown;
  readonly stored: unknown;
  readonly path: string;
  /** The field's name; for a list item, the name of its list. */
  readonly name: string;
  /** The name of the enclosing field. */
  readonly parent: string;
  /** Whether the rules for built-in kinds apply. */
  readonly builtin: boolean;
}

/**
 * Finds the fields of an applied configuration that are stored with another value. Records are compared by their
 * applied fields. Lists are compared as a whole or, if their items have keys, by the applied items. Works without
 * recursion, because objects may be deeper than the stack.
 *
 * @param applied What was applied.
 * @param stored What is stored.
 * @param builtin Whether the kind is built in, so that it is known what the API server does to its fields. For metadata
 * this is known for every kind.
 */
export function findDifferences(applied: unknown, stored: unknown, builtin: boolean): Difference[] {
  const differences: Difference[] = [];
  const left: Pair[] = [{ applied, stored, path: "", name: "", parent: "", builtin }];
  for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
    const inner = compare(pair);
    if (inner === "different") differences.push(differenceAt(pair.path, pair.stored));
    // Reversed, because `pop` takes the last one first.
    else for (let at = inner.length - 1; at >= 0; at--) left.push(inner[at]!);
  }
  return differences;
}

/** Keeps a missing value apart from `null`. */
function differenceAt(path: string, stored: unknown): Difference {
  return stored === undefined ? { path } : { path, stored };
}

const NOTHING: readonly Pair[] = [];

/** Returns the pairs to compare next; none if the two values are the same. */
function compare(pair: Pair): readonly Pair[] | "different" {
  const { applied, stored, parent, name, builtin } = pair;
  if (applied === stored || builtin && isDropped(parent, name, applied, stored)) return NOTHING;
  if (Array.isArray(applied) && Array.isArray(stored)) return pairItems(applied, stored, pair);
  if (isFields(applied) && isFields(stored)) return pairFields(applied, stored, pair);
  return builtin && isSameScalar(pair) ? NOTHING : "different";
}

function pairFields(applied: Fields, stored: Fields, { path, name, builtin }: Pair): readonly Pair[] {
  return Object.keys(applied).map((key) => ({
    applied: applied[key],
    // `hasOwn`, because a field may have the name of one that every JavaScript object inherits.
    stored: Object.hasOwn(stored, key) ? stored[key] : undefined,
    path: path ? `${path}.${key}` : key,
    name: key,
    parent: name,
    builtin: builtin || path === "" && key === "metadata",
  }));
}

function pairItems(
  applied: readonly unknown[],
  stored: readonly unknown[],
  list: Pair,
): readonly Pair[] | "different" {
  const keys = list.builtin ? keysOfList(list.parent, list.name, applied) : undefined;
  if (keys) return applied.map((item) => pairKeyed(item, stored, keys, list));
  if (applied.length !== stored.length) return "different";
  return applied.map((item, at) => ({ ...list, applied: item, stored: stored[at], path: `${list.path}[${at}]` }));
}

function pairKeyed(item: unknown, stored: readonly unknown[], keys: readonly string[], list: Pair): Pair {
  const values = keys.map((key) => keyValue(item, key));
  const counterpart = stored.find((other) => keys.every((key, at) => keyValue(other, key) === values[at]));
  const path = `${list.path}[${keys.map((key, at) => `${key}=${values[at]}`).join(",")}]`;
  return { ...list, applied: item, stored: counterpart, path };
}

/** The API server may store a port as a number or as text, and a quantity in its shortest form. */
function isSameScalar({ applied, stored, parent, name }: Pair): boolean {
  if (isQuantity(parent, name)) return quantityEquals(applied, stored);
  return isNumberOrText(applied) && isNumberOrText(stored) && String(applied) === String(stored);
}

function isNumberOrText(value: unknown): boolean {
  return typeof value === "number" || typeof value === "string";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
