/** JSON patch, merge patch, strategic merge: what cannot be seen through a cluster. */

import { assertEquals, assertThrows } from "@std/assert";
import { applyJsonPatch, JsonPatchError } from "../../lib/testing/server/patch/json_patch.ts";
import { applyMergePatch } from "../../lib/testing/server/patch/merge_patch.ts";

Deno.test("a JSON patch adds to lists at an index, and at the end", () => {
  const patched = applyJsonPatch({ list: ["b"] }, [
    { op: "add", path: "/list/0", value: "a" },
    { op: "add", path: "/list/2", value: "c" },
    { op: "add", path: "/list/-", value: "d" },
  ]);
  assertEquals(patched, { list: ["a", "b", "c", "d"] });
});

Deno.test("an index beyond the end of a list is an error", () => {
  for (const op of ["add", "replace", "remove", "test"]) {
    assertThrows(() => applyJsonPatch({ list: ["a"] }, [{ op, path: "/list/7", value: "a" }]), JsonPatchError);
  }
});

Deno.test("a JSON patch reads escaped names", () => {
  assertEquals(applyJsonPatch({ "a/b": { "c~d": 1 } }, [{ op: "remove", path: "/a~1b/c~0d" }]), { "a/b": {} });
});

Deno.test("a JSON patch can replace the whole document", () => {
  assertEquals(applyJsonPatch({ a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }]), { b: 2 });
});

Deno.test("a test compares values deeply", () => {
  const document = { a: { b: [1, { c: 2 }] } };
  assertEquals(applyJsonPatch(document, [{ op: "test", path: "/a", value: { b: [1, { c: 2 }] } }]), document);
  assertThrows(
    () => applyJsonPatch(document, [{ op: "test", path: "/a", value: { b: [1, { c: 3 }] } }]),
    JsonPatchError,
  );
});

Deno.test("a JSON patch does not share its values with the document", () => {
  const value = { b: 1 };
  const patched = applyJsonPatch({}, [{ op: "add", path: "/a", value }]) as { a: { b: number } };
  patched.a.b = 2;
  assertEquals(value, { b: 1 });
});

Deno.test("paths do not lead into what every object has", () => {
  assertThrows(() => applyJsonPatch({}, [{ op: "test", path: "/constructor/name", value: "Object" }]), JsonPatchError);
});

Deno.test("a merge patch changes neither target nor patch", () => {
  const target = { a: { b: 1 }, c: { d: 1 } };
  const patch = { a: { b: null, e: { f: 1 } } };
  const patched = applyMergePatch(target, patch) as { a: { e: { f: number } }; c: { d: number } };
  assertEquals(patched, { a: { e: { f: 1 } }, c: { d: 1 } });
  patched.a.e.f = patched.c.d = 2;
  assertEquals([target, patch], [{ a: { b: 1 }, c: { d: 1 } }, { a: { b: null, e: { f: 1 } } }]);
});

Deno.test("a merge patch drops the nulls of what it adds", () => {
  assertEquals(applyMergePatch({}, { a: { b: null, c: 1 } }), { a: { c: 1 } });
});
