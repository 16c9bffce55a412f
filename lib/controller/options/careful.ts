/** A clock and a source of chance that a user passes in, made so that they never throw, and say nothing mad. */

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

/** The last moment that a stamp has a form for, 9999-12-31; the first is that of the Unix epoch. */
const LATEST = 253_402_300_799_999;

/**
 * A clock that never throws, and whose readings are numbers: in place of another one, it says what it said last. Its
 * `monotonic` never goes back, as it does where a wall clock was given for it, and does not stand still while timers fire: what
 * is due would wait for as long, or for ever.
 */
export function carefulClock(clock: Clock, log: Logger): Clock {
  const complain = complaints(() => log, "cannot use what the clock says");
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

/** Reads a time; in place of one that is none, or is further from 0 than is meant, what was read last. */
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

/** A time that goes on from where it was when it is set back. */
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

  /** Reads it, when it is known to have come this far. */
  reach(least: number): number {
    const now = this.#read() + this.#ahead;
    if (now >= least) return this.#last = now;
    this.#ahead += least - now;
    return this.#last = least;
  }
}

/** Whoever takes a timer back is in the middle of something else. */
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

/** A source of chance that never throws, and whose numbers are from 0 to 1; in place of another one, it takes the system's. */
export function carefulRandom(random: Random, log: Logger): Random {
  const complain = complaints(() => log, "cannot use what random says");
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
