/** Limits how many Events are written about an object: one token bucket per object, sized like client-go's spam filter. */

import { TokenBucket } from "../../time/mod.ts";
import { RecentMap } from "./recent_map.ts";

/** 25 writes in a row, and one more every 5 minutes. */
const SIZE = { burst: 25, refill: 5 * 60_000 };
/** The most objects to remember. A forgotten object starts again with a full bucket. */
const MOST_OBJECTS = 4_096;

/** The budgets of all objects. */
export class EventBudget {
  readonly #buckets = new RecentMap<TokenBucket>(MOST_OBJECTS);

  /**
   * Takes one write from an object's budget.
   *
   * @param object A key that identifies the object.
   * @param now Milliseconds of a monotonic clock.
   * @returns Whether a write was left.
   */
  take(object: string, now: number): boolean {
    let bucket = this.#buckets.get(object);
    if (!bucket) this.#buckets.set(object, bucket = new TokenBucket(SIZE));
    return bucket.take(now);
  }
}
