/** Series: the same thing that happens again to the same object is one Event that counts. */

import type { KubeObject } from "../../model/mod.ts";
import type { Clock, Random } from "../../time/mod.ts";
import { eventName, noteText } from "./event_text.ts";
import type { ObjectEvent } from "./object_event.ts";
import { RecentMap } from "./recent_map.ts";

/**
 * Milliseconds without a repetition after which a series has ended. More than the longest backoff after failures and less
 * than the hour for which API servers keep an Event that is left alone.
 */
const WINDOW = 30 * 60_000;
/** How many series are kept in mind. */
const MOST_SERIES = 4_096;

/** What happened once or more often, and what is known of its Event. */
export interface EventSeries {
  /** What happened, as it was the first time: of the object, no more than an Event says. */
  readonly event: ObjectEvent;
  /** When it happened first, in microseconds since the Unix epoch. */
  readonly firstTime: number;
  /** When it happened last, in microseconds since the Unix epoch. */
  lastTime: number;
  /** How often it happened. */
  count: number;
  /** The name of the Event. */
  name: string;
  /** Whether the API server has the Event. */
  isStored: boolean;
}

/** Finds what belongs together. */
export class SeriesKeeper {
  readonly #series = new RecentMap<{ readonly series: EventSeries; until: number }>(MOST_SERIES);
  readonly #clock: Clock;
  readonly #random: Random;
  #lastTime = 0;

  /** @param clock Whose time it is. @param random For names. */
  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Counts what has happened just now, and gives the series that it belongs to. */
  observe(observed: ObjectEvent): EventSeries {
    const event = withoutRest(observed);
    const now = this.#time();
    const monotonic = this.#clock.monotonic();
    const key = keyOf(event);
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

  /** Now, in microseconds. What happens in one millisecond is told apart, so that Events can be put in order. */
  #time(): number {
    const now = Math.floor(this.#clock.now());
    const isSame = Math.floor(this.#lastTime / 1_000) === now;
    return this.#lastTime = isSame ? this.#lastTime + 1 : now * 1_000;
  }

  /** A name for an Event that no other has. */
  newName({ regarding: { object } }: ObjectEvent): string {
    return eventName(object.metadata.name, this.#clock.now(), this.#random.next());
  }
}

/** What an Event is made of. Series are many and live long: neither whole objects nor long texts may live with them. */
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

/** By the UID, as another object of a name is another object; not by its version, which changes without end. */
function keyOf({ reporter, regarding, type, reason, action, note }: ObjectEvent): string {
  return JSON.stringify([regarding.object.metadata.uid, reporter.controller, type, reason, action, note]);
}
