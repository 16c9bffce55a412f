/** Stop: what a step returns to wait for something. */

import { type Duration, toMilliseconds } from "../time/mod.ts";
import { brandOf, isBranded, messageOf } from "../model/mod.ts";

const STOP = brandOf("Stop");

/** Options of `stop()`. */
export interface StopOptions {
  /**
   * When to run the object again, unless an event comes first: a text such as `"30s"`, or milliseconds. The minimum is 50 ms.
   * @default {the controller's `requeueEvery`}
   */
  requeueAfter?: Duration;
  /** What the object waits for, for logs and Events: `not ready`. */
  reason?: string;
}

/** Ends the Run without a change, to wait for something. Made by the `stop` of a step's context. */
export class Stop {
  /** Milliseconds until the object is run again; `undefined` for the controller's `requeueEvery`. */
  readonly requeueAfter: number | undefined;
  /** What the object waits for. */
  readonly reason: string | undefined;

  /**
   * The same as `stop()`.
   *
   * @throws {RangeError} If `requeueAfter` is not a duration.
   * @throws {TypeError} If the reason is not a string.
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

/** Checks the reason, which goes into logs and Events and is compared. */
function checkedReason(reason: unknown): string | undefined {
  if (reason === undefined || typeof reason === "string") return reason;
  const shown = reason instanceof Error ? `an error, "${messageOf(reason)}"` : `of type ${typeof reason}`;
  throw new TypeError(`Cannot stop as the reason must be a text: current value is ${shown}`);
}

/** Whether a value is a Stop; also one of another copy of this module. */
export function isStop(value: unknown): boolean {
  return isBranded(value, STOP);
}

/** Ends the Run without a change, to wait for something. The same as `stop` of a step's context. */
export function stop(options?: StopOptions): Stop {
  return new Stop(options);
}
