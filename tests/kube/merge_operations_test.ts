import { assertEquals } from "@std/assert";
import { mergeOperations } from "../../lib/kube/json/merge_operations.ts";
import type { JsonObject } from "../../lib/kube/json/merge_patch.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { copyOf, type Fields } from "../../lib/testing/server/values/json.ts";
import { applyJsonPatch, JsonPatchError } from "../../lib/testing/server/patch/json_patch.ts";
import { applyMergePatch } from "../../lib/testing/server/patch/merge_patch.ts";

/** What the operations make of an object; `undefined` when they do not fit it. */
function patched(now: JsonObject, operations: ReturnType<typeof mergeOperations>): unknown {
  try {
    return applyJsonPatch(copyOf(now), operations as unknown as Fields[]);
  } catch (error) {
    if (error instanceof JsonPatchError) return undefined;
    throw error;
  }
}

const NAMES = ["a", "b", "c/d", "e~f", "", "-", "0", "constructor"];

class Values {
  readonly #random: ReturnType<typeof seededRandom>;
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }
  chance(part: number): boolean {
    return this.#random.next() < part;
  }
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.next() * items.length)]!;
  }
  leaf(): unknown {
    return this.pick([1, 2, "x", "<&>", true, [1, { a: 1 }], []]);
  }
  object(depth: number, nulls: boolean): JsonObject {
    const made: Record<string, unknown> = {};
    for (const name of NAMES) {
      if (!this.chance(0.4)) continue;
      made[name] = depth > 0 && this.chance(0.4)
        ? this.object(depth - 1, nulls)
        : nulls && this.chance(0.3)
        ? null
        : this.leaf();
    }
    return made;
  }
  /** The same with fields added, changed and removed by somebody else. A schema keeps an object from becoming a list. */
  changed(object: JsonObject): JsonObject {
    const changed: Record<string, unknown> = { ...object };
    for (const name of NAMES) {
      const value = changed[name];
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isObject && this.chance(0.5)) changed[name] = this.changed(value as JsonObject);
      if (this.chance(0.1)) changed[name] = isObject || this.chance(0.3) ? this.object(1, false) : this.leaf();
      if (this.chance(0.1)) delete changed[name];
    }
    return changed;
  }
}

Deno.test("the operations do what the merge patch does", () => {
  for (let seed = 1; seed <= 5_000; seed++) {
    const values = new Values(seed);
    const before = values.object(3, false);
    const patch = values.object(3, true);
    assertEquals(patched(before, mergeOperations(before, patch)), applyMergePatch(before, patch), `seed ${seed}`);
  }
});

Deno.test("on an object that others have changed meanwhile they do what the merge patch does, or nothing", () => {
  let fitting = 0;
  const seeds = 5_000;
  for (let seed = 1; seed <= seeds; seed++) {
    const values = new Values(seed);
    const before = values.object(3, false);
    const patch = values.object(2, true);
    const now = values.changed(before);
    const result = patched(now, mergeOperations(before, patch));
    if (result === undefined) continue;
    fitting++;
    assertEquals(foreignTo(patch, before, result), foreignTo(patch, before, now), `seed ${seed}`);
  }
  // Nearly all that fail do so as an object came or went; a patch must not fail for what it does not touch.
  assertEquals(fitting > seeds / 4, true, `${fitting} of ${seeds}`);
});

/** The part of an object that a patch does not touch: all but the fields that it names or replaced as a whole. */
function foreignTo(patch: JsonObject, before: unknown, object: unknown): unknown {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return object;
  const foreign: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (!Object.hasOwn(patch, name)) {
      foreign[name] = value;
      continue;
    }
    const [inner, present] = [patch[name], (before as JsonObject | undefined)?.[name]];
    const isInner = typeof inner === "object" && inner !== null && !Array.isArray(inner) &&
      typeof present === "object" && present !== null && !Array.isArray(present);
    if (isInner) foreign[name] = foreignTo(inner as JsonObject, present, value);
  }
  return foreign;
}

Deno.test("two who write different fields do not keep each other from it", () => {
  const before = { status: { one: { a: 1 }, two: { b: 1 }, list: [1] } };
  const one = mergeOperations(before, { status: { one: { a: 2, c: null }, list: [2] } });
  const two = mergeOperations(before, { status: { two: { b: 2 }, three: 3 } });
  const expected = { status: { one: { a: 2 }, two: { b: 2 }, list: [2], three: 3 } };
  assertEquals(patched(patched(before, one) as JsonObject, two), expected);
  assertEquals(patched(patched(before, two) as JsonObject, one), expected);
});

Deno.test("if two create the same inner object, the second fails, and the first one's fields are not lost", () => {
  const one = mergeOperations({}, { status: { a: 1 } });
  const two = mergeOperations({}, { status: { b: 1 } });
  assertEquals(patched(patched({}, one) as JsonObject, two), undefined);
});

Deno.test("a field that somebody else has already removed is no reason to fail", () => {
  const operations = mergeOperations({ a: 1, b: { c: 1 } }, { a: null, b: { c: null } });
  assertEquals(patched({ b: {} }, operations), { b: {} });
});
