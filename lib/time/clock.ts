/** What a controller knows of time: a reading and a timer. */

import { shownValue } from "./shown.ts";

/** A timer that has been set and can be taken back. */
export interface Timer {
  /** Takes the timer back. Without effect when it has fired or was cancelled before. */
  cancel(): void;
  /** Lets the process end before it fires, where time is real. */
  unref?(): void;
}

/** A source of time. `systemClock` is the real one; tests pass a virtual one. */
export interface Clock {
  /** The wall clock, in milliseconds since the Unix epoch. For stamps that people read; it may jump. */
  now(): number;
  /** Milliseconds since some fixed point; never goes back. For measuring and for deadlines. */
  monotonic(): number;
  /**
   * Calls `fire` once, `delay` milliseconds from now (0 and less: as soon as possible, never at once).
   *
   * @throws {RangeError} If the delay is not finite: it would be at once, or never.
   */
  timer(delay: number, fire: () => void): Timer;
}

/**
 * Checks the delay of a timer, for clocks.
 *
 * @throws {RangeError} If it is not finite.
 */
export function checkDelay(delay: number): void {
  if (Number.isFinite(delay)) return;
  throw new RangeError(
    `Cannot set a timer as its delay must be a finite number: current value is ${shownValue(delay)}`,
  );
}

/**
 * Waits.
 *
 * @param clock Whose time is meant.
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
