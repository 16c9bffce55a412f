/** One Run while it goes on: who it is, since when, and who is told of it. */

import type { Transport } from "../kube/mod.ts";
import type { Taken } from "../queue/mod.ts";
import {
  type Logger,
  observeRun,
  type RunObserver,
  RunTrace,
  tracedLogger,
  type TraceScope,
} from "../telemetry/mod.ts";
import type { KeyRunnerOptions } from "./key_runner.ts";
import { randomId } from "./random_id.ts";

/** One Run while it goes on. What is seldom needed is made when it is asked for. */
export class RunUnderWay {
  /** The key, and why it is run. */
  readonly taken: Taken;
  /** Its id, for log lines. */
  readonly id: string;
  /** Traced, when anybody traces. */
  readonly transport: Transport;
  /** The trace; `undefined` when nobody traces. */
  readonly trace: RunTrace | undefined;
  /** Told of the steps; `undefined` when nobody wants to know. */
  readonly observer: RunObserver | undefined;
  /** Whether a write left it open what there is. */
  isUncertain = false;
  readonly #start: number;
  readonly #options: KeyRunnerOptions;
  #log: Logger | undefined;

  /** Begins, now. */
  constructor(taken: Taken, now: number, options: KeyRunnerOptions, scope: TraceScope) {
    const { controller, transport, metrics } = options;
    const { clock } = transport;
    const { key, reason: trigger, waited } = taken;
    this.taken = taken;
    this.#options = options;
    this.#start = now;
    this.id = randomId(transport.random);
    const trace = RunTrace.begin(
      { controller: controller.name, run: this.id, key, trigger, waited },
      { clock, runs: options.traces, budget: options.traceBudget, scope },
    );
    this.trace = trace;
    this.transport = trace ? { ...transport, around: (facts, send) => trace.request(facts, send) } : transport;
    this.observer = trace || metrics.active ? observeRun({ metrics, trace, now: () => clock.monotonic() }) : undefined;
  }

  /** Milliseconds since it began. */
  get elapsed(): number {
    return this.#options.transport.clock.monotonic() - this.#start;
  }

  /** Logs with the Run's fields. */
  get log(): Logger {
    return this.#log ??= tracedLogger(this.#options.log, { key: this.taken.key, run: this.id }, this.trace);
  }
}
