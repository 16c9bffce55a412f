/** Sets of fields, and the merging that goes by them. */

import { assertEquals } from "@std/assert";
import { diffFields, fieldsIn } from "../../lib/testing/server/fields/field_diff.ts";
import { difference, intersection, pathsOf, union } from "../../lib/testing/server/fields/field_set.ts";
import { mergeApplied, withoutDropped } from "../../lib/testing/server/fields/structural_merge.ts";
import { ANY, ATOMIC, SET } from "../../lib/testing/server/types/type_node.ts";
import { listBy, object } from "./type_nodes.ts";

const TYPE = object({ items: listBy("name"), set: SET, whole: ATOMIC, map: ANY });
const A = { "f:a": {}, "f:b": { ".": {}, "f:x": {} } };
const B = { "f:b": { "f:x": {}, "f:y": {} }, "f:c": {} };

Deno.test("a union has the members of both", () => {
  assertEquals(union(A, B), { "f:a": {}, "f:b": { ".": {}, "f:x": {}, "f:y": {} }, "f:c": {} });
});

Deno.test("a difference has the members of the first only", () => {
  assertEquals(difference(A, B), { "f:a": {}, "f:b": {} });
  assertEquals(difference(B, A), { "f:b": { "f:y": {} }, "f:c": {} });
});

Deno.test("an intersection has what is a member of both", () => {
  assertEquals(intersection(A, B), { "f:b": { "f:x": {} } });
});

Deno.test("paths are shown with the keys of items", () => {
  const set = { "f:items": { 'k:{"name":"a","port":1}': { ".": {}, "f:x": {} } }, "f:set": { 'v:"s"': {} } };
  assertEquals(pathsOf(set), ['.items[name="a",port=1]', '.items[name="a",port=1].x', '.set[="s"]']);
});

Deno.test("the fields of a value follow its type", () => {
  const value = {
    items: [{ name: "a", x: 1 }],
    set: ["s"],
    whole: { x: 1 },
    plain: [1],
    map: { k: { v: 1 } },
    empty: {},
  };
  assertEquals(fieldsIn(value, TYPE), {
    "f:items": { 'k:{"name":"a"}': { ".": {}, "f:name": {}, "f:x": {} } },
    "f:set": { 'v:"s"': {} },
    "f:whole": {},
    "f:plain": {},
    "f:map": { "f:k": { ".": {}, "f:v": {} } },
    "f:empty": {},
  });
});

Deno.test("a difference of values separates changed fields from removed ones", () => {
  const before = { same: 1, other: 1, gone: { x: 1 }, items: [{ name: "a", x: 1 }, { name: "b" }] };
  const after = { same: 1, other: 2, added: 1, items: [{ name: "a", x: 2 }] };
  assertEquals(diffFields(before, after, TYPE), {
    changed: { "f:other": {}, "f:added": {}, "f:items": { 'k:{"name":"a"}': { "f:x": {} } } },
    removed: { "f:gone": { ".": {}, "f:x": {} }, "f:items": { 'k:{"name":"b"}': { ".": {}, "f:name": {} } } },
  });
});

Deno.test("the same items in another order are no difference", () => {
  const items = [{ name: "a" }, { name: "b" }];
  assertEquals(diffFields({ items }, { items: items.toReversed() }, TYPE), { changed: {}, removed: {} });
});

Deno.test("applied items keep their order, others keep their place among them", () => {
  const names = (list: string[]) => list.map((name) => ({ name }));
  const merged = (live: string[], applied: string[]) => {
    const value = mergeApplied({ items: names(live) }, { items: names(applied) }, TYPE) as {
      items: { name: string }[];
    };
    return value.items.map(({ name }) => name).join("");
  };
  assertEquals(merged(["x"], ["y"]), "xy");
  assertEquals(merged(["a", "x", "b"], ["a", "b"]), "axb");
  assertEquals(merged(["a", "b", "c"], ["c", "a"]), "bca");
  assertEquals(merged(["a", "b"], ["a", "n", "b"]), "anb");
});

Deno.test("a dropped field is removed, unless it is kept or owned by others", () => {
  const value = { mine: 1, shared: 1, kept: 1, theirs: 1, map: { a: 1, b: 1 } };
  const dropped = { "f:mine": {}, "f:shared": {}, "f:kept": {}, "f:map": { "f:a": {}, "f:b": {} } };
  const others = { "f:shared": {}, "f:map": { "f:b": {} } };
  assertEquals(withoutDropped(value, TYPE, dropped, { "f:kept": {} }, others), {
    shared: 1,
    kept: 1,
    theirs: 1,
    map: { b: 1 },
  });
});
