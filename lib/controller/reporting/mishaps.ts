/** What is thrown where no Run can fail with it: logged and counted, so that it is neither lost nor does harm. */

import { messageOf } from "../../steps/mod.ts";
import type { LogFields, Logger, Metrics } from "../../telemetry/mod.ts";
import type { Clock } from "../../time/mod.ts";

/** How many of a place are logged in a minute: ten thousand at once must not be ten thousand lines. All are counted. */
const MOST_LOGGED = 100;
const MINUTE = 60_000;

const PLACES = ["trigger", "onRun", "event", "telemetry", "watch", "worker", "rejection", "uncaught"] as const;

/** Where an error was caught that no Run could fail with. */
export type ErrorPlace = typeof PLACES[number];

/** How many have been logged since when. */
interface Account {
  since: number;
  logged: number;
}

/** Tells of what was thrown. Never throws. */
export class Mishaps {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #accounts = new Map<ErrorPlace, Account>();

  /** @param log Where it is told; never throws. @param metrics Where it is counted. @param clock Whose minutes are meant. */
  constructor(log: Logger, metrics: Metrics, clock: Clock) {
    this.#log = log;
    this.#metrics = metrics;
    this.#clock = clock;
    for (const place of PLACES) metrics.counter("errors", place);
  }

  /**
   * Tells of one.
   *
   * @param place Where it was thrown.
   * @param message What happened by it.
   * @param thrown What was thrown.
   * @param facts What is known besides; asked for when it is logged.
   * @param log Where it is told, if somebody knows more.
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

  /** How many more of a place may be logged after one; less than 0 when it may not be logged itself. */
  #take(place: ErrorPlace): number {
    const now = this.#clock.monotonic();
    let account = this.#accounts.get(place);
    if (!account || now - account.since >= MINUTE) this.#accounts.set(place, account = { since: now, logged: 0 });
    return MOST_LOGGED - ++account.logged;
  }
}
