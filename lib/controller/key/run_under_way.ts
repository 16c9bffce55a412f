/** One Run while it goes on: who it is, since when, and who is told of it. */

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

/** What a {@link RunUnderWay} works with. */
export interface RunUnderWayOptions {
  readonly controller: ResolvedController;
  readonly transport: Transport;
  /** Counts the Runs. */
  readonly metrics: RunMetrics;
  /** How many Runs are traced; `undefined` for all. */
  readonly traceBudget: TraceBudget | undefined;
  readonly log: Logger;
  /** Told of what is thrown by those who are told of a Run. */
  readonly mishaps: Mishaps;
}

/** The Run's trace, when anybody traces. Whoever does may be what is broken; the Run needs none. */
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

/** One Run while it goes on. What is seldom needed is made when it is asked for. */
export class RunUnderWay implements OpenWrites {
  /** The key, and why it is run. */
  readonly taken: Taken;
  /** When it began, by the clock's `monotonic`. */
  readonly begunAt: number;
  /** Its id, for log lines. */
  readonly id: string;
  /** Traced, when anybody traces. */
  readonly transport: Transport;
  /** The trace; `undefined` when nobody traces. */
  readonly trace: RunTrace | undefined;
  /** Told of the steps; `undefined` when nobody wants to know. */
  readonly observer: RunObserver | undefined;
  /** What the API server was asked to change of the object's status in vain, if this Run asked. */
  refusedStatus: string | undefined;
  #isUncertain = false;
  #unnamed: readonly ResourceKind[] = NONE;
  readonly #options: RunUnderWayOptions;
  #log: Logger | undefined;

  /** Begins, now. */
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

  /** Whether a write left it open what there is. */
  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  /** Kinds of which it may have made an object of an unknown name. */
  get unnamed(): readonly ResourceKind[] {
    return this.#unnamed;
  }

  /** Notes what a write left open. */
  noteWrite(result: WriteResult): void {
    if (result.type !== "uncertain") return;
    this.#isUncertain = true;
    if (result.ref === undefined && result.mayArrive) this.#unnamed = [...this.#unnamed, result.kind];
  }

  /** Sends a request once, whatever the tracer does before and after. */
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

  /** Logs with the Run's fields. */
  get log(): Logger {
    return this.#log ??= tracedLogger(this.#options.log, { key: this.taken.key, run: this.id }, this.trace);
  }
}
