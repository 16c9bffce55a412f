/** Objects as deep as an API server takes them, where they are compared and patched. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { jsonEquals, mergePatchBetween, storedForm } from "../../lib/kube/mod.ts";
import { exactBody } from "../../lib/kube/json/exact_numbers.ts";
import { exactReplacement } from "../../lib/kube/write/exact_replacement.ts";
import { mergeOperations } from "../../lib/kube/json/merge_operations.ts";
import { replacedValues } from "../../lib/kube/write/replaced_values.ts";
import { ResourceDefinitionError } from "../../lib/doors/errors.ts";
import { toStructuralSchema } from "../../lib/kube/definition/schema/to_structural.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { nested, seededValue } from "../model/deep.ts";
import { Foo, storedFoo } from "./fakes.ts";

const DEPTHS = [1, 199, 200, 201, 9_990, 50_000];

/** The slow and plain way: the keys put in order. */
function sameText(a: unknown, b: unknown): boolean {
  const ordered = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(ordered)
      : typeof value === "object" && value !== null
      ? Object.entries(value).sort(([x], [y]) => x < y ? -1 : 1).map(([key, field]) => [`.${key}`, ordered(field)])
      : value;
  return JSON.stringify([ordered(a), Array.isArray(a)]) === JSON.stringify([ordered(b), Array.isArray(b)]);
}

Deno.test("values are equal at any depth, and a difference is found at the bottom", () => {
  for (const depth of DEPTHS) {
    for (const kind of ["object", "list"] as const) {
      assert(jsonEquals(nested(depth, kind, { x: 1, y: [2] }), nested(depth, kind, { y: [2], x: 1 })), `${depth}`);
      assert(!jsonEquals(nested(depth, kind, { x: 1 }), nested(depth, kind, { x: 2 })), `${depth}`);
      assert(!jsonEquals(nested(depth, kind, {}), nested(depth, kind, [])), `${depth}`);
      assert(!jsonEquals(nested(depth, kind), nested(depth + 1, kind)), `${depth}`);
    }
  }
});

Deno.test("equality says the same near the surface and far below", () => {
  const random = seededRandom(3);
  for (let at = 0; at < 3_000; at++) {
    const [a, b] = [seededValue(random), seededValue(random)];
    const expected = sameText(a, b);
    assertEquals(jsonEquals(a, b), expected, JSON.stringify([a, b]));
    assertEquals(jsonEquals(nested(250, "object", a), nested(250, "object", b)), expected, JSON.stringify([a, b]));
    assert(jsonEquals(a, structuredClone(a)));
  }
});

Deno.test("a merge patch goes as deep as the objects do, and holds no more than differs", () => {
  for (const depth of DEPTHS) {
    const patch = mergePatchBetween(nested(depth, "object", { x: 1, y: 1, z: 1 }), {
      ...nested(depth, "object", { x: 1, y: 2 }) as object,
    });
    assert(jsonEquals(patch, nested(depth, "object", { y: 2, z: null })), `${depth}`);
    assertEquals(mergePatchBetween(nested(depth), nested(depth) as Record<string, unknown>), undefined);
  }
});

Deno.test("fields that are called as what every object has are fields as any other", () => {
  const odd = JSON.parse('{"constructor":"a","toString":{"b":1},"__proto__":{"c":1}}');
  assertEquals(JSON.stringify(mergePatchBetween(odd, {})), '{"constructor":null,"toString":null,"__proto__":null}');
  assert(jsonEquals(mergePatchBetween({}, odd), odd));
  assertEquals(mergePatchBetween(odd, odd), undefined);
});

Deno.test("a schema that is nested deeper than any walk goes is refused, with its place", () => {
  let schema: Record<string, unknown> = { type: "string" };
  for (let depth = 0; depth < 9_900; depth++) schema = { type: "object", properties: { a: schema } };
  const place = { kind: "Deep", path: "spec" };
  const error = assertThrows(() => toStructuralSchema(schema, place), ResourceDefinitionError);
  assertStringIncludes(
    error.message,
    "Cannot define Deep as spec has a schema that is nested more than 500 levels deep",
  );
});

Deno.test("a merge patch of any depth becomes a JSON patch", () => {
  const body = (inner: unknown) => ({ status: nested(9_990, "object", inner) }) as Record<string, unknown>;
  const path = `/status${"/a".repeat(9_990)}/x`;
  assertEquals(mergeOperations(body({ x: 1 }), body({ x: 2 })), [{ op: "add", path, value: 2 }]);
  const made = mergeOperations({}, body({ x: 1, y: null }));
  assert(jsonEquals(made, [{ op: "test", path: "/status", value: null }, {
    op: "add",
    path: "/status",
    value: nested(9_990, "object", { x: 1 }),
  }]));
});

Deno.test("what a status said before is tested at any depth", () => {
  for (const depth of [1, 9_900, 100_000]) {
    const body = (inner: unknown) => ({ status: nested(depth, "object", inner) }) as Record<string, unknown>;
    const path = `/status${"/a".repeat(depth)}`;
    assertEquals(replacedValues(body({ x: 1, list: [2] }), body({ x: 3, list: [4] })), [
      { op: "test", path: `${path}/x`, value: 1 },
      { op: "test", path: `${path}/list/0`, value: 2 },
      { op: "remove", path: `${path}/list/0` },
      { op: "test", path: `${path}/list`, value: [] },
    ]);
  }
});

Deno.test("numbers are kept exactly at any depth, and are refused with a message", () => {
  const describe = () => "create Foo default/a";
  for (const kind of ["object", "list"] as const) {
    const body = (inner: unknown) => nested(9_990, kind, inner);
    const shallow = nested(900, kind, 2n ** 60n);
    assertStringIncludes(JSON.stringify(exactBody(shallow, describe)), String(2n ** 60n));
    assert(exactBody(body(2n ** 60n), describe) !== undefined);
    assertThrows(() => exactBody(body(2 ** 60), describe), TypeError, "Cannot create Foo default/a as ");
    assertThrows(() => storedForm(body(2n ** 60n), describe), TypeError, "Cannot create Foo default/a as ");
    assert(jsonEquals(storedForm(body(5n), describe), body(5)));
  }
  const read = { ...storedFoo(), spec: nested(9_990, "object", { serial: 2 ** 60, size: 1 }) as Foo["spec"] };
  const object = { ...read, spec: nested(9_990, "object", { serial: 2 ** 60, size: 2 }) as Foo["spec"] };
  const { body } = exactReplacement({ verb: "replace", kind: Foo, object, subresource: undefined }, read);
  assertEquals((body as unknown[]).at(-1), { op: "replace", path: `/spec${"/a".repeat(9_990)}/size`, value: 2 });
});

Deno.test("looking through a value that contains itself ends", () => {
  const describe = () => "create Foo default/a";
  for (const inner of [1, 5n, 2 ** 60]) {
    const ring: Record<string, unknown> = { inner };
    ring["self"] = [ring, ring];
    // Written down, it is refused by the words of JSON.
    assertThrows(() => JSON.stringify(exactBody(ring, describe)), TypeError);
    assertThrows(() => storedForm(ring, describe), TypeError);
  }
});
