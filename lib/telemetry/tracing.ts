/** Spans: of a Run, of its steps and of its requests. */

import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
} from "@opentelemetry/api";
import { isSpanContextValid, trace, type Tracer } from "@opentelemetry/api";
import { SCOPE } from "./collectors.ts";
import type { RunEnd } from "./run_metrics.ts";
import { type RequestFacts, resourceLabel } from "./requests.ts";

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

/** A span that is open, and the context that is active within it. */
export class OpenSpan {
  readonly #span: Span;
  readonly #context: Context;

  /** @param span The span. @param parent The context it was begun in. */
  constructor(span: Span, parent: Context) {
    this.#span = span;
    this.#context = trace.setSpan(parent, span);
  }

  /** Calls something for which this is the active span. */
  within<T>(part: () => T): T {
    return context.with(this.#context, part);
  }

  /** Ends it. */
  end(attributes: Attributes, error?: unknown): void {
    this.#span.setAttributes(attributes);
    if (error !== undefined) {
      const exception = error instanceof Error ? error : new Error(String(error));
      this.#span.recordException(exception);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
    }
    this.#span.end();
  }

  /** The context in which the span's children are begun. */
  get context(): Context {
    return this.#context;
  }

  /** The id of the trace. */
  get traceId(): string {
    return this.#span.spanContext().traceId;
  }
}

/** The trace of one Run. */
export class RunTrace {
  /** The span of the Run itself. */
  readonly span: OpenSpan;
  readonly #tracer: Tracer;
  readonly #isSampled: boolean;

  private constructor(tracer: Tracer, span: Span, parent: Context) {
    this.#tracer = tracer;
    this.#isSampled = span.isRecording();
    this.span = new OpenSpan(span, parent);
  }

  /**
   * Begins the trace of a Run; `undefined` when nobody traces, so that nothing further is done for it.
   *
   * @param facts What is known of it.
   * @param parent What it is a part of. A controller's Run is part of nothing, whoever it was that woke its object.
   */
  static begin(
    { controller, run, key, trigger, waited }: RunFacts,
    parent: Context = ROOT_CONTEXT,
  ): RunTrace | undefined {
    const tracer = trace.getTracer(SCOPE);
    const attributes = {
      "staircase.controller": controller,
      ...(run !== undefined && { "staircase.run.id": run }),
      "staircase.object": key,
      "staircase.trigger": trigger,
      "staircase.queue.wait": waited / 1_000,
    };
    const span = tracer.startSpan(`run ${controller}`, { attributes }, parent);
    return isSpanContextValid(span.spanContext()) ? new RunTrace(tracer, span, parent) : undefined;
  }

  /** Begins the trace of a Run by hand, as a part of whatever is active. */
  static beginByHand(controller: string, key: string): RunTrace | undefined {
    return RunTrace.begin({ controller, key, trigger: "by hand", waited: 0 }, context.active());
  }

  /** Ends the span of the Run. */
  end(outcome: RunEnd | "Gone", step?: string, error?: unknown): void {
    this.span.end({ "staircase.outcome": outcome, ...(step !== undefined && { "staircase.step": step }) }, error);
  }

  /** Begins the span of a step; `undefined` when the Run was not sampled: whatever is called in it knows that from its span. */
  step(name: string): OpenSpan | undefined {
    if (!this.#isSampled) return undefined;
    const parent = this.#parent();
    const attributes = { "staircase.step": name };
    return new OpenSpan(this.#tracer.startSpan(`step ${name}`, { attributes }, parent), parent);
  }

  /** Sends a request within a span of its own. */
  async request(facts: RequestFacts, send: () => Promise<unknown>): Promise<unknown> {
    if (!this.#isSampled) return await send();
    const parent = this.#parent();
    const resource = resourceLabel(facts);
    const options = { kind: SpanKind.CLIENT, attributes: requestAttributes(facts, resource) };
    const span = new OpenSpan(this.#tracer.startSpan(`${facts.verb} ${resource}`, options, parent), parent);
    try {
      const answer = await span.within(send);
      span.end({});
      return answer;
    } catch (error) {
      const code: unknown = (error as { code?: unknown } | null)?.code;
      span.end(typeof code === "number" && code > 0 ? { "http.response.status_code": code } : {}, error);
      throw error;
    }
  }

  /** The step that is active. Without a context manager nothing ever is: then the Run itself. */
  #parent(): Context {
    const active = context.active();
    return trace.getSpan(active)?.spanContext().traceId === this.span.traceId ? active : this.span.context;
  }
}

function requestAttributes(
  { verb, subresource, attempt, namespace, name }: RequestFacts,
  resource: string,
): Attributes {
  return {
    "staircase.api.verb": verb,
    "staircase.api.resource": resource,
    "staircase.api.attempt": attempt,
    ...(subresource !== undefined && { "staircase.api.subresource": subresource }),
    ...(namespace !== undefined && { "k8s.namespace.name": namespace }),
    ...(name !== undefined && { "staircase.api.name": name }),
  };
}
