/** A tracer that keeps spans, and a context manager: what a user's OpenTelemetry SDK would bring. */

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  context,
  type ContextManager,
  type Exception,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  trace,
  TraceFlags,
} from "@opentelemetry/api";

/** A span that was kept. */
export class KeptSpan implements Span {
  readonly events: { name: string; attributes: Attributes }[] = [];
  status: SpanStatus | undefined;
  ended = false;
  readonly #context: SpanContext;

  constructor(
    readonly name: string,
    readonly attributes: Attributes,
    readonly parent: string | undefined,
    traceId: string,
    spanId: string,
    readonly isSampled: boolean,
  ) {
    this.#context = { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
  }

  get id(): string {
    return this.#context.spanId;
  }
  spanContext(): SpanContext {
    return this.#context;
  }
  setAttribute(key: string, value: Attributes[string]): this {
    return this.setAttributes({ [key]: value });
  }
  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }
  addEvent(name: string): this {
    this.events.push({ name, attributes: {} });
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }
  updateName(): this {
    return this;
  }
  end(): void {
    this.ended = true;
  }
  isRecording(): boolean {
    return this.isSampled && !this.ended;
  }
  recordException(exception: Exception): void {
    const { message = "", stack = "" } = exception as Error;
    this.events.push({ name: "exception", attributes: { message, stack } });
  }
}

class AsyncContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    call: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => call.apply(thisArg, args));
  }
  bind<T>(_context: Context, target: T): T {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}

/** Options of {@link SpanKeeper}. */
export interface SpanKeeperOptions {
  /** Whether it is known which span is active. */
  readonly withContext?: boolean;
  /** Whether spans are sampled. */
  readonly sampled?: boolean;
}

/** Keeps all spans until it is disposed of. */
export class SpanKeeper implements Disposable {
  readonly spans: KeptSpan[] = [];
  readonly #sampled: boolean;

  constructor({ withContext = true, sampled = true }: SpanKeeperOptions = {}) {
    this.#sampled = sampled;
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: (name: string, options?: SpanOptions, parent?: Context) => this.start(name, options, parent),
        startActiveSpan: () => {
          throw new Error("not used");
        },
      }),
    });
    if (withContext) context.setGlobalContextManager(new AsyncContext());
  }

  /** Begins a span; without a parent, within the active one. */
  start(name: string, { attributes = {} }: SpanOptions = {}, within: Context = context.active()): KeptSpan {
    const parent = trace.getSpanContext(within);
    const number = (this.spans.length + 1).toString(16);
    const traceId = parent?.traceId ?? number.padStart(32, "0");
    const span = new KeptSpan(
      name,
      { ...attributes },
      parent?.spanId,
      traceId,
      number.padStart(16, "0"),
      this.#sampled,
    );
    this.spans.push(span);
    return span;
  }

  /** The spans as a tree, a line each: `run foo > step create > create configmaps`. */
  paths(): string[] {
    const byId = new Map(this.spans.map((span) => [span.id, span]));
    const pathOf = (span: KeptSpan): string => {
      const parent = span.parent === undefined ? undefined : byId.get(span.parent);
      return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
    };
    return this.spans.map(pathOf);
  }

  /** All that was kept, as a text. */
  get text(): string {
    return JSON.stringify(
      this.spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
  }

  [Symbol.dispose](): void {
    trace.disable();
    context.disable();
  }
}
