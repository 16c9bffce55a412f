/** A turn of the event loop. */

import { systemClock } from "../time/mod.ts";

/**
 * Lets timers and other sockets have their turn. A turn is no time that anybody measures, so it is of no clock that is given.
 * Reads of what has come already end in the same turn: where bytes come as fast as they are taken, nothing else would run, not
 * even the timer that is to end it all.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => void systemClock.timer(0, resolve));
}
