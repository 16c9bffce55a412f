/** Every kind of value that can be thrown. Each is created anew, except for an expensive one. */

// deno-lint-ignore-file no-explicit-any

import { runInNewContext } from "node:vm";

const MANY_CAUSES = Array.from({ length: 100_000 }).reduce(
  (cause) => new Error("next", { cause }),
  new Error("first"),
);
const LONG = "closed\n".repeat(100_000);

/** By what they are. */
export const THROWN_VALUES: Readonly<Record<string, () => unknown>> = {
  "an error": () => new Error("closed"),
  "nothing": () => undefined,
  "null": () => null,
  "a text": () => "closed",
  "an empty text": () => "",
  "a number": () => NaN,
  "a bigint": () => 10n,
  "a symbol": () => Symbol("closed"),
  "a function": () => () => {},
  "an object": () => ({ shop: "closed" }),
  "an object without a prototype": () => Object.create(null),
  "an object with a bigint": () => ({ n: 1n }),
  "an object that holds itself": () => withItself({}, "self"),
  "a promise": () => Promise.resolve("closed"),
  "a thenable": () => ({ then: (resolve: (value: unknown) => void) => resolve("closed") }),
  "an error that is its own cause": () => withItself(new Error("closed"), "cause"),
  "errors that are each other's causes": () => {
    const inner = new Error("inner");
    const outer = new Error("outer", { cause: inner });
    inner.cause = outer;
    return outer;
  },
  "a hundred thousand causes": () => MANY_CAUSES,
  "errors joined with themselves": () => {
    const error = new AggregateError([], "all");
    error.errors.push(error);
    return error;
  },
  "joined errors of nothing": () => new AggregateError([], ""),
  "joined errors without errors": () => Object.assign(new AggregateError([]), { errors: undefined }),
  "joined errors that cannot be read": () => withGetter(new AggregateError([]), "errors"),
  "an error without a message": () => Object.assign(new Error("closed"), { message: "", name: "" }),
  "an error with a symbol for a message": () =>
    Object.assign(new Error("closed"), { message: Symbol("closed") as any }),
  "an error whose message throws": () => withGetter(new Error(), "message"),
  "an error whose name throws": () => withGetter(new Error("closed"), "name"),
  "an error whose stack throws": () => withGetter(new Error("closed"), "stack"),
  "an error whose cause throws": () => withGetter(new Error("closed"), "cause"),
  "an error whose wait throws": () => withGetter(new Error("closed"), "retryAfter"),
  "an object whose text throws": () => ({
    toString: () => broken(),
    toJSON: () => broken(),
    [Symbol.toPrimitive]: () => broken(),
  }),
  "an object whose tag throws": () => withGetter({ n: 1n }, Symbol.toStringTag),
  "an error of another realm": () => runInNewContext('new Error("closed")'),
  "an error of another realm, as a cause": () =>
    new Error("closed", { cause: runInNewContext('new TypeError("locked")') }),
  "an error of the platform": () => new DOMException("closed", "AbortError"),
  "an error that is frozen": () => Object.freeze(new Error("closed")),
  "an error whose name is a number": () => Object.assign(new Error("closed"), { name: 5 as any }),
  "an error whose constructor throws": () => withGetter(new Error("closed"), "constructor"),
  "an error with a very long message": () => new Error(LONG),
  "a very long text": () => LONG,
  "an object with a very long text": () => ({ LONG }),
  "joined errors with very long messages": () => new AggregateError([new Error(LONG), new Error(LONG)], LONG),
  "an object whose then throws": () => withGetter({}, "then"),
  "a proxy of an error": () => new Proxy(new Error("closed"), {}),
  "a proxy that is revoked": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "a proxy that refuses everything": () => new Proxy({}, new Proxy({}, { get: () => broken })),
};

function broken(): never {
  throw new Error("this cannot be read");
}

function withGetter(value: object, field: PropertyKey): unknown {
  return Object.defineProperty(value, field, { get: broken, configurable: true });
}

function withItself(value: object, field: string): unknown {
  return Object.defineProperty(value, field, { value, enumerable: true });
}
