/** Repeatable random numbers. */

import type { Random } from "../time/mod.ts";

/**
 * A source of random numbers that repeats for the same seed (the mulberry32 generator).
 *
 * @param seed Any number; its lower 32 bits are used.
 * @returns The source.
 *
 * @example Usage
 * ```ts
 * import { seededRandom } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seededRandom(7).next(), seededRandom(7).next());
 * ```
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
