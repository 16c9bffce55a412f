/** A logger that a user passes in, and every part calls: made so that it never throws, whatever it does. */

import { messageOf, watchPromise } from "../../model/mod.ts";
import { systemClock } from "../../time/mod.ts";
import type { LogFields, Logger, LogLevel } from "./logger.ts";
import { createLogger } from "./std_logger.ts";

/** How long the same complaint is not made again, in milliseconds. */
const COMPLAIN_AFTER = 60_000;

/**
 * A logger that never throws: a full disk must not cost an object its Run, nor a write its outcome. What the one that is given
 * throws is told to the default logger, once a minute.
 */
export function carefulLogger(logger: Logger): Logger {
  const complain = complaints(() => createLogger(), "cannot log as the logger threw");
  /** What a call returned; `undefined` when it threw. */
  const careful = (call: () => unknown): unknown => {
    try {
      const returned = call();
      watchPromise(returned, complain);
      return returned;
    } catch (error) {
      complain(error);
      return undefined;
    }
  };
  const say = (level: LogLevel) => (message: string, fields?: LogFields): void =>
    void careful(() => logger[level](message, fields));
  return {
    debug: say("debug"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
    enabled: (level) => careful(() => logger.enabled?.(level)) !== false,
    flush: () => void careful(() => logger.flush?.()),
  };
}

/**
 * What tells of the same thing once a minute. By the system's time, as the clock may be what is complained of. Never throws.
 *
 * @param log Where it is told. @param message What happened.
 */
export function complaints(log: () => Logger, message: string): (error: unknown) => void {
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
