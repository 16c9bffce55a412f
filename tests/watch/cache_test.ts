import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type CacheChange, ObjectCache, type WatchBatch, type WatchEvent } from "../../lib/watch/mod.ts";
import type { KubeObject } from "../../lib/model/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { added, deleted, modified, secret } from "./fixture.ts";

function listed(resourceVersion: string | number, ...objects: KubeObject[]): WatchBatch[] {
  return [{ type: "init" }, { type: "page", objects }, { type: "synced", resourceVersion: String(resourceVersion) }];
}

function events(resourceVersion: string | number, ...events: WatchEvent[]): WatchBatch[] {
  return [{ type: "events", events, resourceVersion: String(resourceVersion) }];
}

/** Each change as `source key before>after`, with versions. */
function applyAll(cache: ObjectCache, batches: readonly WatchBatch[]): string[] {
  return batches.flatMap((batch) => cache.apply(batch)).map(show);
}

function show({ source, key, before, after }: CacheChange): string {
  return `${source} ${key} ${before?.metadata.resourceVersion ?? "-"}>${after?.metadata.resourceVersion ?? "-"}`;
}

/** A cache that holds a@5 and b@6, as of 7. */
function filled(): ObjectCache {
  const cache = new ObjectCache();
  applyAll(cache, listed(7, secret("a", 5), secret("b", 6)));
  return cache;
}

Deno.test("a list is not seen before it is complete", () => {
  const cache = new ObjectCache();
  const [init, page, synced] = listed(7, secret("a", 5));
  assertEquals(applyAll(cache, [init!, page!]), []);
  assertEquals([cache.size, cache.synced, cache.resourceVersion], [0, false, ""]);
  assertEquals(applyAll(cache, [synced!]), ["initial default/a ->5"]);
  assertEquals([cache.size, cache.synced, cache.resourceVersion], [1, true, "7"]);
});

Deno.test("a list that broke off adds nothing to the next one", () => {
  const cache = new ObjectCache();
  applyAll(cache, listed(7, secret("gone", 5)).slice(0, 2));
  applyAll(cache, listed(8, secret("a", 5)));
  assertEquals(cache.list().map(({ metadata }) => metadata.name), ["a"]);
});

Deno.test("live events are changes from what was known to what is", () => {
  const cache = filled();
  const changes = applyAll(
    cache,
    events(10, modified(secret("a", 8)), added(secret("c", 9)), deleted(secret("b", 10))),
  );
  assertEquals(changes, ["event default/a 5>8", "event default/c ->9", "event default/b 6>-"]);
  assertEquals(cache.resourceVersion, "10");
});

Deno.test("objects missing in a later list are gone, and repeated ones are not changes", () => {
  const cache = filled();
  assertEquals(applyAll(cache, listed(9, secret("b", 6), secret("c", 8))), [
    "relist default/c ->8",
    "relist default/a 5>-",
  ]);
});

Deno.test("an object that was deleted and created again between watches is one change with two UIDs", () => {
  const cache = filled();
  const changes = listed(9, secret("a", 8, { uid: "new" }), secret("b", 6)).flatMap((batch) => cache.apply(batch));
  assertEquals(changes.map(show), ["relist default/a 5>8"]);
  assertEquals([changes[0]!.before!.metadata.uid, changes[0]!.after!.metadata.uid], ["uid-a", "new"]);
});

Deno.test("an object never goes back in time", () => {
  const cache = filled();
  assertEquals(applyAll(cache, events(10, modified(secret("a", 9)), modified(secret("a", 8)))), [
    "event default/a 5>9",
  ]);
  assertEquals(cache.get("default/a")?.metadata.resourceVersion, "9");
});

Deno.test("versions are compared as numbers, also past what a number type can hold", () => {
  const cache = new ObjectCache();
  applyAll(cache, listed(7, secret("a", "9007199254740993")));
  assertEquals(applyAll(cache, events(7, modified(secret("a", "9007199254740992")))), []);
  assertEquals(applyAll(cache, events(7, modified(secret("a", "10000000000000000")))).length, 1);
});

Deno.test("if versions cannot be compared, the last one wins", () => {
  const cache = new ObjectCache();
  applyAll(cache, listed("x", secret("a", "zz")));
  assertEquals(applyAll(cache, events("y", modified(secret("a", "aa")))), ["event default/a zz>aa"]);
  cache.overlay({ object: secret("a", "bb") });
  assertEquals(applyAll(cache, events("y", modified(secret("a", "cc")))), ["event default/a bb>cc"]);
});

Deno.test("objects are deeply frozen and have no managedFields", () => {
  const cache = new ObjectCache();
  applyAll(cache, listed(7, secret("a", 5, { labels: { app: "web" }, managedFields: [{ manager: "kubectl" }] })));
  applyAll(cache, events(8, added(secret("b", 8, { managedFields: [] }))));
  const a = cache.get("default/a")!;
  assertThrows(() => a.metadata.labels!.app = "changed", TypeError);
  assert(!cache.list().some(({ metadata }) => "managedFields" in metadata));
});

