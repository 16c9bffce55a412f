/** The clock as an interface: the time, and timers. */

import { shownValue } from "./shown.ts";

/** A timer that has been set. */
export interface Timer {
  /** Cancels the timer. Has no effect after it has fired or was cancelled. */
  cancel(): void;
  /** Lets the process exit before the timer fires; only for real time. */
  unref?(): void;
}

/** A source of time. `systemClock` is the real one; tests pass a virtual one. */
export interface Clock {
  /** The wall clock, in milliseconds since the Unix epoch. It may jump; use it for timestamps only. */
  now(): number;
  /** Milliseconds since some fixed point, never going back. For measuring and for deadlines. */
  monotonic(): number;
  /**
   * Calls `fire` once after `delay` milliseconds; with 0 or less, as soon as possible, but never before this returns.
   *
   * @throws {RangeError} If the delay is not finite.
   */
  timer(delay: number, fire: () => void): Timer;
}

/**
 * Checks the delay of a timer, for implementations of {@link Clock}.
 *
 * @throws {RangeError} If the delay is not finite.
 */
export function checkDelay(delay: number): void {
  if (Number.isFinite(delay)) return;
  throw new RangeError(
    `Cannot set a timer as its delay must be a finite number: current value is ${shownValue(delay)}`,
  );
}

/**
 * Waits for a time.
 *
 * @param clock The clock to wait by.
 * @param delay Milliseconds to wait.
 * @param signal Ends the wait early.
 * @returns A promise that resolves when the time is over.
 * @throws The signal's reason, when it is aborted before the time is over.
 * @throws {RangeError} If the delay is not finite.
 */
export function sleep(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal!.reason);
    };
    const timer = clock.timer(delay, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
