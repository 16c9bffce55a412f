/** Logs and counts errors that occur where no Run can fail with them, so that they are not lost and do no harm. */

import { messageOf } from "../../steps/mod.ts";
import type { LogFields, Logger, Metrics } from "../../telemetry/mod.ts";
import type { Clock } from "../../time/mod.ts";

/**
 * How many errors of one place are logged per minute. All are counted, but ten thousand at once must not become ten
 * thousand lines.
 */
const MOST_LOGGED = 100;
const MINUTE = 60_000;

const PLACES = ["trigger", "onRun", "event", "telemetry", "watch", "worker", "rejection", "uncaught"] as const;

/** Where an error occurred that no Run could fail with. */
export type ErrorPlace = typeof PLACES[number];

/** How many have been logged in the current minute. */
interface Account {
  since: number;
  logged: number;
}

/** Reports errors. Never throws. */
export class Mishaps {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #accounts = new Map<ErrorPlace, Account>();

  /** @param log Where to log; never throws. @param metrics Counts them. @param clock Measures the minutes. */
  constructor(log: Logger, metrics: Metrics, clock: Clock) {
    this.#log = log;
    this.#metrics = metrics;
    this.#clock = clock;
    for (const place of PLACES) metrics.counter("errors", place);
  }

  /**
   * Reports an error.
   *
   * @param place Where it was thrown.
   * @param message What it affected.
   * @param thrown What was thrown.
   * @param facts More log fields; only called if the error is logged.
   * @param log A logger with more context, if there is one.
   */
  tell(
    place: ErrorPlace,
    message: string,
    thrown: unknown,
    facts: () => LogFields = () => ({}),
    log: Logger = this.#log,
  ): void {
    this.#metrics.counter("errors", place).add();
    const left = this.#take(place);
    if (left < 0) return;
    log.error(message, { ...facts(), error: messageOf(thrown) });
    if (left === 0) log.error("more errors of this sort are only counted, until the minute is over", { place });
  }

  /** How many more errors of a place may be logged after this one; negative if this one may not. */
  #take(place: ErrorPlace): number {
    const now = this.#clock.monotonic();
    let account = this.#accounts.get(place);
    if (!account || now - account.since >= MINUTE) this.#accounts.set(place, account = { since: now, logged: 0 });
    return MOST_LOGGED - ++account.logged;
  }
}
