/** What is counted of the Runs of one controller. */

import type { Counter, Recorder } from "./collectors.ts";
import type { Metrics } from "./metrics.ts";

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
export interface EndedRun {
  readonly outcome: RunEnd;
  readonly duration: number;
  readonly waited: number;
  /** Whether the object waits for a backoff now. */
  readonly retried: boolean;
}

/** What one controller's queue is asked. */
export interface QueueGauges {
  /** Keys that are ready. */
  readonly depth: () => number;
  /** Keys that are to be run when a time is over. */
  readonly delayed: () => number;
  /** Runs under way. */
  readonly active: () => number;
}

interface StepSeries {
  readonly ends: Partial<Record<StepEnd, Counter>>;
  readonly duration: Recorder;
}

/** Counts the Runs of one controller. */
export class RunMetrics {
  /** Whether anybody collects. */
  readonly active: boolean;
  readonly #metrics: Metrics;
  readonly #controller: string;
  readonly #runs: Readonly<Record<RunEnd, { readonly ended: Counter; readonly duration: Recorder }>>;
  readonly #waited: Recorder;
  readonly #retries: Counter;
  readonly #steps = new Map<string, StepSeries>();

  /**
   * Makes the series that are known.
   *
   * @param metrics Where they are.
   * @param controller The controller's name.
   * @param steps The steps of its plans, as far as they are known.
   */
  constructor(metrics: Metrics, controller: string, steps: readonly KnownStep[]) {
    const seriesOf = (outcome: RunEnd) => ({
      ended: metrics.counter("runs", { controller, outcome }),
      duration: metrics.histogram("runDuration", { controller, outcome }),
    });
    this.active = metrics.active;
    this.#metrics = metrics;
    this.#controller = controller;
    this.#runs = {
      NoOp: seriesOf("NoOp"),
      Modified: seriesOf("Modified"),
      Stopped: seriesOf("Stopped"),
      Failed: seriesOf("Failed"),
    };
    this.#waited = metrics.histogram("queueWait", { controller });
    this.#retries = metrics.counter("queueRetries", { controller });
    for (const step of steps) this.#expect(step);
  }

  /** Asks the controller's queue, from now on. */
  observeQueue({ depth, delayed, active }: QueueGauges): void {
    const labels = { controller: this.#controller };
    this.#metrics.gauge("queueDepth", labels, depth);
    this.#metrics.gauge("queueDelayed", labels, delayed);
    this.#metrics.gauge("runsActive", labels, active);
  }

  /** Counts a Run. */
  runEnded({ outcome, duration, waited, retried }: EndedRun): void {
    const { ended, duration: recorder } = this.#runs[outcome];
    ended.add();
    recorder.record(duration / 1_000);
    this.#waited.record(waited / 1_000);
    if (retried) this.#retries.add();
  }

  /** Counts a step; its time in milliseconds. */
  stepEnded(step: string, outcome: StepEnd, duration: number): void {
    const series = this.#stepSeries(step);
    (series.ends[outcome] ?? this.#beginEnd(step, series, outcome)).add();
    if (duration >= WORTH_TIMING) series.duration.record(duration / 1_000);
  }

  /** Counts a write that was allowed to fail, and did. */
  bestEffortFailed(step: string, part: "status" | "change"): void {
    this.#bestEffort(step, part).add();
  }

  #expect({ name, mayChange }: KnownStep): void {
    const series = this.#stepSeries(name);
    const ends: readonly StepEnd[] = ["Passed", "Stopped", "Failed", ...(mayChange ? ["Modified" as const] : [])];
    for (const end of ends) this.#beginEnd(name, series, end);
    if (!mayChange) return;
    this.#bestEffort(name, "status");
    this.#bestEffort(name, "change");
  }

  #stepSeries(step: string): StepSeries {
    let series = this.#steps.get(step);
    if (!series) {
      const duration = this.#metrics.histogram("stepDuration", { controller: this.#controller, step });
      // The names of a plan that is a function are without end, perhaps; the metrics keep few of them.
      if (this.#steps.size >= MOST_STEPS) return { ends: {}, duration };
      this.#steps.set(step, series = { ends: {}, duration });
    }
    return series;
  }

  #beginEnd(step: string, { ends }: StepSeries, outcome: StepEnd): Counter {
    return ends[outcome] = this.#metrics.counter("steps", { controller: this.#controller, step, outcome });
  }

  /** Not kept: it is rare. */
  #bestEffort(step: string, part: "status" | "change"): Counter {
    const id = part === "status" ? "statusErrors" : "bestEffortFailures";
    return this.#metrics.counter(id, { controller: this.#controller, step });
  }
}

/**
 * Steps that took less time are counted, and not timed, in milliseconds: most steps look at a cache and go on, and whoever is
 * told of each value at once has more to do for it than the step had.
 */
const WORTH_TIMING = 1;

/** For how many steps the series are kept at hand. */
const MOST_STEPS = 1_000;
