import { assertEquals, assertThrows } from "@std/assert";
import { ObjectCache, UntakenEventsError } from "../../lib/watch/mod.ts";
import type { KubeObject } from "../../lib/model/mod.ts";
import { added, modified, secret } from "./fixture.ts";

const stored = (object: KubeObject) => ({ object });
const keys = (changes: readonly { key: string }[]) => changes.map(({ key }) => key);

/** No object at all, as a transform may return it. */
const NOTHING = undefined as unknown as KubeObject;

Deno.test("an object that cannot be cached does not affect the others of its list or chunk, and no object counts as gone because of it", () => {
  const cache = new ObjectCache();
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects: [secret("a", 5), NOTHING, secret("b", 6)] });
  const listed = assertThrows(() => cache.apply({ type: "synced", resourceVersion: "7" }), UntakenEventsError);
  assertEquals([keys(listed.changes), listed.errors.length, cache.synced], [["default/a", "default/b"], 1, true]);
  const nameless = { ...secret("x", 8), metadata: null } as unknown as KubeObject;
  const events = [modified(secret("a", 8)), added(NOTHING), added(nameless), added(secret("c", 9))];
  // The error says that everything must be listed again, and has the changes of the others.
  const error = assertThrows(() => cache.apply({ type: "events", events, resourceVersion: "9" }), UntakenEventsError);
  assertEquals([keys(error.changes), error.errors.length], [["default/a", "default/c"], 2]);
  assertEquals([cache.size, cache.resourceVersion], [3, "9"]);
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects: [secret("a", 8), NOTHING] });
  assertThrows(() => cache.apply({ type: "synced", resourceVersion: "10" }), UntakenEventsError);
  assertEquals(cache.size, 3);
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects: [secret("a", 8)] });
  assertEquals(keys(cache.apply({ type: "synced", resourceVersion: "10" })), ["default/b", "default/c"]);
});

Deno.test("an object for which the selector throws is kept: the watch would remove it, but nothing would bring it back", () => {
  const told: Error[] = [];
  const accepts = ({ metadata }: KubeObject) => {
    if (metadata.name === "bad") throw new Error("no idea");
    return true;
  };
  const cache = new ObjectCache({ accepts, onError: (error) => told.push(error) });
  cache.apply({ type: "init" });
  cache.apply({ type: "synced", resourceVersion: "7" });
  for (const [at, name] of ["a", "bad", "b", "bad"].entries()) cache.overlay(stored(secret(name, 8 + at)));
  assertEquals(cache.list().map(({ metadata }) => `${metadata.name}${metadata.resourceVersion}`), [
    "a8",
    "bad11",
    "b10",
  ]);
  assertEquals(told.map(({ message }) => message), [
    "Cannot tell whether Secret default/bad matches the selector, and keep it, as accepts threw: no idea",
  ]);
  assertEquals((told[0]!.cause as Error).message, "no idea");
});

Deno.test("an object that is not JSON is kept as it is and does not affect the others", () => {
  for (const parsed of [0, 1, 2]) {
    const cache = new ObjectCache({ parsed });
    const odd = { ...secret("odd", 5), data: 5n } as KubeObject;
    cache.apply({ type: "init" });
    cache.apply({ type: "page", objects: [odd, secret("a", 6)] });
    cache.apply({ type: "synced", resourceVersion: "7" });
    const events = Array.from({ length: 20 }, (_, at) => added(secret(`s${at}`, 8 + at)));
    assertEquals(cache.apply({ type: "events", events, resourceVersion: "30" }).length, 20);
    assertEquals(cache.size, 22);
    assertEquals(cache.list().length, 22);
    assertEquals((cache.get("default/odd") as { data?: unknown }).data, 5n);
    assertEquals(cache.get("default/s7"), secret("s7", 15));
    cache.apply({ type: "init" });
    cache.apply({ type: "page", objects: [odd, { ...secret("a", 6), data: 6n } as KubeObject] });
    assertEquals(cache.apply({ type: "synced", resourceVersion: "30" }).length, 21);
    assertEquals((cache.get("default/a") as { data?: unknown }).data, 6n);
  }
});

Deno.test("owner references that cannot be read are ignored, without effect on other objects", () => {
  const cache = new ObjectCache();
  const owned = (name: string, ownerReferences: unknown) => added(secret(name, 8, { ownerReferences }));
  const owner = { apiVersion: "v1", kind: "Foo", name: "foo", uid: "foo" };
  cache.apply({ type: "init" });
  cache.apply({ type: "synced", resourceVersion: "7" });
  const events = [owned("a", [null]), owned("b", "foo"), owned("c", {}), owned("d", [owner])];
  assertEquals(cache.apply({ type: "events", events, resourceVersion: "9" }).length, 4);
  assertEquals(keys(cache.byOwner("foo").map(({ metadata }) => ({ key: metadata.name }))), ["d"]);
});
