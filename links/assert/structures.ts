/** Assertions on arrays, objects and instances. */

import { AssertionError as NodeAssertionError } from "node:assert";
import { AssertionError, failWith } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) failWithDiff("Values are not equal", actual, expected, "deepStrictEqual", msg);
}

/** Asserts that two values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    failWith(`Expected actual: ${Deno.inspect(actual)} not to be: ${Deno.inspect(expected)}`, msg);
  }
}

/** Asserts that both are the same, as `Object.is` has it. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    failWithDiff("Values are not strictly equal", actual, expected, "strictEqual", msg);
  }
}

function failWithDiff(headline: string, actual: unknown, expected: unknown, operator: string, msg?: string): never {
  const { message: diff } = new NodeAssertionError({ actual, expected, operator });
  throw new AssertionError(`${headline}${msg ? `: ${msg}` : "."}\n${diff}`);
}

/** Asserts that `actual` holds each item of `expected`, in any order. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  msg?: string,
): void {
  const there = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !there.some((other) => equal(item, other)));
  if (missing.length > 0) {
    failWith(
      `Expected actual: ${Deno.inspect(there)} to include: ${Deno.inspect(expected)}; missing: ${
        Deno.inspect(missing)
      }`,
      msg,
    );
  }
}

/** Asserts that `actual` is an instance of the class. */
export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any -- as in the package: the arguments of a constructor are contravariant
  T extends abstract new (...args: any[]) => any,
>(actual: unknown, expectedType: T, msg = ""): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const type = Object(actual) === actual ? (actual as object).constructor?.name ?? "Object" : String(actual);
  failWith(`Expected object to be an instance of "${expectedType.name}" but was "${type}"`, msg);
}

/** Asserts that `actual` has at least what `expected` has. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any -- as in the package: any interface fits
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(intersect(actual, expected), intersect(expected, expected), msg);
}

/** The part of `actual` that `expected` speaks of. Arrays are cut to the shorter; anything but a plain structure stays. */
function intersect(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.slice(0, expected.length).map((item, index) => intersect(item, expected[index]));
  }
  if (!isStructure(actual) || !isStructure(expected)) return actual;
  const keys = Reflect.ownKeys(actual).filter((key) => Object.hasOwn(expected, key));
  return Object.fromEntries(keys.map((key) => [key, intersect(Reflect.get(actual, key), Reflect.get(expected, key))]));
}

function isStructure(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    ![Array, Date, RegExp, Map, Set].some((type) => value instanceof type);
}
