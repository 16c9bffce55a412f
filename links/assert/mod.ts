/**
 * Drop-in for `jsr:@std/assert`, for checkouts that cannot reach JSR: of its API, what this project imports.
 *
 * @module
 */

export { assert, assertAlmostEquals, assertFalse, assertMatch, assertStringIncludes } from "./comparisons.ts";
export { assertEquals, assertInstanceOf, assertNotEquals, assertStrictEquals } from "./structures.ts";
export { assertRejects, assertThrows } from "./throws.ts";
