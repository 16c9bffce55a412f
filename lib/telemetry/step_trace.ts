/** The trace of one step, or of one branch of a join. Its span is made when somebody wants it; what was before is known then. */

import type { Context, Span, Tracer } from "@opentelemetry/api";
import { contextWith, type SpanMaker } from "./contexts.ts";
import type { StepEnd } from "./run_metrics.ts";
import { endSpan } from "./span_end.ts";

/** A step that passed in less time than this has no span of its own, in milliseconds: it waited for nothing. */
const WORTH_A_SPAN = 1;

/** What a step is a part of. */
export interface StepParent extends SpanMaker {
  /** Makes spans. */
  readonly tracer: Tracer;
  /** What the trace is a part of. */
  readonly surroundings: Context;
  /** Whether spans of this trace go anywhere; known once its first one has been made. */
  readonly isSampled: boolean;
  /** A time of `monotonic` as milliseconds since the Unix epoch. */
  timeOf(monotonic: number): number;
}

/** The trace of one step. */
export class StepTrace implements StepParent {
  readonly #name: string;
  readonly #parent: StepParent;
  readonly #startedAt: number;
  #span: Span | undefined;
  #end: { readonly at: number; readonly outcome: StepEnd; readonly error: unknown } | undefined;

  /** @param name The step's name. @param parent What it is a part of. @param startedAt When it began. */
  constructor(name: string, parent: StepParent, startedAt: number) {
    this.#name = name;
    this.#parent = parent;
    this.#startedAt = startedAt;
  }

  get tracer(): Tracer {
    return this.#parent.tracer;
  }

  get surroundings(): Context {
    return this.#parent.surroundings;
  }

  get isSampled(): boolean {
    return this.#parent.isSampled;
  }

  timeOf(monotonic: number): number {
    return this.#parent.timeOf(monotonic);
  }

  /** The span, begun when the step began. What outlives a step without one belongs to what the step is a part of. */
  openSpan(): Span | undefined {
    return this.#span ?? (this.#end ? this.#parent.openSpan() : this.#begin());
  }

  /** The step has ended. Whether it is worth a span that it does not have yet: then {@link write} makes it. */
  end(at: number, outcome: StepEnd, error: unknown): boolean {
    this.#end = { at, outcome, error };
    if (!this.#span) return outcome !== "Passed" || at - this.#startedAt >= WORTH_A_SPAN;
    this.write();
    return false;
  }

  /** Writes the span of a step that has ended. */
  write(): void {
    const { at, outcome, error } = this.#end!;
    const span = this.#span ?? this.#begin();
    if (span && this.isSampled) endSpan(span, { "staircase.outcome": outcome }, { error, at: this.timeOf(at) });
  }

  #begin(): Span | undefined {
    const parent = this.#parent.openSpan();
    if (!parent || !this.isSampled) return parent;
    const options = { startTime: this.timeOf(this.#startedAt), attributes: { "staircase.step": this.#name } };
    return this.#span = this.tracer.startSpan(`step ${this.#name}`, options, contextWith(parent, this.surroundings));
  }
}
