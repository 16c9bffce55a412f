/** Waits by a virtual clock: it does not move by itself, so whoever waits moves it. */

import type { Clock } from "../time/mod.ts";

/** A clock that moves only on request, such as `VirtualClock`. */
export interface MovedClock extends Clock {
  advanceUntil(predicate: () => boolean, options: { within: number; what: string }): Promise<void>;
  settle(): Promise<void>;
}

/** Whether a clock moves only on request. */
export function isMoved(clock: Clock): clock is MovedClock {
  return typeof (clock as Partial<MovedClock>).advanceUntil === "function";
}

/**
 * Awaits a promise. With a virtual clock, lets time pass until the promise has settled, and then lets everything finish that
 * needs no more time.
 *
 * @param clock The clock.
 * @param promise The promise.
 * @param limits How many virtual milliseconds may pass, and what is awaited, as a clause for the error.
 * @throws The promise's rejection, or the clock's error if the promise has not settled within that time.
 */
export async function settledBy<T>(
  clock: Clock,
  promise: Promise<T>,
  limits: { within: number; what: string },
): Promise<T> {
  if (!isMoved(clock)) return await promise;
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await clock.advanceUntil(() => isSettled, limits);
  await clock.settle();
  return await promise;
}
