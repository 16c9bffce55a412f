/**
 * Drop-in for `jsr:@std/assert`, for checkouts that cannot reach JSR: of its API, what this project imports.
 *
 * @module
 */

export { AssertionError } from "./assertion_error.ts";
export {
  assert,
  assertAlmostEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
  fail,
  unreachable,
} from "./comparisons.ts";
export { equal } from "./equal.ts";
export {
  assertArrayIncludes,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertObjectMatch,
  assertStrictEquals,
} from "./structures.ts";
export { assertRejects, assertThrows } from "./throws.ts";
