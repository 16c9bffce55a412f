/** Logs that Events were not written: rarely, because nothing depends on them. */

import { messageOf } from "../../steps/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { EVENTS_RULE } from "./rule.ts";

/** Milliseconds between two lines about losses. */
const LOSSES_EVERY = 60_000;
/** Milliseconds between two lines about the missing RBAC rule. */
const RULE_EVERY = 24 * 3_600_000;

/** Counts lost Events and logs the counts now and then. */
export class EventLosses {
  readonly #log: Logger;
  readonly #clock: Clock;
  #failed = 0;
  #dropped = 0;
  #error: string | undefined;
  #saidLosses = -Infinity;
  #saidRule = -Infinity;

  /** @param log Where to log. @param clock The clock for the intervals. */
  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Counts an Event that was dropped because too many were waiting. */
  dropped(): void {
    this.#dropped++;
    this.#saySometimes();
  }

  /** Counts an Event that could not be written. */
  failed(error: unknown): void {
    this.#failed++;
    this.#error = messageOf(error);
    this.#saySometimes();
  }

  /**
   * Logs that the account may not write Events: as a warning, because a person must grant the rule, and rarely, because
   * repeating does not help.
   */
  forbidden(namespace: string, error: unknown): void {
    this.failed(error);
    const now = this.#clock.monotonic();
    if (now - this.#saidRule < RULE_EVERY) return;
    this.#saidRule = now;
    this.#log.warn("cannot write Events as the account lacks a rule; Runs are not affected", {
      namespace,
      rule: JSON.stringify(EVENTS_RULE),
      error: messageOf(error),
    });
  }

  /** Logs the counts that have not been logged yet. */
  logRest(): void {
    if (this.#failed + this.#dropped === 0) return;
    this.#log.debug("Events were not written", { failed: this.#failed, dropped: this.#dropped, error: this.#error });
    this.#failed = this.#dropped = 0;
    this.#error = undefined;
  }

  #saySometimes(): void {
    const now = this.#clock.monotonic();
    if (now - this.#saidLosses < LOSSES_EVERY) return;
    this.#saidLosses = now;
    this.logRest();
  }
}
