/** Where a stored object is not as it was applied. Fields that were not applied are nobody's business here. */

import { isDropped, isQuantity, keysOfList, keyValue } from "./field_rules.ts";
import { quantityEquals } from "./quantity.ts";

/** One field that is not as applied. */
export interface Difference {
  /** Where: `spec.template.spec.containers[name=main].image`. */
  readonly path: string;
  /** What is there; absent when nothing is. */
  readonly stored?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Two values that are to be compared, and where they are. */
interface Pair {
  readonly applied: unknown;
  readonly stored: unknown;
  readonly path: string;
  /** The field's name; of an item, that of its list. */
  readonly name: string;
  /** The name of the field that it is in. */
  readonly parent: string;
  /** Whether the rules of built-in kinds hold. */
  readonly builtin: boolean;
}

/**
 * The fields of an applied configuration that are stored otherwise. Records are compared by the fields applied; lists as a
 * whole, or, where the kind's items have keys, by the items applied. As deep as objects may be: no call within a call.
 *
 * @param applied What was applied.
 * @param stored What there is.
 * @param builtin Whether the kind is built in, so that what the API server does to its fields is known. What it does to
 * metadata is known of any kind.
 */
export function findDifferences(applied: unknown, stored: unknown, builtin: boolean): Difference[] {
  const differences: Difference[] = [];
  const left: Pair[] = [{ applied, stored, path: "", name: "", parent: "", builtin }];
  for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
    const inner = compare(pair);
    if (inner === "different") differences.push(differenceAt(pair.path, pair.stored));
    // What comes first is looked at first.
    else for (let at = inner.length - 1; at >= 0; at--) left.push(inner[at]!);
  }
  return differences;
}

/** What is not there is told from what is `null`. */
function differenceAt(path: string, stored: unknown): Difference {
  return stored === undefined ? { path } : { path, stored };
}

const NOTHING: readonly Pair[] = [];

/** What is to be compared next: nothing when the two are the same. */
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
    // A field may have the name of one that every JavaScript object inherits.
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

/** A port may be stored as a number or a text, a quantity in its shortest form. */
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
