import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { exactBody, storedForm } from "../../lib/kube/json/exact_numbers.ts";
import { exactReplacement } from "../../lib/kube/write/exact_replacement.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { applyJsonPatch } from "../../lib/testing/server/patch/json_patch.ts";
import { copyOf, type Fields, jsonText, parseJson } from "../../lib/testing/server/values/json.ts";
import { Foo, storedFoo } from "./fakes.ts";

const describe = () => "replace Foo default/a";

/** A whole number of up to 65 bits, of either sign, most of them near a power of two. */
function wholeNumber(next: () => number): bigint {
  const power = 1n << BigInt(Math.floor(next() * 65));
  const near = power + BigInt(Math.floor(next() * 7) - 3);
  return next() < 0.5 ? near : -near;
}

Deno.test("a number is written with the digits that were read, or not at all", () => {
  const random = seededRandom(9);
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const digits = String(wholeNumber(() => random.next()));
    const body = { spec: { list: [{ serial: JSON.parse(digits) }] } };
    try {
      const text = JSON.stringify(exactBody(body, describe));
      // Beyond int64 the server's own number is the double nearest to the digits.
      const held = jsonText(parseJson(digits));
      assertEquals(text, `{"spec":{"list":[{"serial":${held}}]}}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      refused++;
      assertEquals(Number.isSafeInteger(Number(digits)), false, digits);
    }
  }
  assertEquals(refused > 1_000, true);
});

Deno.test("an error names the refused number, wherever it is, and a way out", () => {
  const unsafe = 2 ** 53;
  const places: [unknown, path: string][] = [
    [{ spec: { serial: unsafe } }, "spec.serial"],
    [{ spec: { disks: [{}, { serial: -unsafe }] } }, "spec.disks[1].serial"],
    [{ metadata: { "a.b/c": unsafe } }, 'metadata["a.b/c"]'],
    [[{ op: "test", path: "/a", value: 1 }, { op: "add", path: "/spec/list", value: [unsafe] }], "/spec/list[0]"],
  ];
  for (const [body, path] of places) {
    const error = assertThrows(() => exactBody(body, describe), TypeError);
    assertEquals(
      error.message.startsWith(`Cannot replace Foo default/a as ${path} is a whole number`),
      true,
      error.message,
    );
    assertEquals(error.message.endsWith("give it as a bigint"), true);
  }
});

Deno.test("a bigint is written with all its digits, and a body without one is not copied", () => {
  const body = { a: 9007199254740993n, b: [-9223372036854775808n, 1n], c: { at: new Date(0) } };
  const text = '{"a":9007199254740993,"b":[-9223372036854775808,1],"c":{"at":"1970-01-01T00:00:00.000Z"}}';
  assertEquals(JSON.stringify(exactBody(body, describe)), text);
  const plain = { a: 1, b: [Number.MAX_SAFE_INTEGER, 0.1, 1e300, "9007199254740993"], c: { d: null } };
  assertStrictEquals(exactBody(plain, describe), plain);
});

Deno.test("a body as deep as an API server takes is looked through", () => {
  let body: unknown = 2 ** 53;
  for (let depth = 0; depth < 9_900; depth++) body = { a: body };
  assertThrows(() => exactBody(body, describe));
});

Deno.test("a bigint that cannot be compared with what was read is refused", () => {
  assertEquals(storedForm({ a: 5n, at: new Date(0), gone: undefined }, describe), {
    a: 5,
    at: "1970-01-01T00:00:00.000Z",
  });
  assertThrows(() => storedForm({ a: [2n ** 53n] }, describe), TypeError, "as a[0] is a whole number beyond");
});

Deno.test("a replacement that is sent as a patch gives the same object, and keeps the digits that it does not change", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 2_000; round++) {
    const digits = () => String(wholeNumber(() => random.next()));
    const item = () => `{"serial":${digits()},"label":"x"}`;
    const text = `{"big":${digits()},"list":[${item()},${item()}],"gone":1,"a/b~c":${digits()}}`;
    const read = storedFoo({}, { spec: JSON.parse(text) });
    const spec = structuredClone(read.spec) as { list: { label: string }[]; gone?: number; came?: number };
    spec.list[1]!.label = "y";
    delete spec.gone;
    spec.came = round;
    const operation = { verb: "replace", kind: Foo, object: { ...read, spec }, subresource: undefined } as const;
    const stored = { ...read, spec: parseJson(text) };
    const { body } = exactReplacement(operation as never, read);
    exactBody(body, describe);
    const left = applyJsonPatch(copyOf(stored), body as Fields[]) as { spec: unknown };
    const expected = text.replace(/"x"(?=}],)/, '"y"').replace('"gone":1,', "").replace(/}$/, `,"came":${round}}`);
    assertEquals(jsonText(left.spec), jsonText(parseJson(expected)));
  }
});

Deno.test("a replacement that is sent as a patch writes its bigints", () => {
  const read = storedFoo({}, { spec: { big: 2 ** 53, list: [1, 2], size: 1 } as object });
  const spec = { ...read.spec as object, list: [1, 2n ** 60n], size: 2n ** 61n };
  const operation = { verb: "replace", kind: Foo, object: { ...read, spec }, subresource: undefined } as const;
  const { body } = exactReplacement(operation as never, read);
  const text = JSON.stringify(exactBody(body, describe));
  assertEquals(text.includes(`"path":"/spec/list/1","value":${2n ** 60n}`), true, text);
  assertEquals(text.includes(`"path":"/spec/size","value":${2n ** 61n}`), true, text);
  assertEquals(text.includes("/spec/big"), false);
});

Deno.test("a number that JSON does not have is refused by its name: it would become null without a word", () => {
  for (const odd of [NaN, Infinity, -Infinity]) {
    const body = { status: { list: [0, { share: odd }], none: null } };
    const message =
      `Cannot replace Foo default/a as status.list[1].share must be a finite number: current value is ${odd}`;
    for (const form of [exactBody, storedForm]) {
      assertThrows(() => form(body, describe), TypeError, message);
      assertThrows(() => form({ ...body, big: 5n }, describe), TypeError, message);
    }
  }
  assertEquals(storedForm({ list: [null, undefined, -0, 1e21, "null"] }, describe), {
    list: [null, null, 0, 1e21, "null"],
  });
});

Deno.test("a body that contains itself is refused, and not looked through for ever", () => {
  const body: Record<string, unknown> = { a: [1] };
  body["self"] = body;
  assertThrows(() => exactBody(body, describe), TypeError, "as it contains itself");
  assertThrows(() => storedForm(body, describe), TypeError);
  body["big"] = 5n;
  assertThrows(() => storedForm(body, describe), TypeError);
});
