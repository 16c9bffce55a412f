/** What is counted of watches and their caches. */

import type { Counter } from "./collectors.ts";
import type { Metrics } from "./metrics.ts";
import { type RequestFacts, resourceLabel } from "./requests.ts";

/** How far a watch is behind, in milliseconds. */
export interface WatchPosition {
  readonly silentFor: number | undefined;
  readonly troubledFor: number | undefined;
}

/** A watch, and what it is asked. */
export interface WatchedInformer {
  /** What is watched. */
  readonly kind: Pick<RequestFacts, "group" | "resource">;
  /** How many objects it holds. */
  readonly size: () => number;
  /** How far it is behind. */
  readonly position: () => WatchPosition;
}

const SOURCES = ["initial", "relist", "event", "write", "live"] as const;
const CAUSES = ["ended", "expired", "failed", "restored"] as const;

/** Where a change was learnt. */
export type Source = typeof SOURCES[number];
/** Why a watch was begun anew. */
export type Cause = typeof CAUSES[number];

/** What is watched, over all the watches of one kind: several namespaces, several selectors. */
class WatchedResource {
  readonly watches: WatchedInformer[] = [];
  readonly #counters: ReadonlyMap<Source | Cause, Counter>;

  /** @param metrics Where it is counted. @param resource What is watched. */
  constructor(metrics: Metrics, resource: string) {
    this.#counters = new Map<Source | Cause, Counter>([
      ...SOURCES.map((source) => [source, metrics.counter("watchEvents", { resource, source })] as const),
      ...CAUSES.map((cause) => [cause, metrics.counter("watchRestarts", { resource, cause })] as const),
    ]);
    metrics.gauge("cacheObjects", { resource }, () => this.size);
    metrics.gauge("watchSilence", { resource }, () => this.worst("silentFor"));
    metrics.gauge("watchTrouble", { resource }, () => this.worst("troubledFor") ?? 0);
  }

  count(what: Source | Cause, by = 1): void {
    this.#counters.get(what)?.add(by);
  }

  get size(): number {
    return this.watches.reduce((sum, { size }) => sum + size(), 0);
  }

  /** Of several watches, the worst; seconds. */
  worst(of: keyof WatchPosition): number | undefined {
    const known = this.watches.map(({ position }) => position()[of]).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known) / 1_000;
  }
}

/** Counts the watches of a process. */
export class WatchMetrics {
  readonly #metrics: Metrics;
  readonly #resources = new Map<string, WatchedResource>();

  /** @param metrics Where they are counted. */
  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Asks a watch, from now on, and makes its series. */
  observe(informer: WatchedInformer): void {
    const resource = resourceLabel(informer.kind);
    let watched = this.#resources.get(resource);
    if (!watched) this.#resources.set(resource, watched = new WatchedResource(this.#metrics, resource));
    watched.watches.push(informer);
  }

  /** Counts changes of objects. */
  changed(kind: WatchedInformer["kind"], source: Source, changes: number): void {
    this.#resources.get(resourceLabel(kind))?.count(source, changes);
  }

  /** Counts a watch that is begun anew. */
  restarted(kind: WatchedInformer["kind"], cause: Cause): void {
    this.#resources.get(resourceLabel(kind))?.count(cause);
  }
}
