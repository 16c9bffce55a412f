/** What is counted of the Runs of one controller. */

import type { Branch } from "./family.ts";
import type { Metrics } from "./metrics.ts";
import type { CounterSeries, HistogramSeries } from "./series.ts";

/** How a Run can end. */
export type RunEnd = "NoOp" | "Modified" | "Stopped" | "Failed";

/** How a step can end. */
export type StepEnd = "Passed" | "Modified" | "Stopped" | "Failed";

/** A step that is known before it is walked. */
export interface KnownStep {
  /** Its name; for a branch of a join, `step/branch`. */
  readonly name: string;
  /** Whether it may ask for a change. */
  readonly mayChange: boolean;
}

/** What is told of a Run that has ended; times in milliseconds. */
export interface CountedRun {
  readonly outcome: RunEnd;
  readonly duration: number;
  readonly waited: number;
  /** Whether the object waits for a backoff now. */
  readonly retried: boolean;
}

/**
 * Steps that took less time are counted, and not timed, in milliseconds: most steps look at a cache and go on, and whoever is
 * told of each value at once has more to do for it than the step had.
 */
const WORTH_TIMING = 1;

/** Counts the Runs of one controller. */
export class RunMetrics {
  /** Whether anybody collects. */
  readonly active: boolean;
  readonly #metrics: Metrics;
  readonly #controller: string;
  // At hand, as they are needed in every Run.
  readonly #runs: Branch<CounterSeries>;
  readonly #durations: Branch<HistogramSeries>;
  readonly #waited: HistogramSeries;
  readonly #steps: Branch<CounterSeries>;

  /**
   * Makes the series that are known.
   *
   * @param metrics Where they are.
   * @param controller The controller's name.
   * @param steps The steps of its plans, as far as they are known.
   */
  constructor(metrics: Metrics, controller: string, steps: readonly KnownStep[]) {
    this.active = metrics.active;
    this.#metrics = metrics;
    this.#controller = controller;
    this.#runs = metrics.counters("runs").at(controller);
    this.#durations = metrics.histograms("runDuration").at(controller);
    this.#waited = metrics.histogram("queueWait", controller);
    this.#steps = metrics.counters("steps").at(controller);
    for (const outcome of ["NoOp", "Modified", "Stopped", "Failed"]) {
      metrics.counter("runs", controller, outcome);
      metrics.histogram("runDuration", controller, outcome);
    }
    metrics.counter("queueRetries", controller);
    for (const { name, mayChange } of steps) {
      metrics.histogram("stepDuration", controller, name);
      for (const end of ["Passed", "Stopped", "Failed"]) metrics.counter("steps", controller, name, end);
      if (!mayChange) continue;
      metrics.counter("steps", controller, name, "Modified");
      metrics.counter("statusErrors", controller, name);
      metrics.counter("bestEffortFailures", controller, name);
    }
  }

  /** Counts a Run. */
  runEnded({ outcome, duration, waited, retried }: CountedRun): void {
    this.#runs.at(outcome).series.add();
    this.#durations.at(outcome).series.record(duration / 1_000);
    this.#waited.record(waited / 1_000);
    if (retried) this.#metrics.counter("queueRetries", this.#controller).add();
  }

  /** Counts a step; its time in milliseconds. */
  stepEnded(step: string, outcome: StepEnd, duration: number): void {
    this.#steps.at(step).at(outcome).series.add();
    if (duration < WORTH_TIMING) return;
    this.#metrics.histogram("stepDuration", this.#controller, step).record(duration / 1_000);
  }

  /** Counts a write that was allowed to fail, and did. */
  bestEffortFailed(step: string, part: "status" | "change"): void {
    this.#metrics.counter(part === "status" ? "statusErrors" : "bestEffortFailures", this.#controller, step).add();
  }
}
