/** Stop: a step that cannot decide yet. */

import { type Duration, toMilliseconds } from "../time/mod.ts";

/** Options of `stop()`. */
export interface StopOptions {
  /**
   * When to look again, if no event comes first: a text such as `"30s"`, or milliseconds.
   * @default {the controller's `requeueEvery`}
   */
  requeueAfter?: Duration;
  /** What is being waited for, for logs: `not ready`. */
  reason?: string;
}

/** Ends the Run without a change: the world must move first. Made by the `stop` of a step's context. */
export class Stop {
  /** Milliseconds until the object is looked at again; `undefined` leaves it to the controller. */
  readonly requeueAfter: number | undefined;
  /** What is being waited for. */
  readonly reason: string | undefined;

  /**
   * As `stop()`.
   *
   * @throws {RangeError} If `requeueAfter` is not a duration.
   */
  constructor(options: StopOptions = {}) {
    this.requeueAfter = options.requeueAfter === undefined
      ? undefined
      : toMilliseconds(options.requeueAfter, "requeueAfter");
    this.reason = options.reason;
    Object.freeze(this);
  }
}

/** Ends the Run without a change: the world must move first. The same as `stop` of a step's context. */
export function stop(options?: StopOptions): Stop {
  return new Stop(options);
}
