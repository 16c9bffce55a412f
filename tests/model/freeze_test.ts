import { assert, assertEquals, assertThrows } from "@std/assert";
import { deepFreeze } from "../../lib/model/mod.ts";
import { nested, seededValue } from "./deep.ts";
import { seededRandom } from "../../lib/testing/mod.ts";

/** All objects in a value, itself included. */
function objectsIn(value: unknown): object[] {
  const found: object[] = [];
  const left = [value];
  for (let next = left.pop(); left.length > 0 || next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null) continue;
    found.push(next);
    left.push(...Object.values(next));
  }
  return found;
}

Deno.test("a value is frozen deeply, however deeply it is nested", () => {
  for (const depth of [0, 1, 198, 199, 200, 201, 202, 9_990, 100_000]) {
    for (const kind of ["object", "list"] as const) {
      const value = deepFreeze(nested(depth, kind));
      assertEquals(objectsIn(value).length, depth + 1);
      assert(objectsIn(value).every(Object.isFrozen), `${kind} ${depth}`);
    }
  }
});

Deno.test("values of any shape are frozen in every part", () => {
  const random = seededRandom(11);
  for (let at = 0; at < 500; at++) {
    const value = deepFreeze(nested(at, "object", seededValue(random)));
    assert(objectsIn(value).every(Object.isFrozen));
  }
});

Deno.test("a value that is not an object is returned as it is, and a frozen one cannot be changed", () => {
  assertEquals([deepFreeze(null), deepFreeze(1), deepFreeze("a"), deepFreeze(undefined)], [null, 1, "a", undefined]);
  const value = deepFreeze({ list: [{ a: 1 }] });
  assertThrows(() => value.list[0]!.a = 2, TypeError);
});
