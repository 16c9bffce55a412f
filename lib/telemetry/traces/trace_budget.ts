/** How many Runs are traced: what a fleet does when all of it changes at once is told by a few of its Runs. */

/** How many Runs in a row are traced. */
const BURST = 25;

/** How many more each second. */
const EACH_SECOND = 5;

/** Tokens that come back with time. */
class Tokens {
  #left = BURST;
  #at: number | undefined;

  take(now: number): boolean {
    const passed = now - (this.#at ?? now);
    this.#at = now;
    this.#left = Math.min(BURST, this.#left + passed * EACH_SECOND / 1_000);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** How many Runs of one controller are traced. Failures have a share of their own: there is always room for the first of them. */
export class TraceBudget {
  readonly #runs = new Tokens();
  readonly #failures = new Tokens();

  /** Whether one Run more may be traced; `now` in milliseconds. */
  admitsRun(now: number): boolean {
    return this.#runs.take(now);
  }

  /** Whether one failed Run more may be traced; `now` in milliseconds. */
  admitsFailure(now: number): boolean {
    return this.#failures.take(now);
  }
}
