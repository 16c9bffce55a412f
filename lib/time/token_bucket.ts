/** How often something may be done: so many times in a row, and once more each time that a while has passed. Pure. */

/** How big a {@link TokenBucket} is. */
export interface TokenBucketOptions {
  /** How many times in a row. */
  readonly burst: number;
  /** After how many milliseconds once more. */
  readonly refill: number;
}

/** A bucket of tokens, full at first. */
export class TokenBucket {
  readonly #spare: number;
  readonly #refill: number;
  /** When the bucket is full again. */
  #fullAt = -Infinity;

  /** @param options How big it is. */
  constructor({ burst, refill }: TokenBucketOptions) {
    this.#spare = (burst - 1) * refill;
    this.#refill = refill;
  }

  /**
   * Takes a token.
   *
   * @param now Milliseconds, of a clock that never goes back.
   * @returns Whether there was one to take.
   */
  take(now: number): boolean {
    const fullAt = Math.max(this.#fullAt, now);
    if (fullAt - now > this.#spare) return false;
    this.#fullAt = fullAt + this.#refill;
    return true;
  }
}
