/** The trace of one step, or of one branch of a join. Its span is made when somebody wants it; what was before is known then. */

import type { Attributes, Span } from "@opentelemetry/api";
import type { StepEnd } from "../metrics/mod.ts";
import type { SpanMaker } from "./contexts.ts";
import { endSpan } from "./span_end.ts";

/** A step that passed in less time than this has no span of its own, in milliseconds: it waited for nothing. */
const WORTH_A_SPAN = 1;

/** The trace that a step is in. */
export interface Trace {
  /** Whether its spans go anywhere; known once the first one has been made. */
  readonly isSampled: boolean;
  /** A time of `monotonic` as milliseconds since the Unix epoch. */
  timeOf(monotonic: number): number;
  /** Makes a span that began at a time of `monotonic`, below another one. */
  startSpan(name: string, attributes: Attributes, startedAt: number, above: Span): Span;
}

/** The trace of one step. */
export class StepTrace implements SpanMaker {
  readonly #name: string;
  readonly #trace: Trace;
  readonly #above: SpanMaker;
  readonly #startedAt: number;
  #span: Span | undefined;
  #end: { readonly at: number; readonly outcome: StepEnd; readonly error: unknown } | undefined;

  /** @param name The step's name. @param trace The trace. @param above The Run or step that it is a part of. @param startedAt When it began. */
  constructor(name: string, trace: Trace, above: SpanMaker, startedAt: number) {
    this.#name = name;
    this.#trace = trace;
    this.#above = above;
    this.#startedAt = startedAt;
  }

  /** The span, begun when the step began. What outlives a step without one belongs to what the step is a part of. */
  openSpan(): Span | undefined {
    return this.#span ?? (this.#end ? this.#above.openSpan() : this.#begin());
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
    if (span && this.#trace.isSampled) endSpan(span, { "staircase.outcome": outcome }, error, this.#trace.timeOf(at));
  }

  #begin(): Span | undefined {
    const above = this.#above.openSpan();
    if (!above || !this.#trace.isSampled) return above;
    const attributes = { "staircase.step": this.#name };
    return this.#span = this.#trace.startSpan(`step ${this.#name}`, attributes, this.#startedAt, above);
  }
}
