/** A Run under way: its identity, its start, and who is told about it. */

import type { Transport, WriteResult } from "../../kube/mod.ts";
import type { ResourceKind } from "../../model/mod.ts";
import type { Taken } from "../../queue/mod.ts";
import {
  type Logger,
  type RequestFacts,
  type RunFacts,
  type RunMetrics,
  RunObserver,
  RunTrace,
  type TraceBudget,
  tracedLogger,
  type TraceScope,
} from "../../telemetry/mod.ts";
import type { OpenWrites } from "./doubt.ts";
import type { ResolvedController } from "../options/mod.ts";
import { type Mishaps, randomId } from "../reporting/mod.ts";

/** What a {@link RunUnderWay} needs. */
export interface RunUnderWayOptions {
  readonly controller: ResolvedController;
  readonly transport: Transport;
  /** Counts Runs. */
  readonly metrics: RunMetrics;
  /** How many Runs are traced; `undefined` for all. */
  readonly traceBudget: TraceBudget | undefined;
  readonly log: Logger;
  /** Handles errors of callbacks that are told about Runs. */
  readonly mishaps: Mishaps;
}

/** Begins the Run's trace, if tracing is on. The tracer may be broken; then the Run goes on without. */
function beginTrace(facts: RunFacts, options: RunUnderWayOptions, scope: TraceScope): RunTrace | undefined {
  const { transport: { clock }, traceBudget: budget } = options;
  try {
    return RunTrace.begin(facts, { clock, budget, scope });
  } catch (error) {
    options.mishaps.tell("telemetry", "cannot trace a Run as the tracer threw", error, undefined, options.log);
    return undefined;
  }
}

const NONE: readonly ResourceKind[] = [];

/** A Run under way. Rarely needed parts are created on demand. */
export class RunUnderWay implements OpenWrites {
  /** The key, and why it is run. */
  readonly taken: Taken;
  /** When it began, in monotonic time. */
  readonly begunAt: number;
  /** Its id, for log lines. */
  readonly id: string;
  /** The transport, traced if tracing is on. */
  readonly transport: Transport;
  /** The trace; `undefined` if tracing is off. */
  readonly trace: RunTrace | undefined;
  /** Called about steps; `undefined` if nobody needs that. */
  readonly observer: RunObserver | undefined;
  /** The status change that the API server did not store, if this Run requested one. */
  refusedStatus: string | undefined;
  #isUncertain = false;
  #unnamed: readonly ResourceKind[] = NONE;
  readonly #options: RunUnderWayOptions;
  #log: Logger | undefined;

  /** Begins the Run now. */
  constructor(taken: Taken, now: number, options: RunUnderWayOptions, scope: TraceScope) {
    const { controller, transport, metrics } = options;
    const { clock } = transport;
    const { key, reason: trigger, waited } = taken;
    this.taken = taken;
    this.#options = options;
    this.begunAt = now;
    this.id = randomId(transport.random);
    const trace = beginTrace({ controller: controller.name, run: this.id, key, trigger, waited }, options, scope);
    this.trace = trace;
    this.transport = trace ? { ...transport, around: (facts, send) => this.#request(trace, facts, send) } : transport;
    if (!trace && !metrics.active) return;
    this.observer = new RunObserver({
      metrics: metrics.active ? metrics : undefined,
      trace,
      now: () => clock.monotonic(),
      onError: (error) => this.#cannotTell(error),
    });
  }

  /** Whether a write is in doubt. */
  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  /** Kinds of which it may have created an object with an unknown name. */
  get unnamed(): readonly ResourceKind[] {
    return this.#unnamed;
  }

  /** Records that a write is in doubt. */
  noteWrite(result: WriteResult): void {
    if (result.type !== "uncertain") return;
    this.#isUncertain = true;
    if (result.ref === undefined && result.mayArrive) this.#unnamed = [...this.#unnamed, result.kind];
  }

  /** Sends a request exactly once, even if the tracer throws before or after. */
  #request(trace: RunTrace, facts: RequestFacts, send: () => Promise<unknown>): Promise<unknown> {
    let sent: Promise<unknown> | undefined;
    const sendOnce = () => sent ??= send();
    const settle = async (thrown: unknown): Promise<unknown> => {
      const failure = await sendOnce().then(() => undefined, (error) => ({ error }));
      if (failure?.error !== thrown || !failure) this.#cannotTell(thrown);
      return await sendOnce();
    };
    try {
      return trace.request(facts, sendOnce).catch(settle);
    } catch (error) {
      return settle(error);
    }
  }

  #cannotTell(error: unknown): void {
    const { mishaps, log } = this.#options;
    mishaps.tell("telemetry", "cannot trace or count a Run as OpenTelemetry threw", error, undefined, log);
  }

  /** A logger with the Run's fields. */
  get log(): Logger {
    return this.#log ??= tracedLogger(this.#options.log, { key: this.taken.key, run: this.id }, this.trace);
  }
}