Deno.test("an object of a cluster-scoped kind is found under its name", () => {
  const cache = new ObjectCache();
  applyAll(cache, listed(7, secret("a", 5, { namespace: undefined })));
  assertEquals(cache.get("a")?.metadata.name, "a");
});

Deno.test("objects are found by namespace, labels, owner and the user's index, and no longer when they change", () => {
  const cache = new ObjectCache();
  cache.index("app", ({ metadata }) => metadata.labels?.app === undefined ? [] : [metadata.labels.app]);
  const owners = (...uids: string[]) => uids.map((uid) => ({ apiVersion: "v1", kind: "Foo", name: uid, uid }));
  const a = secret("a", 5, { labels: { app: "web" }, ownerReferences: owners("x", "y") });
  applyAll(cache, listed(7, a, secret("a", 6, { uid: "other", namespace: "other" })));
  const names = (objects: readonly KubeObject[]) =>
    objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  assertEquals(names(cache.list({ namespace: "default" })), ["default/a"]);
  assertEquals(names(cache.list({ labels: "app in (web)" })), ["default/a"]);
  assertEquals(names(cache.list({ namespace: "other", labels: { app: "web" } })), []);
  assertEquals([names(cache.byOwner("x")), names(cache.byOwner("y"))], [["default/a"], ["default/a"]]);
  assertEquals(names(cache.byIndex("app", "web")), ["default/a"]);
  applyAll(cache, events(8, modified(secret("a", 8, { ownerReferences: owners("y") }))));
  assertEquals([names(cache.byOwner("x")), names(cache.byOwner("y"))], [[], ["default/a"]]);
  assertEquals(names(cache.byIndex("app", "web")), []);
  applyAll(cache, events(9, deleted(secret("a", 9))));
  assertEquals([names(cache.byOwner("y")), names(cache.list({ namespace: "default" }))], [[], []]);
});

Deno.test("an index that is added later has the present objects; one that does not exist is an error", () => {
  const cache = filled();
  cache.index("name", ({ metadata }) => [metadata.name]);
  assertStrictEquals(cache.byIndex("name", "a")[0], cache.get("default/a"));
  assertThrows(() => cache.byIndex("nmae", "a"), RangeError, "no such index");
});

// ---- own writes

const stored = (object: KubeObject) => ({ object });
const gone = (name: string, uid: string) => ({ gone: { namespace: "default", name }, uid });

Deno.test("a write is visible at once, and its echo is not a change", () => {
  const cache = filled();
  assertEquals(cache.overlay(stored(secret("a", 9))).map(show), ["write default/a 5>9"]);
  assertEquals(applyAll(cache, events(8, modified(secret("a", 8)))), []);
  assertEquals(applyAll(cache, events(9, modified(secret("a", 9)))), []);
  assertEquals(applyAll(cache, events(10, modified(secret("a", 10)))), ["event default/a 9>10"]);
});

Deno.test("a created object is visible at once, and its echo is not a change", () => {
  const cache = filled();
  assertEquals(cache.overlay(stored(secret("c", 9))).map(show), ["write default/c ->9"]);
  assertEquals(applyAll(cache, events(9, added(secret("c", 9)))), []);
});

Deno.test("the answer to a write that the watch has overtaken changes nothing", () => {
  const cache = filled();
  applyAll(cache, events(12, added(secret("c", 9)), modified(secret("a", 10)), deleted(secret("c", 12))));
  assertEquals(cache.overlay(stored(secret("c", 9))), []);
  assertEquals(cache.overlay(stored(secret("a", 8))), []);
});

Deno.test("a bookmark shows that the watch has passed a write, like an event", () => {
  const cache = filled();
  applyAll(cache, events(20));
  assertEquals(cache.overlay(stored(secret("c", 9))), []);
});

Deno.test("a list that is older than a write keeps what was written, a newer one replaces it", () => {
  const cache = filled();
  cache.overlay(stored(secret("c", 20)));
  cache.overlay(stored(secret("a", 21)));
  assertEquals(applyAll(cache, listed(15, secret("a", 12), secret("b", 6))), []);
  assertEquals(applyAll(cache, listed(30, secret("a", 25), secret("b", 6))), [
    "relist default/a 21>25",
    "relist default/c 20>-",
  ]);
});

Deno.test("a deleted object is hidden at once, and later events about it are ignored", () => {
  const cache = filled();
  assertEquals(cache.overlay(gone("a", "uid-a")).map(show), ["write default/a 5>-"]);
  assertEquals(applyAll(cache, events(8, modified(secret("a", 8)))), []);
  assertEquals(applyAll(cache, events(9, deleted(secret("a", 9)))), []);
  assertEquals(cache.get("default/a"), undefined);
});

