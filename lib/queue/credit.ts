/** How far an event may shorten the wait of a key that failed: what an early Run costs, and what a key has to spend. */

import type { Urgency } from "./types.ts";

/** How long after the event the Run is, in milliseconds: of what comes in bursts, the first second is one Run. */
const DELAY: Readonly<Record<Urgency, number>> = { release: 0, soon: 1_000 };

/** What the Run costs, in milliseconds of credit. So it is also how long it is waited for at the most, once all is spent. */
const PRICE: Readonly<Record<Urgency, number>> = { release: 2_000, soon: 10_000 };

/** What a key has when it has spent nothing, in milliseconds of credit. A millisecond comes back in a millisecond. */
const MOST = 30_000;

/** The earliest time at which an event may let a key run that has not had an early Run yet. */
export function earliestAtFirst(urgency: Urgency, now: number): number {
  return now + DELAY[urgency];
}

/**
 * What one key has to spend on early Runs.
 *
 * **Guarantees.** With releases alone, 15 early Runs in a row and one every 2 s from then on; with other events alone, 3 and one
 * every 10 s. No early Run is waited for longer than its price, whatever was spent before on the other sort.
 */
export class Credit {
  /** The time at which all that was spent is back. */
  #wholeAt = 0;

  /** The earliest time at which an event that comes now may let the key run. */
  earliest(urgency: Urgency, now: number): number {
    return Math.max(now + DELAY[urgency], this.#wholeAt + PRICE[urgency] - MOST);
  }

  /** Pays for an early Run that begins now. */
  spend(urgency: Urgency, now: number): void {
    this.#wholeAt = Math.max(this.#wholeAt, now) + PRICE[urgency];
  }
}
