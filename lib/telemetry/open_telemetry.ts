/**
 * Who is registered with `@opentelemetry/api`, found without loading that package: its copies find one another by a symbol as
 * well, and Deno with `OTEL_DENO=true` puts itself there.
 */

import type { Context, ContextManager, Meter, MeterProvider, Tracer, TracerProvider } from "@opentelemetry/api";
import { EMPTY_CONTEXT } from "./contexts.ts";

/** The name under which all metrics and spans are made. */
export const SCOPE = "@staircase/operator";

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

/** The context that is active; where nobody manages contexts none ever is. */
export function activeContext(): Context {
  return registered()?.context?.active() ?? EMPTY_CONTEXT;
}

/** Calls something with a context as the active one, where somebody manages contexts. */
export function withContext<T>(context: Context, part: () => T): T {
  const manager = registered()?.context;
  return manager ? manager.with(context, part) : part();
}
