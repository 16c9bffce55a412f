/** Wraps a user's clock and random source so that they never throw and never return invalid values. */

import { watchPromise } from "../../model/mod.ts";
import { complaints, type Logger } from "../../telemetry/mod.ts";
import {
  checkDelay,
  type Clock,
  type Random,
  shownValue,
  systemClock,
  systemRandom,
  type Timer,
} from "../../time/mod.ts";

/** The latest time that a timestamp can express, 9999-12-31; the earliest is the Unix epoch. */
const LATEST = 253_402_300_799_999;

/**
 * A clock that never throws and always returns numbers; instead of an invalid reading, it returns the last valid one.
 * Its `monotonic` never goes back, even if it is really a wall clock. It also moves on when timers fire; otherwise
 * whatever is due would wait, perhaps for ever.
 */
export function carefulClock(clock: Clock, log: Logger): Clock {
  const complain = complaints(() => log, "the clock returned an invalid time");
  const monotonic = new Forward(careful(() => clock.monotonic(), Number.MAX_SAFE_INTEGER, complain));
  return {
    now: careful(() => clock.now(), LATEST, complain),
    monotonic: () => monotonic.read(),
    timer: (delay, fire) => {
      checkDelay(delay);
      const due = monotonic.read() + delay;
      const fireDue = () => {
        monotonic.reach(due);
        fire();
      };
      try {
        return carefulTimer(clock.timer(delay, fireDue), complain);
      } catch (error) {
        complain(error);
        return systemClock.timer(delay, fireDue);
      }
    },
  };
}

/** Reads a time. Returns the last valid one instead of a value that is invalid or further from 0 than `most`. */
function careful(read: () => unknown, most: number, complain: (error: unknown) => void): () => number {
  let last = 0;
  return () => {
    try {
      const now = read();
      if (typeof now === "number" && Math.abs(now) <= most) return last = now;
      complain(
        new RangeError(`Cannot use a time as it must be one in milliseconds: current value is ${shownValue(now)}`),
      );
      watchPromise(now, complain);
    } catch (error) {
      complain(error);
    }
    return last;
  };
}

/** A time that continues from its last value if it is set back. */
class Forward {
  readonly #read: () => number;
  #last = -Infinity;
  #ahead = 0;

  constructor(read: () => number) {
    this.#read = read;
  }

  read(): number {
    return this.reach(this.#last);
  }

  /** Reads the time, given that it must have reached `least`. */
  reach(least: number): number {
    const now = this.#read() + this.#ahead;
    if (now >= least) return this.#last = now;
    this.#ahead += least - now;
    return this.#last = least;
  }
}

/** A timer whose cancellation never throws: its caller is in the middle of something else. */
function carefulTimer(timer: Timer, complain: (error: unknown) => void): Timer {
  return {
    cancel: () => {
      try {
        watchPromise(timer.cancel(), complain);
      } catch (error) {
        complain(error);
      }
    },
  };
}

/** A random source that never throws and returns numbers from 0 to 1; instead of an invalid one, it uses the system's. */
export function carefulRandom(random: Random, log: Logger): Random {
  const complain = complaints(() => log, "random returned an invalid number");
  return {
    next: () => {
      try {
        const drawn: unknown = random.next();
        if (typeof drawn === "number" && drawn >= 0 && drawn < 1) return drawn;
        complain(
          new RangeError(`Cannot use a random number as it must be from 0 to 1: current value is ${shownValue(drawn)}`),
        );
        watchPromise(drawn, complain);
      } catch (error) {
        complain(error);
      }
      return systemRandom.next();
    },
  };
}
