/** What is thrown where no Run can fail with it: logged and counted, so that it is neither lost nor does harm. */

import { messageOf } from "../steps/mod.ts";
import type { ErrorMetrics, ErrorPlace, LogFields, Logger } from "../telemetry/mod.ts";

/** Tells of what was thrown. Never throws. */
export class Mishaps {
  readonly #log: Logger;
  readonly #metrics: ErrorMetrics | undefined;

  /** @param log Where it is told; never throws. @param metrics Where it is counted. */
  constructor(log: Logger, metrics?: ErrorMetrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /**
   * Tells of one.
   *
   * @param place Where it was thrown.
   * @param message What happened by it.
   * @param thrown What was thrown.
   * @param fields What is known besides.
   * @param log Where it is told, if somebody knows more.
   */
  tell(place: ErrorPlace, message: string, thrown: unknown, fields: LogFields = {}, log: Logger = this.#log): void {
    this.#metrics?.count(place);
    log.error(message, { ...fields, error: messageOf(thrown) });
  }
}
