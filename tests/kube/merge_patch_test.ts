import { assertEquals } from "@std/assert";
import { jsonEquals, mergePatchBetween } from "../../lib/kube/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

/** RFC 7396, word for word. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, applyMergePatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

Deno.test("a merge patch removes what is not wanted, keeps what is, and replaces lists whole", () => {
  const before = { a: 1, b: { x: 1, y: 2 }, l: [1, 2], same: { z: [1] } };
  const after = { b: { y: 3 }, l: [2], same: { z: [1] }, new: { deep: true } };
  assertEquals(mergePatchBetween(before, after), { a: null, b: { x: null, y: 3 }, l: [2], new: { deep: true } });
});

Deno.test("there is no patch when nothing differs, in whatever order", () => {
  assertEquals(
    mergePatchBetween({ a: 1, b: { c: [{ d: 1, e: 2 }] } }, { b: { c: [{ e: 2, d: 1 }] }, a: 1 }),
    undefined,
  );
});

Deno.test("null and undefined mean absent", () => {
  assertEquals(mergePatchBetween({ a: 1, b: 2 }, { a: null, b: undefined }), { a: null, b: null });
  assertEquals(mergePatchBetween({ a: null }, {}), undefined);
  assertEquals(mergePatchBetween({}, { a: null }), undefined);
});

Deno.test("an empty object is made where there was none", () => {
  assertEquals(mergePatchBetween(undefined, {}), {});
  assertEquals(mergePatchBetween({ a: [1] }, { a: {} }), { a: {} });
  assertEquals(mergePatchBetween({ a: {} }, { a: {} }), undefined);
});

Deno.test("a key with the name of an inherited property is a key like any other", () => {
  for (const key of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]) {
    const having = JSON.parse(`{"a": {"${key}": 1, "b": 2}}`);
    assertEquals(JSON.stringify(mergePatchBetween(having, { a: { b: 2 } })), `{"a":{"${key}":null}}`);
    assertEquals(JSON.stringify(mergePatchBetween({ a: { b: 2 } }, having)), `{"a":{"${key}":1}}`);
    assertEquals(mergePatchBetween(having, having), undefined);
  }
});

Deno.test("a patch, applied, gives what was wanted, for a thousand pairs of values", () => {
  const random = seededRandom(7).next;
  for (let round = 0; round < 1_000; round++) {
    const [before, after] = [randomObject(random, 3), randomObject(random, 3)];
    const patch = mergePatchBetween(before, after);
    const result = patch ? applyMergePatch(before, patch) : before;
    assertEquals(jsonEquals(result, after), true, JSON.stringify({ before, after, patch }));
  }
});

function randomObject(random: () => number, depth: number): Record<string, unknown> {
  const keys = ["a", "b", "constructor", "__proto__", "toString"].filter(() => random() < 0.6);
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth - 1)]));
}

function randomValue(random: () => number, depth: number): unknown {
  const choice = Math.floor(random() * (depth > 0 ? 5 : 3));
  if (choice === 3) return Array.from({ length: Math.floor(random() * 3) }, () => randomValue(random, depth - 1));
  if (choice === 4) return randomObject(random, depth);
  return [1, "x", false][choice];
}
