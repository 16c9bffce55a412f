/**
 * A drop-in for `jsr:@std/assert`, for checkouts that cannot reach JSR. It has the part of the API that this project
 * uses.
 *
 * @module
 */

export { assert, assertAlmostEquals, assertFalse, assertMatch, assertStringIncludes } from "./comparisons.ts";
export { assertEquals, assertInstanceOf, assertNotEquals, assertStrictEquals } from "./structures.ts";
export { assertRejects, assertThrows } from "./throws.ts";
