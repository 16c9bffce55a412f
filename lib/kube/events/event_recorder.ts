/** The recorder: takes events and writes them in the background. */

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

/** The most Events that may wait to be written; more are dropped. */
const MOST_WAITING = 1_000;
/** The longest time for one write, with all attempts and waits, in milliseconds. */
const LONGEST_WRITE = 10_000;
/** How long to skip a namespace where the account may not write Events, in milliseconds: once it may, it soon does. */
const FORBIDDEN_FOR = 60_000;

/** What a recorder needs. */
export interface EventRecorderOptions {
  /** Performs the writes. */
  readonly transport: Transport;
  /** Where losses are logged. */
  readonly log: Logger;
}

/**
 * Writes Events, best effort.
 *
 * **Guarantees.** Recording neither waits nor fails. If the same thing happens again within half an hour, its Event
 * counts it. One object causes at most 25 writes in a row and then one every 5 minutes; occurrences in between are
 * counted and appear in the next write of their series. Only one write is under way at a time. A failed write is not
 * retried; the next occurrence writes again. (Tests: `tests/kube/events/event_recorder_test.ts`.)
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series: SeriesKeeper;
  readonly #budget = new EventBudget();
  readonly #losses: EventLosses;
  readonly #waiting = new Set<EventSeries>();
  /** Namespaces where the account may not write Events, and until when to skip them. */
  readonly #forbidden = new Map<string, number>();
  #working: Promise<void> | undefined;
  #writing: AbortController | undefined;
  #isClosed = false;

  /** @param options What it needs. */
  constructor(options: EventRecorderOptions) {
    const { transport: { clock, random }, log } = options;
    this.#options = options;
    this.#series = new SeriesKeeper(clock, random);
    this.#losses = new EventLosses(log, clock);
  }

  /** Records something that has just happened. Never throws and never waits. */
  record(event: ObjectEvent): void {
    if (this.#isClosed || this.#isForbidden(namespaceOf(event))) return this.#losses.dropped();
    const series = this.#series.observe(event);
    // The pending write of this series will include it.
    if (this.#waiting.has(series)) return;
    const { controller } = event.reporter;
    const object = `${controller} ${event.regarding.object.metadata.uid}`;
    if (this.#waiting.size >= MOST_WAITING || !this.#budget.take(object, this.#options.transport.clock.monotonic())) {
      return this.#losses.dropped();
    }
    this.#waiting.add(series);
    this.#working ??= this.#work();
  }

  /** Accepts no more Events, and spends at most `within` milliseconds on writing those that wait. */
  async close(within: number): Promise<void> {
    this.#isClosed = true;
    const isOver = new AbortController();
    const timeout = sleep(this.#options.transport.clock, within, isOver.signal).catch(() => {});
    await Promise.race([this.#working, timeout]);
    isOver.abort();
    for (const _series of this.#waiting) this.#losses.dropped();
    this.#waiting.clear();
    this.#writing?.abort();
    this.#losses.logRest();
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
    // A namespace that is being deleted also answers 403, even if the account may write Events.
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
