/** Contexts, as OpenTelemetry has them: values that go with what is called. Pure. */

import type { Context, Span } from "@opentelemetry/api";

/** Where a context keeps the span that is active: the symbol is a part of OpenTelemetry's API. */
export const SPAN_KEY: symbol = Symbol.for("OpenTelemetry Context Key SPAN");

/** Where a context keeps whose it is. */
const OWNER_KEY = Symbol("@staircase/operator owner");

/** A context with one value more. */
class AddedValue implements Context {
  readonly #to: Context;
  readonly #key: symbol;
  readonly #value: unknown;

  constructor(to: Context, key: symbol, value: unknown) {
    this.#to = to;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#to.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new AddedValue(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new AddedValue(this, key, undefined);
  }
}

/** A context without values. */
export const EMPTY_CONTEXT: Context = {
  getValue: () => undefined,
  setValue: (key, value) => new AddedValue(EMPTY_CONTEXT, key, value),
  deleteValue: () => EMPTY_CONTEXT,
};

/** A context with a span that is there. */
export function contextWith(span: Span, within: Context): Context {
  return new AddedValue(within, SPAN_KEY, span);
}

/** What makes a span when somebody wants it. */
export interface SpanMaker {
  /** The span; always the same one. `undefined` when there is to be none. */
  openSpan(): Span | undefined;
}

/** A context whose span is made when it is asked for: by a request, by an instrumented call, by a line on the console. */
export class LazyContext implements Context {
  readonly #within: Context;
  readonly #owner: () => SpanMaker | undefined;
  readonly #maker: SpanMaker | undefined;

  /** @param within What it adds to. @param owner Whose it is now. @param maker Makes the span, if not the owner does. */
  constructor(within: Context, owner: () => SpanMaker | undefined, maker?: SpanMaker) {
    this.#within = within;
    this.#owner = owner;
    this.#maker = maker;
  }

  /** A value. */
  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return (this.#maker ?? this.#owner())?.openSpan() ?? this.#within.getValue(key);
    return key === OWNER_KEY ? this.#owner() : this.#within.getValue(key);
  }

  /** The same with one value more. */
  setValue(key: symbol, value: unknown): Context {
    return new AddedValue(this, key, value);
  }

  /** The same without a value. */
  deleteValue(key: symbol): Context {
    return new AddedValue(this, key, undefined);
  }
}

/** Whether a context is a {@link LazyContext} of this owner, or was made from one. */
export function isOwnedBy(owner: SpanMaker, context: Context): boolean {
  return context.getValue(OWNER_KEY) === owner;
}
