/** Waiting by a clock that stands still unless it is told to move: whoever waits moves it. */

import type { Clock } from "../time/mod.ts";

/** A clock whose time passes when it is told to, as that of `VirtualClock`. */
export interface MovedClock extends Clock {
  advanceUntil(predicate: () => boolean, options: { within: number; what: string }): Promise<void>;
  settle(): Promise<void>;
}

/** Whether a clock moves only when it is told to. */
export function isMoved(clock: Clock): clock is MovedClock {
  return typeof (clock as Partial<MovedClock>).advanceUntil === "function";
}

/**
 * What a promise comes to. By a clock that stands still, nothing that waits for time would ever come to anything, so its time
 * passes until the promise has settled; and then all comes to rest that follows from it and takes no time.
 *
 * @param clock Whose time it is.
 * @param promise What is waited for.
 * @param limits How many virtual milliseconds may pass, and what is waited for, as a clause for the error.
 * @throws What the promise is rejected with; or what the clock says when it is not settled within that time.
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
