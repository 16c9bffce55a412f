/** Who is told of a Run while it goes on: the metrics and the trace, as one. */

import type { RunMetrics, StepEnd } from "./metrics/mod.ts";
import type { RunTrace, StepTrace } from "./traces/mod.ts";

/** What a {@link RunObserver} tells. */
export interface RunObserverOptions {
  /** Counts; `undefined` when nobody does. */
  readonly metrics?: RunMetrics | undefined;
  /** Traces; `undefined` when nobody does. */
  readonly trace?: RunTrace | undefined;
  /** The time, in milliseconds, for durations. */
  readonly now: () => number;
  /** Told of what a meter or a tracer throws: the Run goes on without it. */
  readonly onError: (error: unknown) => void;
}

/** Told of the steps of one Run. */
export class RunObserver {
  /** Who is told. */
  readonly options: RunObserverOptions;
  /** The step that is under way: of the steps themselves there is never more than one. */
  #step: StepObserver | undefined;
  /** When the last step ended: the next one begins then. */
  #at: number | undefined;

  /** @param options Who is told. */
  constructor(options: RunObserverOptions) {
    this.options = options;
  }

  /** A step begins; while one is under way, a branch of it. */
  step(name: string): StepObserver {
    const isBranch = this.#step !== undefined;
    const step = new StepObserver(name, this, isBranch ? undefined : this.#at);
    if (!isBranch) this.#step = step;
    return step;
  }

  /** A step has ended, or a branch. */
  ended(step: StepObserver, at: number): void {
    if (step !== this.#step) return;
    this.#step = undefined;
    this.#at = at;
  }

  /** A write that was allowed to fail did. */
  bestEffortFailed(step: string, part: "status" | "change"): void {
    try {
      this.options.metrics?.bestEffortFailed(step, part);
    } catch (error) {
      this.options.onError(error);
    }
  }
}

/** Told of one step, or of one branch. */
export class StepObserver {
  readonly #name: string;
  readonly #run: RunObserver;
  readonly #startedAt: number;
  readonly #trace: StepTrace | undefined;

  /** @param name The step's name. @param run The Run that it is a part of. @param startedAt When it began; now, by default. */
  constructor(name: string, run: RunObserver, startedAt = run.options.now()) {
    this.#name = name;
    this.#run = run;
    this.#startedAt = startedAt;
    const { trace, onError } = run.options;
    try {
      this.#trace = trace?.beginStep(name, startedAt);
    } catch (error) {
      onError(error);
    }
  }

  /** Calls a part of the step, so that what it calls belongs to it. */
  within<T>(part: () => T): T {
    return this.#trace ? this.#run.options.trace!.withinStep(this.#trace, part) : part();
  }

  /** The step has ended. */
  end(outcome: StepEnd, error?: unknown): void {
    const { metrics, trace, now, onError } = this.#run.options;
    const at = now();
    this.#run.ended(this, at);
    try {
      metrics?.stepEnded(this.#name, outcome, at - this.#startedAt);
      if (this.#trace) trace?.endStep(this.#trace, at, outcome, error);
    } catch (thrown) {
      onError(thrown);
    }
  }
}
