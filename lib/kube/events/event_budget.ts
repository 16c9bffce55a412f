/** How many writes of Events an object is worth: a token bucket each, with the sizes of client-go's spam filter. */

import { TokenBucket } from "../../time/mod.ts";
import { RecentMap } from "./recent_map.ts";

/** 25 writes in a row, and one more each 5 minutes. */
const SIZE = { burst: 25, refill: 5 * 60_000 };
/** How many objects are kept in mind; one that is forgotten begins with a full bucket. */
const MOST_OBJECTS = 4_096;

/** The budgets of all objects. */
export class EventBudget {
  readonly #buckets = new RecentMap<TokenBucket>(MOST_OBJECTS);

  /**
   * Takes one write from an object's budget.
   *
   * @param object What tells the object from others.
   * @param now Milliseconds, of a clock that never goes back.
   * @returns Whether there was one to take.
   */
  take(object: string, now: number): boolean {
    let bucket = this.#buckets.get(object);
    if (!bucket) this.#buckets.set(object, bucket = new TokenBucket(SIZE));
    return bucket.take(now);
  }
}
