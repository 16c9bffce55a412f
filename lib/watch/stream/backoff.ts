/** The backoff of a watch after failures. Each watch has its own. */

import { type Clock, type Duration, portion, type Random, toMilliseconds } from "../../time/mod.ts";

/** Options of the backoff of a watch. */
export interface WatchBackoffOptions {
  /**
   * The upper bound of the delay after the first failure; it doubles with each further failure.
   * @default {"800ms"}
   */
  base?: Duration;
  /**
   * The upper bound of all delays.
   * @default {"30s"}
   */
  cap?: Duration;
  /**
   * After this time without a failure, the next failure counts as the first one again.
   * @default {"2m"}
   */
  quiet?: Duration;
}

/** One delay. */
export interface WatchDelay {
  /** How long to wait, in milliseconds. */
  readonly delay: number;
  /** The number of failures in a row, including this one. */
  readonly attempt: number;
}

/** The shortest delay, in milliseconds: a watch never retries in a tight loop. */
const SHORTEST_WAIT = 50;

/** If a watch was connected for this long, in milliseconds, the failure that ends it counts as the first one again. */
const WELL = 10_000;

/**
 * Counts failures and draws delays: random from 0 to a bound that doubles, so that many watches do not retry at the same time.
 */
export class WatchBackoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #base: number;
  readonly #cap: number;
  readonly #quiet: number;
  #attempt = 0;
  #quietSince = 0;

  /**
   * @param clock Measures the time without failures.
   * @param random Draws the delays.
   * @param options The bounds.
   * @throws {RangeError} If an option is not a duration, or the base is 0 or more than the cap.
   */
  constructor(clock: Clock, random: Random, options: WatchBackoffOptions = {}) {
    const { base = "800ms", cap = "30s", quiet = "2m" } = options;
    this.#clock = clock;
    this.#random = random;
    this.#base = toMilliseconds(base, "backoff.base");
    this.#cap = toMilliseconds(cap, "backoff.cap");
    this.#quiet = toMilliseconds(quiet, "backoff.quiet");
    if (this.#base > 0 && this.#base <= this.#cap) return;
    throw new RangeError(
      `Cannot use backoff as base must be more than 0 and at most cap: current value is ${base} to ${cap}`,
    );
  }

  /**
   * The delay after a failure that happens now.
   *
   * @param atLeast The delay that the server asked for (`Retry-After`), in milliseconds; the random delay is added to it, so
   * that not all clients return at the same time.
   * @param lived For how many milliseconds the failed watch was connected. A proxy that cuts each watch after some time must
   * not make the delays grow.
   */
  next(atLeast = 0, lived = 0): WatchDelay {
    const now = this.#clock.monotonic();
    if (now - this.#quietSince >= this.#quiet || lived >= WELL) this.#attempt = 0;
    // 2^30 times any base is beyond every cap; limiting the exponent keeps the power finite.
    const bound = Math.min(this.#cap, this.#base * 2 ** Math.min(this.#attempt, 30));
    const delay = Math.max(SHORTEST_WAIT, atLeast + portion(this.#random) * bound);
    this.#attempt += 1;
    this.#quietSince = now + delay;
    return { delay, attempt: this.#attempt };
  }
}
