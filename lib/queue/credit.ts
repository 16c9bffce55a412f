/**
 * Limits how often events may cut short the backoff of a key that failed: each early Run costs credit, which returns with time.
 */

import type { Urgency } from "./types.ts";

/** How long after the event the key is run, in milliseconds. One second makes one Run of a burst of events. */
const DELAY: Readonly<Record<Urgency, number>> = { release: 0, soon: 1_000 };

/** What an early Run costs, in milliseconds of credit. So it is also the longest wait for one when all credit is spent. */
const PRICE: Readonly<Record<Urgency, number>> = { release: 2_000, soon: 10_000 };

/** The full credit of a key, in milliseconds. A millisecond of credit returns in a millisecond. */
const MOST = 30_000;

/** The earliest time at which an event may run a key that has its full credit. */
export function earliestAtFirst(urgency: Urgency, now: number): number {
  return now + DELAY[urgency];
}

/**
 * The credit of one key for early Runs.
 *
 * **Guarantees**, tested by `tests/queue/early_runs_test.ts`. Releases alone bring at most 15 early Runs in a row, then one
 * every 2 s; other urgent events alone bring 3, then one every 10 s. No event waits longer than its price (2 s or 10 s),
 * whatever was spent before.
 */
export class Credit {
  /** When the credit is full again. */
  #wholeAt = 0;

  /** The earliest time at which an event that comes now may run the key. */
  earliest(urgency: Urgency, now: number): number {
    return Math.max(now + DELAY[urgency], this.#wholeAt + PRICE[urgency] - MOST);
  }

  /** Pays for an early Run that begins now. */
  spend(urgency: Urgency, now: number): void {
    this.#wholeAt = Math.max(this.#wholeAt, now) + PRICE[urgency];
  }
}
