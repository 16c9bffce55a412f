/** Stop: a step that cannot decide yet. */

import { type Duration, toMilliseconds } from "../time/mod.ts";
import { brandOf, isBranded, messageOf } from "../model/mod.ts";

const STOP = brandOf("Stop");

/** Options of `stop()`. */
export interface StopOptions {
  /**
   * When to look again, if no event comes first: a text such as `"30s"`, or milliseconds. Less than 50 ms is 50 ms.
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
   * @throws {TypeError} If the reason is no text.
   */
  constructor(options: StopOptions = {}) {
    this.requeueAfter = options.requeueAfter === undefined
      ? undefined
      : toMilliseconds(options.requeueAfter, "requeueAfter");
    this.reason = checkedReason(options.reason);
    Object.freeze(this);
  }

  static {
    Object.defineProperty(this.prototype, STOP, { value: true });
  }
}

/** It is logged, compared and told in Events. */
function checkedReason(reason: unknown): string | undefined {
  if (reason === undefined || typeof reason === "string") return reason;
  const shown = reason instanceof Error ? `an error, "${messageOf(reason)}"` : `of type ${typeof reason}`;
  throw new TypeError(`Cannot stop as the reason must be a text: current value is ${shown}`);
}

/** Whether a value is a Stop; also one of another copy of the module. */
export function isStop(value: unknown): boolean {
  return isBranded(value, STOP);
}

/** Ends the Run without a change: the world must move first. The same as `stop` of a step's context. */
export function stop(options?: StopOptions): Stop {
  return new Stop(options);
}
