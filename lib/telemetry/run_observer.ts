/** Who is told of a Run while it goes on: the metrics and the trace, as one. */

import type { RunMetrics, StepEnd } from "./run_metrics.ts";
import type { StepTrace } from "./step_trace.ts";
import type { RunTrace } from "./tracing.ts";

/** Told of the steps of one Run. */
export interface RunObserver {
  /** A step begins; while one is under way, a branch of it. */
  step(name: string): StepObserver;
  /** A write that was allowed to fail did. */
  bestEffortFailed(step: string, part: "status" | "change"): void;
}

/** Told of one step. */
export interface StepObserver {
  /**
   * Calls a part of the step, so that what it calls belongs to it. Only a branch needs that: what is called while one step is
   * under way belongs to it anyhow.
   */
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
  /**
   * Told of what a meter or a tracer throws: the Run goes on without it.
   * @default {nobody is told}
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** An observer of one Run; `undefined` when nobody collects anything, so that nothing is done for it. */
export function observeRun({ metrics, trace, now, onError }: ObserveRunOptions): RunObserver | undefined {
  const counting = metrics?.active ? metrics : undefined;
  return counting || trace ? new ObservedRun(counting, trace, now, onError ?? (() => {})) : undefined;
}

/** A Run, and the step of it that is under way: of the steps themselves there is never more than one. */
class ObservedRun implements RunObserver, StepObserver {
  readonly #metrics: RunMetrics | undefined;
  readonly #trace: RunTrace | undefined;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  /** The step that is under way. */
  #name: string | undefined;
  /** When the last step began or ended: the next one begins when the one before it ends. */
  #at: number | undefined;

  constructor(
    metrics: RunMetrics | undefined,
    trace: RunTrace | undefined,
    now: () => number,
    onError: (error: unknown) => void,
  ) {
    this.#metrics = metrics;
    this.#trace = trace;
    this.#now = now;
    this.#onError = onError;
  }

  step(name: string): StepObserver {
    if (this.#name !== undefined) {
      return new ObservedBranch(name, this.#metrics, this.#trace, this.#now, this.#onError);
    }
    this.#name = name;
    this.#at ??= this.#now();
    try {
      this.#trace?.beginStep(name, this.#at);
    } catch (error) {
      this.#onError(error);
    }
    return this;
  }

  within<T>(part: () => T): T {
    return part();
  }

  end(outcome: StepEnd, error?: unknown): void {
    const at = this.#now();
    try {
      this.#metrics?.stepEnded(this.#name!, outcome, at - this.#at!);
      this.#trace?.endStep(at, outcome, error);
    } catch (thrown) {
      this.#onError(thrown);
    }
    this.#name = undefined;
    this.#at = at;
  }

  bestEffortFailed(step: string, part: "status" | "change"): void {
    try {
      this.#metrics?.bestEffortFailed(step, part);
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** A branch of a join. */
class ObservedBranch implements StepObserver {
  readonly #name: string;
  readonly #metrics: RunMetrics | undefined;
  readonly #trace: RunTrace | undefined;
  readonly #branch: StepTrace | undefined;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #start: number;

  constructor(
    name: string,
    metrics: RunMetrics | undefined,
    trace: RunTrace | undefined,
    now: () => number,
    onError: (error: unknown) => void,
  ) {
    this.#name = name;
    this.#metrics = metrics;
    this.#trace = trace;
    this.#now = now;
    this.#onError = onError;
    this.#start = now();
    try {
      this.#branch = trace?.beginBranch(name, this.#start);
    } catch (error) {
      onError(error);
    }
  }

  within<T>(part: () => T): T {
    return this.#branch ? this.#trace!.withinBranch(this.#branch, part) : part();
  }

  end(outcome: StepEnd, error?: unknown): void {
    const at = this.#now();
    try {
      this.#metrics?.stepEnded(this.#name, outcome, at - this.#start);
      if (this.#branch) this.#trace!.endBranch(this.#branch, at, outcome, error);
    } catch (thrown) {
      this.#onError(thrown);
    }
  }
}
