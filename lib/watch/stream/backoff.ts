/** How long a watch waits after something went wrong. One for each watch: the trouble of one is not that of another. */

import { type Clock, type Duration, portion, type Random, toMilliseconds } from "../../time/mod.ts";

/** Options of the wait. */
export interface WatchBackoffOptions {
  /**
   * The longest wait after the first failure; it doubles with each.
   * @default {"800ms"}
   */
  base?: Duration;
  /**
   * The longest wait of all.
   * @default {"30s"}
   */
  cap?: Duration;
  /**
   * After this long without a failure, the next one counts as the first again.
   * @default {"2m"}
   */
  quiet?: Duration;
}

/** One wait. */
export interface WatchDelay {
  /** Milliseconds. */
  readonly delay: number;
  /** Which failure in a row it is for; 1 for the first. */
  readonly attempt: number;
}

/** The shortest wait, in milliseconds: whatever was asked for and drawn, a watch is no loop. */
const SHORTEST_WAIT = 50;

/** A watch that was well for so long, in milliseconds, makes the failure that ends it the first again. */
const WELL = 10_000;

/** Counts failures and draws the waits: evenly spread from 0 to a bound that doubles, so that many watches spread out. */
export class WatchBackoff {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #base: number;
  readonly #cap: number;
  readonly #quiet: number;
  #attempt = 0;
  #quietSince = 0;

  /**
   * @param clock Tells the quiet time.
   * @param random Draws the waits.
   * @param options The bounds.
   * @throws {RangeError} If one of them is no duration, or the base is 0 or more than the cap: that would be a loop.
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
   * The wait after a failure that happened now.
   *
   * @param atLeast Milliseconds that the server asked for. All whom it has told the same do not come back at once.
   * @param lived Milliseconds for which the watch was well that ended with it: what cuts each watch after some seconds, as some
   * proxies do, must not make the waits between them grow.
   */
  next(atLeast = 0, lived = 0): WatchDelay {
    const now = this.#clock.monotonic();
    if (now - this.#quietSince >= this.#quiet || lived >= WELL) this.#attempt = 0;
    // 2^30 times any base is past every cap; the bound keeps the power finite.
    const bound = Math.min(this.#cap, this.#base * 2 ** Math.min(this.#attempt, 30));
    const delay = Math.max(SHORTEST_WAIT, atLeast + portion(this.#random) * bound);
    this.#attempt += 1;
    this.#quietSince = now + delay;
    return { delay, attempt: this.#attempt };
  }
}
