/**
 * Who is registered with `@opentelemetry/api`, found without loading that package: its copies find one another by a symbol as
 * well, and Deno with `OTEL_DENO=true` puts itself there.
 */

import type { Context, ContextManager, Meter, MeterProvider, Span, Tracer, TracerProvider } from "@opentelemetry/api";

/** The name under which all metrics and spans are made. */
export const SCOPE = "@staircase/operator";

/** Where a context keeps the span that is active: the symbol is a part of OpenTelemetry's API. */
export const SPAN_KEY: symbol = Symbol.for("OpenTelemetry Context Key SPAN");

const API = Symbol.for("opentelemetry.js.api.1");

interface RegisteredApi {
  readonly trace?: TracerProvider;
  readonly metrics?: MeterProvider;
  readonly context?: ContextManager;
}

function registered(): RegisteredApi | undefined {
  return (globalThis as { readonly [API]?: RegisteredApi })[API];
}

let known: { readonly provider: TracerProvider; readonly tracer: Tracer } | undefined;

/** Makes spans; `undefined` when nobody traces. */
export function registeredTracer(): Tracer | undefined {
  const provider = registered()?.trace;
  if (provider === undefined) return undefined;
  // It is asked for at every Run, and to make one costs more than all else that a Run costs then.
  if (known?.provider !== provider) known = { provider, tracer: provider.getTracer(SCOPE) };
  return known.tracer;
}

/** Makes what measures; `undefined` when nobody collects. */
export function registeredMeter(): Meter | undefined {
  return registered()?.metrics?.getMeter(SCOPE);
}

/** The context that is active; `undefined` where nobody manages contexts. */
export function activeContext(): Context | undefined {
  return registered()?.context?.active();
}

/** Calls something with a context as the active one, where somebody manages contexts. */
export function withContext<T>(context: Context, part: () => T): T {
  const manager = registered()?.context;
  return manager ? manager.with(context, part) : part();
}

/** No trace, and no span, is called so. */
const NOBODY = /^0*$/;

/**
 * The name of the active span, as the header `traceparent` of W3C Trace Context has it; `undefined` when nobody traces. Never
 * throws: a request goes its way whatever a tracer does.
 */
export function traceParent(): string | undefined {
  try {
    const span = activeContext()?.getValue(SPAN_KEY) as Span | undefined;
    if (!span) return undefined;
    const { traceId, spanId, traceFlags } = span.spanContext();
    const isNamed = /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId);
    if (!isNamed || NOBODY.test(traceId) || NOBODY.test(spanId)) return undefined;
    return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}`;
  } catch {
    return undefined;
  }
}
