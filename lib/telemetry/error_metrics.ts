/** Errors that are no Run's: how often what was thrown, and where, had to be caught for the process to go on. */

import type { Counter } from "./collectors.ts";
import type { Metrics } from "./metrics.ts";

/** Where an error was caught that no Run could fail with. */
export type ErrorPlace = "trigger" | "onRun" | "event" | "telemetry" | "watch" | "worker" | "rejection" | "uncaught";

const PLACES: readonly ErrorPlace[] = [
  "trigger",
  "onRun",
  "event",
  "telemetry",
  "watch",
  "worker",
  "rejection",
  "uncaught",
];

/** Counts them. */
export class ErrorMetrics {
  readonly #counters: ReadonlyMap<ErrorPlace, Counter>;

  /** @param metrics Where they are counted. */
  constructor(metrics: Metrics) {
    this.#counters = new Map(PLACES.map((place) => [place, metrics.counter("errors", { place })]));
  }

  /** Counts one. Never throws: whoever collects may be what is broken. */
  count(place: ErrorPlace): void {
    try {
      this.#counters.get(place)?.add();
    } catch {
      // Told by whoever caught the error; there is nobody to count this one.
    }
  }
}
