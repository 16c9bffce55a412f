/** The function of an index is the user's: what it throws affects neither the cache nor other indexes, and is reported. */

import { assertEquals, assertThrows } from "@std/assert";
import { ObjectCache } from "../../lib/watch/mod.ts";
import { THROWN_VALUES } from "../controller/thrown_values.ts";
import { added, deleted, modified, secret } from "./fixture.ts";

const names = (cache: ObjectCache, index: string) =>
  cache.byIndex(index, "x").map(({ metadata }) => metadata.name).sort();

function filled(valuesOf: (name: string) => readonly string[]): ObjectCache {
  const cache = new ObjectCache();
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects: [secret("a", 1)] });
  cache.apply({ type: "synced", resourceVersion: "2" });
  cache.index("good", () => ["x"]);
  cache.index("bad", ({ metadata }) => valuesOf(metadata.name));
  return cache;
}

for (const [what, make] of Object.entries(THROWN_VALUES)) {
  Deno.test(`an index whose function throws ${what} says so until the object is gone, and hurts nothing else`, () => {
    const cache = filled((name) => {
      if (name === "bad") throw make();
      return ["x"];
    });
    const events = [added(secret("bad", 3)), added(secret("c", 4))];
    assertEquals(cache.apply({ type: "events", events, resourceVersion: "4" }).length, 2);
    assertEquals(names(cache, "good"), ["a", "bad", "c"]);
    const error = assertThrows(
      () => cache.byIndex("bad", "x"),
      Error,
      "Cannot use the index as its function threw for Secret default/bad",
    );
    assertEquals((error as Error).name, "IndexError");
    cache.apply({ type: "events", events: [modified(secret("bad", 5))], resourceVersion: "5" });
    assertThrows(() => cache.byIndex("bad", "x"));
    cache.apply({ type: "events", events: [deleted(secret("bad", 6))], resourceVersion: "6" });
    assertEquals(names(cache, "bad"), ["a", "c"]);
  });
}

Deno.test("an index whose function does not return a list of strings throws", () => {
  for (const odd of [undefined, "x", [1], Promise.reject(new Error("later")), null]) {
    const cache = filled(() => odd as never);
    assertThrows(() => cache.byIndex("bad", "x"), Error, "it must return a list of texts");
  }
});
