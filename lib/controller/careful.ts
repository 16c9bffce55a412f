/** What a user may pass in, and every part calls: made so that it never throws, whatever it does. */

import { messageOf } from "../steps/mod.ts";
import { createLogger, type LogFields, type Logger, type LogLevel } from "../telemetry/mod.ts";
import { type Clock, type Random, systemClock, systemRandom } from "../time/mod.ts";

/** How long the same complaint is not made again, in milliseconds. */
const COMPLAIN_AFTER = 60_000;

/**
 * A logger that never throws: a full disk must not cost an object its Run. What the one that is given throws is told to the
 * default logger, once a minute.
 */
export function carefulLogger(logger: Logger): Logger {
  const complain = complaints(() => createLogger(), "cannot log as the logger threw");
  const say = (level: LogLevel) => (message: string, fields?: LogFields): void => {
    try {
      watchPromise(logger[level](message, fields), complain);
    } catch (error) {
      complain(error);
    }
  };
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    enabled: (level) => {
      try {
        return logger.enabled?.(level) ?? true;
      } catch (error) {
        complain(error);
        return true;
      }
    },
    flush: () => {
      try {
        watchPromise(logger.flush?.(), complain);
      } catch (error) {
        complain(error);
      }
    },
  };
}

/** A clock that never throws, and whose readings are numbers: in place of another one, it says what it said last. */
export function carefulClock(clock: Clock, log: Logger): Clock {
  const complain = complaints(() => log, "cannot use what the clock says");
  const careful = (read: () => number) => {
    let last = 0;
    return () => {
      try {
        const now = read();
        if (Number.isFinite(now)) return last = now;
        complain(new RangeError(`Cannot use a time as it must be a number: current value is ${String(now)}`));
      } catch (error) {
        complain(error);
      }
      return last;
    };
  };
  return {
    now: careful(() => clock.now()),
    monotonic: careful(() => clock.monotonic()),
    timer: (delay, fire) => {
      try {
        return clock.timer(delay, fire);
      } catch (error) {
        complain(error);
        return systemClock.timer(delay, fire);
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
        const drawn = random.next();
        if (drawn >= 0 && drawn < 1) return drawn;
        complain(
          new RangeError(`Cannot use a random number as it must be from 0 to 1: current value is ${String(drawn)}`),
        );
      } catch (error) {
        complain(error);
      }
      return systemRandom.next();
    },
  };
}

/** Whoever is called and returns a promise is not waited for; but its rejection is told, and not left to strike the process. */
export function watchPromise(returned: unknown, onRejected: (error: unknown) => void): void {
  if (typeof returned !== "object" || returned === null) return;
  if (typeof (returned as { then?: unknown }).then === "function") Promise.resolve(returned).catch(onRejected);
}

/** By the system's time, as the clock may be what is complained of. */
function complaints(log: () => Logger, message: string): (error: unknown) => void {
  let complainedAt = -Infinity;
  return (error) => {
    const now = systemClock.monotonic();
    if (now - complainedAt < COMPLAIN_AFTER) return;
    complainedAt = now;
    try {
      log().error(message, { error: messageOf(error) });
    } catch {
      // There is nobody left to tell.
    }
  };
}
