/** The recorder: takes what happened, and writes it as Events in its own time. */

import type { Logger } from "../../telemetry/mod.ts";
import { sleep } from "../../time/mod.ts";
import { type ApiError, isForbidden } from "../answer/mod.ts";
import type { Transport } from "../request/mod.ts";
import { EventBudget } from "./event_budget.ts";
import { EventLosses } from "./event_losses.ts";
import { namespaceOf } from "./event_manifest.ts";
import { type EventSeries, SeriesKeeper } from "./event_series.ts";
import type { ObjectEvent } from "./object_event.ts";
import { writeSeries } from "./write_series.ts";

/** How many Events may wait to be written; more are dropped. */
const MOST_WAITING = 1_000;
/** How long one write may take, attempts and waits together, in milliseconds. */
const LONGEST_WRITE = 10_000;
/** How long a namespace is left alone where the account may not write Events, in milliseconds. */
const FORBIDDEN_FOR = 3_600_000;

/** What a recorder works with. */
export interface EventRecorderOptions {
  /** What the writes go through. */
  readonly transport: Transport;
  /** Where losses are noted. */
  readonly log: Logger;
}

/**
 * Writes Events, best effort.
 *
 * **Guarantees.** Whoever records neither waits nor fails. The same thing within half an hour is one Event that counts. An
 * object costs 25 writes in a row at most and one each 5 minutes after; what happens in between is counted, and written with
 * the next one of its series that is. One write is under way at a time. What cannot be written is not tried again until it
 * happens again.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series: SeriesKeeper;
  readonly #budget = new EventBudget();
  readonly #losses: EventLosses;
  readonly #waiting = new Set<EventSeries>();
  /** Namespaces where the account may not write, and until when they are left alone. */
  readonly #forbidden = new Map<string, number>();
  #working: Promise<void> | undefined;
  #writing: AbortController | undefined;
  #isClosed = false;

  /** @param options What it works with. */
  constructor(options: EventRecorderOptions) {
    const { transport: { clock, random }, log } = options;
    this.#options = options;
    this.#series = new SeriesKeeper(clock, random);
    this.#losses = new EventLosses(log, clock);
  }

  /** Notes what has happened just now. Never throws, and waits for nothing. */
  record(event: ObjectEvent): void {
    if (this.#isClosed || this.#isForbidden(namespaceOf(event))) return this.#losses.dropped();
    const series = this.#series.observe(event);
    // Its write is still to come, and will tell of this one, too.
    if (this.#waiting.has(series)) return;
    const { controller } = event.reporter;
    const object = `${controller} ${event.regarding.object.metadata.uid}`;
    if (this.#waiting.size >= MOST_WAITING || !this.#budget.take(object, this.#options.transport.clock.monotonic())) {
      return this.#losses.dropped();
    }
    this.#waiting.add(series);
    this.#working ??= this.#work();
  }

  /** Takes no more, and writes what is waiting for as long as is given; then gives up. */
  async close(within: number): Promise<void> {
    this.#isClosed = true;
    const isOver = new AbortController();
    const timeout = sleep(this.#options.transport.clock, within, isOver.signal).catch(() => {});
    await Promise.race([this.#working, timeout]);
    isOver.abort();
    for (const _series of this.#waiting) this.#losses.dropped();
    this.#waiting.clear();
    this.#writing?.abort();
    this.#losses.sayRest();
  }

  async #work(): Promise<void> {
    for (const series of this.#waiting) {
      this.#waiting.delete(series);
      if (this.#isForbidden(namespaceOf(series.event))) this.#losses.dropped();
      else await this.#write(series);
    }
    this.#working = undefined;
  }

  async #write(series: EventSeries): Promise<void> {
    const { transport } = this.#options;
    const writing = this.#writing = new AbortController();
    const timer = transport.clock.timer(
      LONGEST_WRITE,
      () => writing.abort(new DOMException("Cannot write an Event as it takes too long", "TimeoutError")),
    );
    try {
      const newName = ({ event }: EventSeries) => this.#series.newName(event);
      await writeSeries(series, { transport, newName, signal: writing.signal });
    } catch (error) {
      this.#fail(series, error);
    } finally {
      timer.cancel();
      this.#writing = undefined;
    }
  }

  #fail({ event }: EventSeries, error: unknown): void {
    // A namespace that is being deleted answers 403 as well, whatever the account may do.
    if (!isForbidden(error) || isTerminating(error)) return this.#losses.failed(error);
    const namespace = namespaceOf(event);
    this.#forbidden.set(namespace, this.#options.transport.clock.monotonic() + FORBIDDEN_FOR);
    this.#losses.forbidden(namespace, error);
  }

  #isForbidden(namespace: string): boolean {
    const until = this.#forbidden.get(namespace);
    if (until === undefined) return false;
    const isOver = this.#options.transport.clock.monotonic() >= until;
    if (isOver) this.#forbidden.delete(namespace);
    return !isOver;
  }
}

function isTerminating(error: ApiError): boolean {
  return error.causes.some(({ reason }) => reason === "NamespaceTerminating");
}
