/** How many writes of Events an object is worth: a token bucket each, with the sizes of client-go's spam filter. */

import { RecentMap } from "./recent_map.ts";

/** How many writes an object may have in a row. */
const BURST = 25;
/** Milliseconds after which it may have one more. */
const REFILL = 5 * 60_000;
/** How many objects are kept in mind; one that is forgotten begins with a full bucket. */
const MOST_OBJECTS = 4_096;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The budgets of all objects. */
export class EventBudget {
  readonly #buckets = new RecentMap<Bucket>(MOST_OBJECTS);

  /**
   * Takes one write from an object's budget.
   *
   * @param object What tells the object from others.
   * @param now Milliseconds, of a clock that never goes back.
   * @returns Whether there was one to take.
   */
  take(object: string, now: number): boolean {
    const { tokens, at } = this.#buckets.get(object) ?? { tokens: BURST, at: now };
    const available = Math.min(BURST, tokens + (now - at) / REFILL);
    const isTaken = available >= 1;
    this.#buckets.set(object, { tokens: isTaken ? available - 1 : available, at: now });
    return isTaken;
  }
}