Deno.test("a list that still has a deleted object does not bring it back", () => {
  const cache = filled();
  cache.overlay(gone("a", "uid-a"));
  assertEquals(applyAll(cache, listed(8, secret("a", 5), secret("b", 6))), []);
});

Deno.test("a new object with the name of a deleted one is visible", () => {
  const cache = filled();
  cache.overlay(gone("a", "uid-a"));
  assertEquals(applyAll(cache, events(9, added(secret("a", 9, { uid: "new" })))), ["event default/a ->9"]);
});

Deno.test("the deletion of an object does not hide its replacement", () => {
  const cache = filled();
  applyAll(cache, events(9, deleted(secret("a", 8)), added(secret("a", 9, { uid: "new" }))));
  assertEquals(cache.overlay(gone("a", "uid-a")), []);
  assertEquals(cache.get("default/a")?.metadata.uid, "new");
});

Deno.test("a late DELETED event does not remove the replacement", () => {
  const cache = filled();
  cache.overlay(gone("a", "uid-a"));
  cache.overlay(stored(secret("a", 10, { uid: "new" })));
  assertEquals(applyAll(cache, events(9, modified(secret("a", 8)), deleted(secret("a", 9)))), []);
  assertEquals(applyAll(cache, events(10, added(secret("a", 10, { uid: "new" })))), []);
  assertEquals(cache.get("default/a")?.metadata.uid, "new");
});

Deno.test("a deletion does not hide another object that has the name by now", () => {
  const cache = filled();
  assertEquals(cache.overlay(gone("a", "another")), []);
  assertEquals(cache.get("default/a")?.metadata.uid, "uid-a");
});

Deno.test("removing the last finalizer of an object that is being deleted deletes it", () => {
  const cache = filled();
  const deletionTimestamp = "2024-01-01T00:00:00Z";
  assertEquals(cache.overlay(stored(secret("a", 9, { deletionTimestamp, finalizers: [] }))).map(show), [
    "write default/a 5>-",
  ]);
  const pod = secret("b", 9, { deletionTimestamp, deletionGracePeriodSeconds: 30 });
  assertEquals(cache.overlay(stored(pod)).map(show), ["write default/b 6>9"]);
});

Deno.test("a write that makes an object cease to match removes it from the view, and older events do not bring it back", () => {
  const cache = new ObjectCache({ accepts: ({ metadata }) => metadata.labels?.app === "web" });
  const labels = { app: "web" };
  applyAll(cache, listed(7, secret("a", 5, { labels })));
  assertEquals(cache.overlay(stored(secret("a", 10))).map(show), ["write default/a 5>-"]);
  assertEquals(applyAll(cache, events(8, modified(secret("a", 8, { labels })))), []);
  assertEquals(applyAll(cache, events(12, deleted(secret("a", 10)), added(secret("a", 12, { labels })))), [
    "event default/a ->12",
  ]);
});

Deno.test("ceasing to match is ignored if this process has made the object match again since", () => {
  const cache = filled();
  cache.overlay(stored(secret("a", 12)));
  assertEquals(applyAll(cache, events(11, deleted(secret("a", 11)))), []);
  assertEquals(cache.get("default/a")?.metadata.resourceVersion, "12");
});

Deno.test("a late live read does not bring back what left the selector by a newer write", () => {
  const cache = new ObjectCache({ accepts: ({ metadata }) => metadata.labels?.app === "web" });
  const labels = { app: "web" };
  applyAll(cache, listed(10));
  cache.overlay(stored(secret("a", 11, { labels })));
  cache.overlay(stored(secret("a", 14)));
  assertEquals(cache.observeLive({ object: secret("a", 12) }), []);
  const news = [
    added(secret("a", 11, { labels })),
    deleted(secret("a", 12, { labels })),
    added(secret("a", 13, { labels })),
  ];
  assertEquals(applyAll(cache, events(13, ...news)), []);
  assertEquals(applyAll(cache, events(15, deleted(secret("a", 14)), added(secret("a", 15, { labels })))), [
    "event default/a ->15",
  ]);
});

Deno.test("a deleted object stays gone when the watch shows that it ceased to match and matched again before", () => {
  const cache = new ObjectCache({ accepts: ({ metadata }) => metadata.labels?.app === "web" });
  const labels = { app: "web" };
  applyAll(cache, listed(11, secret("a", 11, { labels })));
  assertEquals(cache.overlay(gone("a", "uid-a")).map(show), ["write default/a 11>-"]);
  const news = [
    deleted(secret("a", 12, { labels })),
    added(secret("a", 13, { labels })),
    modified(secret("a", 14, { labels })),
  ];
  assertEquals(applyAll(cache, events(14, ...news)), []);
  assertEquals(applyAll(cache, events(16, deleted(secret("a", 15)), added(secret("a", 16, { uid: "new", labels })))), [
    "event default/a ->16",
  ]);
});

