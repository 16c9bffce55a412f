/** Joins repetitions: if the same thing happens again to the same object, one Event counts it. */

import type { KubeObject } from "../../model/mod.ts";
import type { Clock, Random } from "../../time/mod.ts";
import { eventName, noteText } from "./event_text.ts";
import type { ObjectEvent } from "./object_event.ts";
import { RecentMap } from "./recent_map.ts";

/**
 * Milliseconds without a repetition after which a series ends. This is longer than the longest backoff after failures,
 * and shorter than the hour for which API servers keep an untouched Event.
 */
const WINDOW = 30 * 60_000;
/** The most series to remember. */
const MOST_SERIES = 4_096;

/** Something that happened once or repeatedly, and its Event. */
export interface EventSeries {
  /** The first occurrence, reduced to what an Event contains. */
  readonly event: ObjectEvent;
  /** When it first happened, in microseconds since the Unix epoch. */
  readonly firstTime: number;
  /** When it last happened, in microseconds since the Unix epoch. */
  lastTime: number;
  /** How often it happened. */
  count: number;
  /** The name of the Event. */
  name: string;
  /** Whether the API server stores the Event. */
  isStored: boolean;
}

/** Finds the series that an event belongs to. */
export class SeriesKeeper {
  readonly #series = new RecentMap<{ readonly series: EventSeries; until: number }>(MOST_SERIES);
  readonly #clock: Clock;
  readonly #random: Random;
  #lastTime = 0;

  /** @param clock The time. @param random For names. */
  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Counts an event that has just happened, and returns its series. */
  observe(given: ObjectEvent): EventSeries {
    const event = withoutRest(given);
    const now = this.#time();
    const monotonic = this.#clock.monotonic();
    const key = seriesKey(event);
    const kept = this.#series.get(key);
    if (kept && monotonic < kept.until) {
      kept.until = monotonic + WINDOW;
      kept.series.count++;
      kept.series.lastTime = now;
      return kept.series;
    }
    const name = this.newName(event);
    const series: EventSeries = { event, firstTime: now, lastTime: now, count: 1, name, isStored: false };
    this.#series.set(key, { series, until: monotonic + WINDOW });
    return series;
  }

  /** Now, in microseconds. Events within one millisecond get different times, so that they can be sorted. */
  #time(): number {
    const now = Math.floor(this.#clock.now());
    const isSame = Math.floor(this.#lastTime / 1_000) === now;
    return this.#lastTime = isSame ? this.#lastTime + 1 : now * 1_000;
  }

  /** A new unique name for an Event. */
  newName({ regarding: { object } }: ObjectEvent): string {
    return eventName(object.metadata.name, this.#clock.now(), this.#random.next());
  }
}

/**
 * Copies only what an Event contains. There are many series and they live long, so they must not hold whole objects or
 * long texts.
 */
function withoutRest(event: ObjectEvent): ObjectEvent {
  const { regarding: { kind, object } } = event;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const metadata = { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion };
  const { apiVersion, kind: kindName } = object;
  return {
    ...event,
    note: noteText(event.note),
    regarding: { kind, object: { apiVersion, kind: kindName, metadata } as KubeObject },
  };
}

/**
 * The key of a series. It has the UID, because a recreated object is another one, and not the version, because that
 * always changes.
 */
function seriesKey({ reporter, regarding, type, reason, action, note }: ObjectEvent): string {
  return JSON.stringify([regarding.object.metadata.uid, reporter.controller, type, reason, action, note]);
}
