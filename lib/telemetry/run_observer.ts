/** Who is told of a Run while it goes on: the metrics and the trace, as one. */

import type { RunMetrics, StepEnd } from "./run_metrics.ts";
import type { OpenSpan, RunTrace } from "./tracing.ts";

/** Told of the steps of one Run. */
export interface RunObserver {
  /** A step, or a branch of one, begins. */
  step(name: string): StepObserver;
  /** A write that was allowed to fail did. */
  bestEffortFailed(step: string, part: "status" | "extra"): void;
}

/** Told of one step. */
export interface StepObserver {
  /** Calls a part of the step, with the step's span as the active one. */
  within<T>(part: () => T): T;
  /** The step has ended. */
  end(outcome: StepEnd, error?: unknown): void;
}

/** What a {@link RunObserver} tells. */
export interface ObserveRunOptions {
  /** Counts. */
  readonly metrics: RunMetrics | undefined;
  /** Traces; `undefined` when nobody does. */
  readonly trace: RunTrace | undefined;
  /** The time, in milliseconds, for durations. */
  readonly now: () => number;
}

/** An observer of one Run; `undefined` when nobody collects anything, so that nothing is done for it. */
export function observeRun({ metrics, trace, now }: ObserveRunOptions): RunObserver | undefined {
  const counting = metrics?.active ? metrics : undefined;
  if (!counting && !trace) return undefined;
  return {
    step: (name) => new ObservedStep(name, counting, trace?.step(name), now),
    bestEffortFailed: (step, part) => counting?.bestEffortFailed(step, part),
  };
}

class ObservedStep implements StepObserver {
  readonly #name: string;
  readonly #metrics: RunMetrics | undefined;
  readonly #span: OpenSpan | undefined;
  readonly #now: () => number;
  readonly #start: number;

  constructor(name: string, metrics: RunMetrics | undefined, span: OpenSpan | undefined, now: () => number) {
    this.#name = name;
    this.#metrics = metrics;
    this.#span = span;
    this.#now = now;
    this.#start = now();
  }

  within<T>(part: () => T): T {
    return this.#span ? this.#span.within(part) : part();
  }

  end(outcome: StepEnd, error?: unknown): void {
    this.#metrics?.stepEnded(this.#name, outcome, this.#now() - this.#start);
    this.#span?.end({ "staircase.outcome": outcome }, error);
  }
}
