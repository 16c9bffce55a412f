/** Promises about `@std/assert`, kept by the package and by its drop-in alike: what holds, and what fails. */

import * as std from "@std/assert";

class Animal {}
class NarrowError extends TypeError {}

const reject = () => Promise.reject(new NarrowError("it is narrow"));
const raise = () => {
  throw new NarrowError("it is narrow");
};

interface Case {
  readonly holds: readonly (() => unknown)[];
  readonly fails: readonly (() => unknown)[];
}

const cyclic = (value: number): unknown => {
  const object: { value: number; self?: unknown } = { value };
  object.self = object;
  return object;
};

const equals: readonly (readonly [unknown, unknown])[] = [
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  [0, -0],
  [NaN, NaN],
  [Object.create(null), {}],
  [new Map([[{ k: 1 }, new Set([1, 2])]]), new Map([[{ k: 1 }, new Set([2, 1])]])],
  [new Date(1), new Date(1)],
  [/a/g, /a/g],
  [new URL("http://a/b"), new URL("http://a/b")],
  [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [cyclic(1), cyclic(1)],
];

const differs: readonly (readonly [unknown, unknown])[] = [
  [1, 2],
  [1, "1"],
  [null, undefined],
  [{ a: undefined }, {}],
  [[1, 2], [2, 1]],
  [[1], { 0: 1 }],
  [{ a: { b: 1 } }, { a: { b: 2 } }],
  [new Animal(), {}],
  [new Map([["a", 1]]), new Map([["a", 2]])],
  [new Set([1]), new Set([2])],
  [new Date(1), new Date(2)],
  [/a/g, /a/i],
  [new URL("http://a/b"), new URL("http://a/c")],
  [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  [new Error("a"), new Error("b")],
  [cyclic(1), cyclic(2)],
];

const cases: Partial<Record<keyof typeof std, Case>> = {
  assert: { holds: [() => std.assert(1)], fails: [() => std.assert(0), () => std.assert("")] },
  assertFalse: { holds: [() => std.assertFalse(0)], fails: [() => std.assertFalse("no")] },
  assertEquals: {
    holds: equals.map(([a, b]) => () => std.assertEquals(a, b)),
    fails: differs.map(([a, b]) => () => std.assertEquals(a, b)),
  },
  assertNotEquals: {
    holds: differs.map(([a, b]) => () => std.assertNotEquals(a, b)),
    fails: equals.map(([a, b]) => () => std.assertNotEquals(a, b)),
  },
  assertStrictEquals: {
    holds: [() => std.assertStrictEquals(NaN, NaN)],
    fails: [() => std.assertStrictEquals({}, {}), () => std.assertStrictEquals<number>(0, -0)],
  },
  assertAlmostEquals: {
    holds: [() => std.assertAlmostEquals(1, 1.2, 0.3), () => std.assertAlmostEquals(0.1 + 0.2, 0.3)],
    fails: [() => std.assertAlmostEquals(1, 1.2, 0.1), () => std.assertAlmostEquals(1, NaN)],
  },
  assertMatch: { holds: [() => std.assertMatch("abc", /b/)], fails: [() => std.assertMatch("abc", /x/)] },
  assertStringIncludes: {
    holds: [() => std.assertStringIncludes("abc", "bc")],
    fails: [() => std.assertStringIncludes("abc", "cb")],
  },
  assertInstanceOf: {
    holds: [() => std.assertInstanceOf(new NarrowError(), TypeError)],
    fails: [() => std.assertInstanceOf({}, Animal), () => std.assertInstanceOf(null, Animal)],
  },
  assertThrows: {
    holds: [() => std.assertThrows(raise), () => std.assertThrows(raise, TypeError, "narrow")],
    fails: [
      () => std.assertThrows(() => {}),
      () => std.assertThrows(raise, RangeError),
      () => std.assertThrows(raise, TypeError, "wide"),
      () =>
        std.assertThrows(() => {
          throw "a text";
        }, Error),
    ],
  },
  assertRejects: {
    holds: [() => std.assertRejects(reject), () => std.assertRejects(reject, TypeError, "narrow")],
    fails: [
      () => std.assertRejects(() => Promise.resolve()),
      () => std.assertRejects(raise),
      () => std.assertRejects(reject, RangeError),
      () => std.assertRejects(reject, TypeError, "wide"),
    ],
  },
};

/** Said in plain code: what is tested must not be its own judge. */
async function errorOf(fn: () => unknown): Promise<unknown> {
  try {
    await fn();
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const [name, { holds, fails }] of Object.entries(cases)) {
  Deno.test(`${name} tells what holds from what fails`, async () => {
    for (const [index, fn] of holds.entries()) {
      const error = await errorOf(fn);
      if (error !== undefined) throw new Error(`${name}: case ${index} should hold`, { cause: error });
    }
    for (const [index, fn] of fails.entries()) {
      const error = await errorOf(fn);
      if (!(error instanceof Error) || error.name !== "AssertionError") {
        throw new Error(`${name}: case ${index} should fail with an AssertionError`, { cause: error });
      }
    }
  });
}

Deno.test("assertThrows and assertRejects give the error back", async () => {
  if (!(std.assertThrows(raise, TypeError) instanceof NarrowError)) throw new Error("another error from assertThrows");
  if (!(await std.assertRejects(reject) instanceof NarrowError)) throw new Error("another error from assertRejects");
});

Deno.test("a failure says the caller's own message", async () => {
  const error = await errorOf(() => std.assertEquals(1, 2, "the reason"));
  if (!(error instanceof Error) || !error.message.includes("the reason")) {
    throw new Error("no reason", { cause: error });
  }
});
