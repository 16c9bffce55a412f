/** How many Runs are traced: what a fleet does when all of it changes at once is told by a few of its Runs. */

import { TokenBucket } from "../../time/mod.ts";

/** 25 Runs in a row, and 5 more each second. */
const SIZE = { burst: 25, refill: 200 };

/** How many Runs of one controller are traced. */
export class TraceBudget {
  /** For Runs that do something. */
  readonly runs: TokenBucket = new TokenBucket(SIZE);
  /** For Runs that fail: there is always room for the first of them. */
  readonly failures: TokenBucket = new TokenBucket(SIZE);
}