Deno.test("a write that deleted an object hides earlier objects with its name that the watch has yet to show", () => {
  const ended = stored(secret("a", 20, { deletionTimestamp: "2024-01-01T00:00:00Z" }));
  const cache = new ObjectCache();
  applyAll(cache, listed(7));
  assertEquals(cache.overlay(ended), []);
  assertEquals(
    applyAll(cache, events(11, added(secret("a", 10, { uid: "first" })), modified(secret("a", 11, { uid: "first" })))),
    [],
  );
  const other = new ObjectCache();
  applyAll(other, listed(7, secret("a", 5, { uid: "first" })));
  assertEquals(other.overlay(ended).map(show), ["write default/a 5>-"]);
});

Deno.test("a list with another object under the same name removes the known one, even if the other one is hidden", () => {
  const cache = filled();
  assertEquals(cache.overlay(gone("a", "another")), []);
  assertEquals(applyAll(cache, listed(9, secret("a", 8, { uid: "another" }), secret("b", 6))), [
    "relist default/a 5>-",
  ]);
});

Deno.test("the end of an object is not that of the one in its place, also where versions cannot be compared", () => {
  const cache = filled();
  cache.overlay(stored(secret("a", "zz", { uid: "new" })));
  assertEquals(applyAll(cache, events(8, deleted(secret("a", 8)))), []);
  assertEquals(cache.get("default/a")?.metadata.uid, "new");
});

Deno.test("a live read is overlaid by the same rule as a write", () => {
  const cache = filled();
  assertEquals(cache.observeLive({ object: secret("a", 9) }).map(show), ["live default/a 5>9"]);
  assertEquals(cache.observeLive({ object: secret("a", 8) }), []);
  assertEquals(applyAll(cache, events(8, modified(secret("a", 8)))), []);
  assertEquals(cache.observeLive({ gone: { namespace: "default", name: "b" }, uid: "uid-b" }).map(show), [
    "live default/b 6>-",
  ]);
  assertEquals(cache.observeLive({ gone: { namespace: "default", name: "a" }, uid: undefined }), []);
});

/** The history of one name: objects made, changed and removed under it, again and again. */
function historyOf(random: (below: number) => number): readonly WatchEvent[] {
  const history: WatchEvent[] = [];
  let uid = 0;
  let last: WatchEvent["type"] = "DELETED";
  for (let version = 1; version < 40; version++) {
    last = last === "DELETED" ? "ADDED" : random(4) === 0 ? "DELETED" : "MODIFIED";
    if (last === "ADDED") uid++;
    history.push({ type: last, object: secret("a", version, { uid: `u${uid}` }) });
  }
  return history;
}

/** Gives a history to a cache in some order, and compares the view with the newest versions given. */
function tellInDisorder(seed: number, parsed: number): void {
  const source = seededRandom(seed);
  const random = (below: number) => Math.floor(source.next() * below);
  const history = historyOf(random);
  const cache = new ObjectCache({ parsed });
  applyAll(cache, listed(0));
  let watched = 0;
  let known = 0;
  const tellEarly = (index: number) => {
    const { type, object } = history[index]!;
    // An object is read before it is deleted.
    if (type === "DELETED") cache.observeLive({ object: history[index - 1]!.object });
    if (type !== "DELETED") cache.overlay(stored(object));
    else if (random(2) === 0) cache.overlay(gone("a", object.metadata.uid));
    else cache.observeLive({ gone: { namespace: "default", name: "a" }, uid: object.metadata.uid });
    known = Math.max(known, index + 1);
  };
  const watchOn = () => {
    const upTo = Math.min(history.length, watched + 1 + random(3));
    applyAll(cache, events(upTo, ...history.slice(watched, upTo)));
    watched = upTo;
    known = Math.max(known, watched);
  };
  const listAgain = () => {
    const shown = history[watched - 1];
    applyAll(cache, listed(watched, ...(shown && shown.type !== "DELETED" ? [shown.object] : [])));
  };
  while (watched < history.length) {
    const next = random(4);
    if (next < 2) tellEarly(random(Math.min(history.length, watched + 8)));
    else if (next === 2) watchOn();
    else listAgain();
    const newest = history[known - 1];
    assertEquals(cache.get("default/a"), newest?.type === "DELETED" ? undefined : newest?.object, `seed ${seed}`);
  }
}

Deno.test("in whatever order the watch, writes and live reads arrive, the view has the newest version", () => {
  for (let seed = 1; seed <= 300; seed++) tellInDisorder(seed, seed % 2);
});
