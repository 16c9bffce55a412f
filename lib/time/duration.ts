/** Durations as people write them. */

import { shownValue } from "./shown.ts";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/**
 * The longest duration, in milliseconds: ten years. It catches points in time, such as `Date.now()`, which are five times as
 * large.
 */
const LONGEST = 10 * 365 * 24 * UNITS.h;

/** A span of time: a text such as `"30s"`, `"1.5m"` or `"250ms"`, or a number of milliseconds; ten years at most. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

/**
 * Converts a duration to milliseconds.
 *
 * @param duration The duration.
 * @param what The name of the option, for the error.
 * @returns Milliseconds, from 0 to ten years.
 * @throws {RangeError} If it is not a duration, is negative, or is longer than ten years (probably a point in time).
 *
 * @example Usage
 * ```ts
 * import { toMilliseconds } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toMilliseconds("1.5m"), 90_000);
 * ```
 */
export function toMilliseconds(duration: Duration, what = "duration"): number {
  const value = typeof duration === "number" ? duration : parse(duration);
  // Adding 0 turns -0 into 0.
  if (value >= 0 && value <= LONGEST) return value + 0;
  const rule = value > LONGEST && value < Infinity
    ? "ten years at most (is it a point in time?)"
    : 'milliseconds or a text such as "30s" (units ms, s, m, h)';
  throw new RangeError(`Cannot use ${what} as it must be ${rule}: current value is ${shownValue(duration)}`);
}

function parse(text: unknown): number {
  const match = typeof text === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) : null;
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : NaN;
}

/** Formats milliseconds in a readable unit: `formatDuration(90_000)` is `"1.5m"`. */
export function formatDuration(milliseconds: number): string {
  const unit = milliseconds >= UNITS.h ? "h" : milliseconds >= UNITS.m ? "m" : milliseconds >= UNITS.s ? "s" : "ms";
  return `${Math.round((milliseconds / UNITS[unit]) * 10) / 10}${unit}`;
}
