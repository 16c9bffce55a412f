/** The delay after failures: exponential backoff with full jitter and a cap. */

import { type Duration, portion, type Random, toMilliseconds } from "../time/mod.ts";

/** Options of the delay after failures. */
export interface BackoffOptions {
  /**
   * The upper bound of the delay after the first failure. No delay is shorter than 50 ms.
   * @default {"500ms"}
   */
  base?: Duration;
  /**
   * The upper bound of all delays.
   * @default {"2m"}
   */
  cap?: Duration;
}

/** {@link BackoffOptions} with all defaults filled in, in milliseconds. */
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
 * The delay after a failure: random between 0 and a bound that doubles with each failure in a row. The randomness spreads the
 * retries of many objects that failed together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param failures How many failures in a row, 1 or more.
 * @returns Milliseconds.
 */
export function backoffDelay(failures: number, { base, cap }: ResolvedBackoff, random: Random): number {
  // 2^30 times any base is beyond every cap; limiting the exponent keeps the power finite.
  const bound = Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
  return portion(random) * bound;
}
