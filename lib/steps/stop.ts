/** Stop: what a step returns to wait for something. */

import { type Duration, shownValue, toMilliseconds } from "../time/mod.ts";
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
   * @throws {TypeError} If the options are not an object, have an unknown name, or the reason is not a string.
   */
  constructor(options: StopOptions = {}) {
    checkOptions(options);
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

/** Without this, `stop("1m")` would wait for `requeueEvery`, hours, and nobody would notice. */
function checkOptions(options: unknown): void {
  const rule = 'Cannot stop as the options must be an object such as { requeueAfter: "1m" }';
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${rule}: current value is ${shownValue(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (name !== "requeueAfter" && name !== "reason") {
      throw new TypeError(`${rule}: ${shownValue(name)} is not an option`);
    }
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
