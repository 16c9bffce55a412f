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

/** Asserts that two values are the same, as by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    failWithDiff("Values are not strictly equal", actual, expected, "strictEqual", msg);
  }
}

function failWithDiff(headline: string, actual: unknown, expected: unknown, operator: string, msg?: string): never {
  const { message: diff } = new NodeAssertionError({ actual, expected, operator });
  throw new AssertionError(`${headline}${msg ? `: ${msg}` : "."}\n${diff}`);
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
