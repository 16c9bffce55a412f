import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type CacheChange, ObjectCache, ownerTrigger, selfTrigger } from "../../lib/watch/mod.ts";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { modified, secret } from "./fixture.ts";

/** A cache in which no object stays parsed, after its initial list. */
function textCache(objects: readonly KubeObject[], parsed = 0): ObjectCache {
  const cache = new ObjectCache({ parsed });
  listInto(cache, 1_000, objects);
  return cache;
}

function listInto(cache: ObjectCache, version: number, objects: readonly KubeObject[]): readonly CacheChange[] {
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects });
  return cache.apply({ type: "synced", resourceVersion: String(version) });
}

const numbered = (count: number, more: Record<string, unknown> = {}) =>
  Array.from({ length: count }, (_, index) => secret(`s${index}`, index + 1, more));

/** How many texts are parsed while something is done. */
function parsesOf(work: () => void): number {
  const parse = JSON.parse;
  let count = 0;
  JSON.parse = (...args) => {
    count++;
    return parse(...args);
  };
  try {
    work();
    return count;
  } finally {
    JSON.parse = parse;
  }
}

Deno.test("an object kept as text is parsed to the same object, for all of JSON", () => {
  const odd = JSON.parse(`{
    "apiVersion": "v1", "kind": "Secret",
    "metadata": { "name": "odd", "namespace": "default", "uid": "u", "resourceVersion": "5", "creationTimestamp": null,
      "labels": {}, "annotations": { "": "empty", "__proto__": "own", "toJSON": "no function" } },
    "__proto__": { "polluted": true }, "constructor": { "prototype": [] }, "toJSON": "no function",
    "numbers": [0, -1, 1.5, 1e300, 9007199254740993, 5e-324], "nothing": [null, true, false, "", [], {}, [[]], [1, {"a": 1}]],
    "texts": ["ä日本🏗️", "\\ud800", "\\u0000\\u2028\\"\\\\/"], "1": "index", "b": 1, "a": 2
  }`) as KubeObject;
  const found = textCache([odd]).get("default/odd")!;
  assertEquals(found, odd);
  assertEquals(JSON.stringify(found), JSON.stringify(odd));
  assertEquals(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("objects that are parsed from text are deeply frozen and have no managedFields", () => {
  const cache = textCache([secret("a", 5, { labels: { app: "web" }, managedFields: [{ manager: "kubectl" }] })]);
  const a = cache.get("default/a")!;
  assertThrows(() => a.metadata.labels!.app = "changed", TypeError);
  assert(!("managedFields" in a.metadata));
  assert(cache.list().every((object) => Object.isFrozen(object.metadata)));
});

Deno.test("objects that stay parsed are frozen when they are read", () => {
  const cache = textCache([], 10);
  const [change] = cache.apply({
    type: "events",
    events: [modified(secret("a", 7, { labels: {} }))],
    resourceVersion: "7",
  });
  assert(Object.isFrozen(change!.after!.metadata.labels));
  assertStrictEquals(cache.get("default/a"), change!.after);
});

Deno.test("a small cache keeps no texts", () => {
  const cache = new ObjectCache();
  listInto(cache, 600, numbered(500));
  for (let version = 601; version < 1_200; version++) {
    cache.apply({ type: "events", events: [modified(secret("s7", version))], resourceVersion: String(version) });
  }
  assertEquals(cache.held, { parsed: 500, textBytes: 0, slabBytes: 0 });
  assertEquals(parsesOf(() => cache.list()), 0);
});

Deno.test("a large cache keeps only so many objects parsed: those that changed last", () => {
  const cache = new ObjectCache({ parsed: 100 });
  listInto(cache, 5_000, numbered(2_000));
  cache.list();
  const events = Array.from({ length: 50 }, (_, index) => modified(secret(`s${index * 40}`, 6_000 + index)));
  cache.apply({ type: "events", events, resourceVersion: "6050" });
  assertEquals(cache.held.parsed, 100);
  assertEquals(parsesOf(() => events.forEach(({ object }) => cache.get(`default/${object.metadata.name}`))), 0);
});

Deno.test("an object that no longer stays parsed is read as it was", () => {
  const cache = new ObjectCache({ parsed: 3 });
  listInto(cache, 50, []);
  const objects = numbered(20, { annotations: { note: "ü" } });
  for (const object of objects) {
    cache.overlay({ object: { ...object, ...version(object) } });
  }
  assertEquals(cache.held.parsed, 3);
  assertEquals(cache.list().length, 20);
  for (const object of objects) {
    assertEquals(cache.get(`default/${object.metadata.name}`), { ...object, ...version(object) });
  }
});

const version = ({ metadata }: KubeObject) => ({
  metadata: { ...metadata, resourceVersion: `${Number(metadata.resourceVersion) + 100}` },
});

Deno.test("a list parses nothing to find the keys to run, and reading one object parses one", () => {
  const controller = { apiVersion: "example.dev/v1", kind: "Foo", name: "f", uid: "f", controller: true };
  const Foo = kindOf({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
  const cache = new ObjectCache({ parsed: 10 });
  const objects = numbered(200, { ownerReferences: [controller], labels: { app: "web" } });
  let changes: readonly CacheChange[] = [];
  const triggers = [ownerTrigger(Foo), selfTrigger(({ before }) => before === undefined)];
  const keys = new Set<string>();
  const reasons = new Set<string>();
  const parses = parsesOf(() => {
    changes = listInto(cache, 1_000, objects);
    for (const trigger of triggers) {
      for (const change of changes) {
        for (const { key, reason } of trigger(change).keys) {
          keys.add(key);
          reasons.add(reason);
        }
      }
    }
    cache.list({ labels: { app: "db" } });
    listInto(cache, 1_001, objects);
  });
  assertEquals([parses, keys.size, [...reasons]], [0, 201, ["Secret listed"]]);
  const last = changes.at(-1)!;
  assertEquals(parsesOf(() => assertStrictEquals(last.after, last.after)), 1);
  assertEquals(last.after, objects.at(-1));
});

Deno.test("both sides of a change stay the same, whatever comes after it", () => {
  const cache = textCache(numbered(10));
  const update = (version: number) =>
    cache.apply({ type: "events", events: [modified(secret("s3", version))], resourceVersion: String(version) });
  const [change] = update(2_000);
  for (let version = 2_001; version < 6_000; version++) update(version);
  assertEquals([change!.before!.metadata.resourceVersion, change!.after!.metadata.resourceVersion], ["4", "2000"]);
  assertStrictEquals(change!.before, change!.before);
});

Deno.test("a change of the initial list shows later own writes, never an outdated object", () => {
  const cache = new ObjectCache({ parsed: 0 });
  const changes = listInto(cache, 100, [secret("a", 5), secret("b", 6)]);
  cache.overlay({ object: secret("a", 101) });
  cache.overlay({ gone: { namespace: "default", name: "b" }, uid: "uid-b" });
  assertEquals(changes.map(({ key, after }) => [key, after?.metadata.resourceVersion]), [
    ["default/a", "101"],
    ["default/b", undefined],
  ]);
});

Deno.test("versions that are not plain numbers are kept beside a text, too", () => {
  const cache = textCache([secret("a", "zz"), secret("b", "9007199254740993"), secret("c", "007")]);
  const events = [modified(secret("b", "9007199254740992")), modified(secret("c", "007")), modified(secret("a", "aa"))];
  const changes = cache.apply({ type: "events", events, resourceVersion: "x" });
  assertEquals(
    changes.map(({ before, after }) => `${before?.metadata.resourceVersion}>${after?.metadata.resourceVersion}`),
    [
      "zz>aa",
    ],
  );
});

Deno.test("a list that broke off leaves no bytes behind", () => {
  const cache = new ObjectCache({ parsed: 0 });
  cache.apply({ type: "page", objects: [...numbered(2_000), ...numbered(2_000)] });
  cache.apply({ type: "init" });
  assertEquals([cache.held.textBytes, cache.size], [0, 0]);
});
