/** Contexts, as OpenTelemetry has them: values that go with what is called. Pure. */

import type { Context, Span } from "@opentelemetry/api";
import { SPAN_KEY } from "../open_telemetry.ts";

/** Where a context keeps whose it is. */
const OWNER_KEY = Symbol("@staircase/operator owner");

/** A context whose values are looked up when they are asked for. */
class LookedUp implements Context {
  readonly getValue: (key: symbol) => unknown;

  constructor(getValue: (key: symbol) => unknown) {
    this.getValue = getValue;
  }

  setValue(key: symbol, value: unknown): Context {
    return new LookedUp((asked) => asked === key ? value : this.getValue(asked));
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

/** A context without values. */
export const EMPTY_CONTEXT: Context = new LookedUp(() => undefined);

/** What makes a span when somebody wants it. */
export interface SpanMaker {
  /** The span; always the same one. `undefined` when there is to be none. */
  openSpan(): Span | undefined;
}

/**
 * A context whose span is made when it is asked for: by a request, by an instrumented call, by a line on the console.
 *
 * @param within What it adds to. @param owner Whose it is now. @param maker Makes the span, if not the owner does.
 */
export function lazyContext(within: Context, owner: () => SpanMaker | undefined, maker?: SpanMaker): Context {
  return new LookedUp((key) => {
    if (key === SPAN_KEY) return (maker ?? owner())?.openSpan() ?? within.getValue(key);
    return key === OWNER_KEY ? owner() : within.getValue(key);
  });
}

/** Whether a context is a {@link lazyContext} of this owner, or was made from one. */
export function isContextOf(owner: SpanMaker, context: Context): boolean {
  return context.getValue(OWNER_KEY) === owner;
}
