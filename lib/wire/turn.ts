/** Waits for one turn of the event loop. */

import { systemClock } from "../time/mod.ts";

/**
 * Lets timers and other sockets run. Reads of data that has already arrived complete within the same turn: if data arrives as
 * fast as it is read, nothing else would run, not even the timer that enforces the limit. This always uses the real clock,
 * since it waits for no measurable time.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => void systemClock.timer(0, resolve));
}
