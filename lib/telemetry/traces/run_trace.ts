/** The trace of one Run: what it does is traced as it is done, and the rest when the Run turns out to be notable. */

import type { Attributes, Span, Tracer } from "@opentelemetry/api";
import type { RunEnd, StepEnd } from "../metrics/mod.ts";
import { activeContext, registeredTracer, SPAN_KEY, withContext } from "../open_telemetry.ts";
import { isContextOf, lazyContext, type SpanMaker } from "./contexts.ts";
import { type RequestFacts, traceRequest } from "./request_span.ts";
import { endSpan } from "./span_end.ts";
import { StepTrace, type Trace } from "./step_trace.ts";
import type { TraceBudget } from "./trace_budget.ts";
import { TraceScope } from "./trace_scope.ts";

/** A Run that took as long as this is traced, whatever it found, in milliseconds. */
const SLOW_RUN = 100;

/** `TraceFlags.SAMPLED`, without loading the package. */
const SAMPLED = 1;

/** `INVALID_TRACEID`: whoever is registered does not trace. */
const NO_TRACE = "0".repeat(32);

/** What is known of a Run when it begins. */
export interface RunFacts {
  /** The controller's name. */
  readonly controller: string;
  /** The Run's id; a Run by hand has none. */
  readonly run?: string;
  /** The object's key. */
  readonly key: string;
  /** Why the object was queued. */
  readonly trigger: string;
  /** How long it waited, in milliseconds. */
  readonly waited: number;
}

/** How a Run ended. */
export interface RunEnding {
  /** How; `Gone` when there was no such object. */
  readonly outcome: RunEnd | "Gone";
  /** The step that it ended with, if it did not walk them all. */
  readonly step?: string | undefined;
  /** What it failed with. */
  readonly error?: unknown;
  /**
   * Whether it waits for the same as the Run before it: that need not be told twice.
   * @default {false}
   */
  readonly isRepeated?: boolean;
}

/** Options of {@link RunTrace.begin}. */
export interface BeginTraceOptions {
  /** Whose time it is. */
  readonly clock: { now(): number; monotonic(): number };
  /** How many of the notable Runs are traced; those of one controller share it. `undefined` when all Runs are traced. */
  readonly budget: TraceBudget | undefined;
  /** Where the Run is one of several. */
  readonly scope: TraceScope;
}

/**
 * The trace of one Run.
 *
 * No span is made before somebody wants one: a request, a call of an instrumented client, a line of the log. When none does,
 * the end of the Run says whether it is notable. Spans that are made late begin when what they stand for began.
 */
export class RunTrace implements SpanMaker, Trace {
  readonly #tracer: Tracer;
  readonly #facts: RunFacts;
  readonly #clock: BeginTraceOptions["clock"];
  readonly #budget: TraceBudget | undefined;
  readonly #startedAt: number;
  readonly #scope: TraceScope;
  /** What makes the span of whatever is called: of the step that is under way, or of the Run. */
  readonly #calls: SpanMaker = { openSpan: () => (this.#step ?? this).openSpan() };
  readonly #unwritten: StepTrace[] = [];
  #step: StepTrace | undefined;
  #span: Span | undefined;
  #sampled = false;
  #isAdmitted: boolean | undefined;
  #epoch: number | undefined;
  #ending: RunEnding | undefined;

  private constructor(tracer: Tracer, facts: RunFacts, { clock, budget, scope }: BeginTraceOptions) {
    this.#tracer = tracer;
    this.#facts = facts;
    this.#clock = clock;
    this.#budget = budget;
    this.#startedAt = clock.monotonic();
    this.#scope = scope;
    scope.current = this.#calls;
  }

  /**
   * Begins the trace of a Run; `undefined` when nobody traces, so that nothing further is done for it.
   *
   * @param facts What is known of it.
   * @param options How it is traced.
   */
  static begin(facts: RunFacts, options: BeginTraceOptions): RunTrace | undefined {
    const tracer = registeredTracer();
    return tracer && new RunTrace(tracer, facts, options);
  }

  /** Begins the trace of a Run by hand, as a part of whatever is active. It is traced whatever it does. */
  static beginByHand(controller: string, key: string, clock: BeginTraceOptions["clock"]): RunTrace | undefined {
    const facts = { controller, key, trigger: "by hand", waited: 0 };
    return RunTrace.begin(facts, { clock, budget: undefined, scope: new TraceScope(activeContext()) });
  }

