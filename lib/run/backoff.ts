/** How long a failure waits: exponential, full jitter, capped. */

import { type Duration, portion, type Random, toMilliseconds } from "../time/mod.ts";

/** Options of the delay after failures. */
export interface BackoffOptions {
  /**
   * The longest delay after the first failure. No delay is shorter than 50 ms.
   * @default {"500ms"}
   */
  base?: Duration;
  /**
   * The longest delay of all.
   * @default {"2m"}
   */
  cap?: Duration;
}

/** Options of the delay after failures, complete; milliseconds. */
export interface ResolvedBackoff {
  readonly base: number;
  readonly cap: number;
}

/**
 * Fills in the defaults.
 *
 * @throws {RangeError} If a value is not a duration, or the base is 0 or more than the cap.
 */
export function resolveBackoff({ base = "500ms", cap = "2m" }: BackoffOptions = {}): ResolvedBackoff {
  const resolved = { base: toMilliseconds(base, "backoff.base"), cap: toMilliseconds(cap, "backoff.cap") };
  if (resolved.base > 0 && resolved.base <= resolved.cap) return resolved;
  throw new RangeError(
    `Cannot use backoff as base must be more than 0 and at most cap: current value is ${base} to ${cap}`,
  );
}

/**
 * The delay after a failure: evenly spread between 0 and a bound that doubles with each failure in a row. The spread is
 * what keeps many objects that failed together from coming back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param failures How many failures in a row, 1 or more.
 * @returns Milliseconds.
 */
export function backoffDelay(failures: number, { base, cap }: ResolvedBackoff, random: Random): number {
  // 2^30 times any base is past every cap; the bound keeps the power finite.
  const bound = Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
  return portion(random) * bound;
}
