/** Deep equality for the assertions. */

import { isDeepStrictEqual } from "node:util";

/**
 * Deep equality: by value for primitives (`0` equals `-0`, `NaN` equals `NaN`), arrays, objects, maps and sets; a property
 * that is `undefined` is not the same as one that is absent; an object without a prototype equals a plain one.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

function compare(a: unknown, b: unknown, seen: Map<unknown, unknown>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && compareKeys(a, b, seen);
  if (isPlain(a) && isPlain(b)) return compareKeys(a, b, seen);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map && b instanceof Map) return compareSets([...a], [...b], seen);
  if (a instanceof Set && b instanceof Set) return compareSets([...a], [...b], seen);
  return hasOwnComparison(a) ? isDeepStrictEqual(a, b) : compareKeys(a, b, seen);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whether a value keeps its contents outside of its properties. */
function hasOwnComparison(value: object): boolean {
  return ArrayBuffer.isView(value) || [Date, RegExp, URL, ArrayBuffer, Error].some((type) => value instanceof type);
}

function compareKeys(a: object, b: object, seen: Map<unknown, unknown>): boolean {
  const keys = enumerableKeys(a);
  return keys.length === enumerableKeys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && compare(Reflect.get(a, key), Reflect.get(b, key), seen));
}

function enumerableKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
}

function compareSets(a: unknown[], b: unknown[], seen: Map<unknown, unknown>): boolean {
  return a.length === b.length && a.every((item) => b.some((other) => compare(item, other, new Map(seen))));
}
