/** What is said of Events that were not written: little, as nothing depends on them. */

import { messageOf } from "../../steps/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Clock } from "../../time/mod.ts";
import { EVENTS_RULE } from "./rule.ts";

/** Milliseconds between two lines about losses. */
const LOSSES_EVERY = 60_000;
/** Milliseconds between two lines about the rule that is missing. */
const RULE_EVERY = 24 * 3_600_000;

/** Counts what is lost, and says so now and then. */
export class EventLosses {
  readonly #log: Logger;
  readonly #clock: Clock;
  #failed = 0;
  #dropped = 0;
  #error: string | undefined;
  #saidLosses = -Infinity;
  #saidRule = -Infinity;

  /** @param log Where it is said. @param clock Whose time it is. */
  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** One was not written, as there are too many. */
  dropped(): void {
    this.#dropped++;
    this.#saySometimes();
  }

  /** One could not be written. */
  failed(error: unknown): void {
    this.#failed++;
    this.#error = messageOf(error);
    this.#saySometimes();
  }

  /** The account may not write them. Needs a person, so it is a warning; once, as more of them would help nobody. */
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

  /** Says what has not been said yet. */
  sayRest(): void {
    if (this.#failed + this.#dropped === 0) return;
    this.#log.debug("Events were not written", { failed: this.#failed, dropped: this.#dropped, error: this.#error });
    this.#failed = this.#dropped = 0;
    this.#error = undefined;
  }

  #saySometimes(): void {
    const now = this.#clock.monotonic();
    if (now - this.#saidLosses < LOSSES_EVERY) return;
    this.#saidLosses = now;
    this.sayRest();
  }
}