  /** Calls the Run, where nobody has entered the scope for it. */
  within<T>(run: () => T): T {
    return this.#scope.within(run);
  }

  /** The id of the trace, if it has a span by now. */
  get id(): string | undefined {
    const id = this.#span?.spanContext().traceId;
    return id === NO_TRACE ? undefined : id;
  }

  get isSampled(): boolean {
    return this.#sampled;
  }

  timeOf(monotonic: number): number {
    // Read once, so that a wall clock that is set back leaves the spans in their order.
    this.#epoch ??= this.#clock.now() - this.#clock.monotonic();
    return this.#epoch + monotonic;
  }

  /** The span of the Run, begun when the Run began. What outlives a Run may still ask. */
  openSpan(): Span | undefined {
    if (this.#span) return this.#span;
    this.#isAdmitted ??= this.#budget?.runs.take(this.#clock.monotonic()) ?? true;
    if (!this.#isAdmitted) return undefined;
    this.#span = this.#begin();
    if (this.#ending) this.#write(this.#span, this.#ending);
    return this.#span;
  }

  /** A step begins; while one is under way, a branch of it. */
  beginStep(name: string, at: number): StepTrace {
    const step = new StepTrace(name, this, this.#step ?? this, at);
    if (!this.#budget) step.openSpan();
    this.#step ??= step;
    return step;
  }

  /**
   * Calls a part of a step. What is called while one step is under way belongs to it anyhow; its branches go on at the same time,
   * so each has a context of its own.
   */
  withinStep<T>(step: StepTrace, part: () => T): T {
    return step === this.#step
      ? part()
      : withContext(lazyContext(this.#scope.surroundings, () => this.#calls, step), part);
  }

  /** A step has ended. */
  endStep(step: StepTrace, at: number, outcome: StepEnd, error: unknown): void {
    if (step === this.#step) this.#step = undefined;
    if (step.end(at, outcome, error)) this.#unwritten.push(step);
  }

  /** The Run has ended. */
  end(ending: RunEnding): void {
    this.#step = undefined;
    if (ending.outcome === "Failed" && !this.#span) {
      this.#isAdmitted = this.#budget?.failures.take(this.#clock.monotonic()) ?? true;
    }
    const span = this.#span ?? (this.#isNotable(ending) ? this.openSpan() : undefined);
    if (span) this.#write(span, ending);
    this.#ending = ending;
    this.#scope.current = undefined;
  }

  /** Sends a request within a span of its own. */
  request(facts: RequestFacts, send: () => Promise<unknown>): Promise<unknown> {
    const active = activeContext();
    const parent = active && isContextOf(this.#calls, active) ? active : this.#scope.context;
    this.openSpan();
    return this.#sampled ? traceRequest(facts, send, this.#tracer, parent) : send();
  }

  #isNotable({ outcome, isRepeated = false }: RunEnding): boolean {
    if (!this.#budget || outcome === "Modified" || outcome === "Failed") return true;
    return outcome === "Stopped" && !isRepeated || this.#clock.monotonic() - this.#startedAt >= SLOW_RUN;
  }

  startSpan(name: string, attributes: Attributes, startedAt: number, above?: Span): Span {
    const within = above ? this.#scope.surroundings.setValue(SPAN_KEY, above) : this.#scope.surroundings;
    return this.#tracer.startSpan(name, { startTime: this.timeOf(startedAt), attributes }, within);
  }

  #begin(): Span {
    const { controller, run, key, trigger, waited } = this.#facts;
    const attributes = {
      "staircase.controller": controller,
      ...(run !== undefined && { "staircase.run.id": run }),
      "staircase.object": key,
      "staircase.trigger": trigger,
      "staircase.queue.wait": waited / 1_000,
    };
    const span = this.startSpan(`run ${controller}`, attributes, this.#startedAt);
    this.#sampled = span.isRecording() && (span.spanContext().traceFlags & SAMPLED) !== 0;
    return span;
  }

  #write(span: Span, { outcome, step, error }: RunEnding): void {
    if (this.#sampled) { for (const step of this.#unwritten) step.write(); }
    endSpan(span, { "staircase.outcome": outcome, ...(step !== undefined && { "staircase.step": step }) }, error);
  }
}
