/** Durations as people write them. */

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A span of time: a text such as `"30s"`, `"1.5m"` or `"250ms"`, or a number of milliseconds. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h"}`;

/**
 * A duration in milliseconds.
 *
 * @param duration The duration.
 * @param what What it is for, to be named in the error.
 * @returns Milliseconds, 0 or more.
 * @throws {RangeError} If it is not a duration, is negative or is not finite.
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
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(
    `Cannot use ${what} as it must be milliseconds or a text such as "30s" (units ms, s, m, h): ` +
      `current value is ${JSON.stringify(duration)}`,
  );
}

function parse(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(text));
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : NaN;
}

/** A number of milliseconds in the unit that a person would choose: `formatDuration(90_000)` is `"1.5m"`. */
export function formatDuration(milliseconds: number): string {
  const unit = milliseconds >= UNITS.h ? "h" : milliseconds >= UNITS.m ? "m" : milliseconds >= UNITS.s ? "s" : "ms";
  return `${Math.round((milliseconds / UNITS[unit]) * 10) / 10}${unit}`;
}
