import { assertEquals } from "@std/assert";
import { type CacheChange, ObjectCache, ownerTrigger, selfTrigger } from "../../lib/watch/mod.ts";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { generationChanged } from "../../lib/watch/mod.ts";
import { added, deleted, modified, secret } from "./fixture.ts";

/** Each cache is tried with objects that stay parsed, and with texts. */
const SIZES = [10_000, 0];

function list(cache: ObjectCache, version: number, objects: readonly KubeObject[], restored?: true) {
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects });
  return cache.apply({ type: "synced", resourceVersion: String(version), ...(restored && { restored }) });
}

const show = ({ source, key, before, after }: CacheChange) =>
  `${source} ${key} ${before?.metadata.resourceVersion ?? "-"}>${after?.metadata.resourceVersion ?? "-"}`;

const stored = (object: KubeObject) => ({ object });

Deno.test("a list of a restored server replaces everything: missing objects are gone, older versions win", () => {
  for (const parsed of SIZES) {
    const cache = new ObjectCache({ parsed });
    list(cache, 1_000, [secret("a", 900), secret("b", 300), secret("c", 950)]);
    const changes = list(cache, 500, [secret("a", 400), secret("b", 300), secret("d", 450)], true);
    assertEquals(cache.list().map(({ metadata: { name, resourceVersion } }) => name + resourceVersion).sort(), [
      "a400",
      "b300",
      "d450",
    ]);
    assertEquals(changes.map(show), [
      "relist default/c 950>-",
      "relist default/a 900>-",
      "relist default/a ->400",
      "relist default/b ->300",
      "relist default/d ->450",
    ]);
    assertEquals(cache.resourceVersion, "500");
  }
});

Deno.test("every object of a restored server is run, and every owner before and after, whatever the predicate compares", () => {
  const Foo = kindOf({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
  const owned = (uid: string) => ({
    generation: 1,
    ownerReferences: [{ apiVersion: "example.dev/v1", kind: "Foo", name: uid, uid, controller: true }],
  });
  const cache = new ObjectCache();
  list(cache, 1_000, [secret("a", 900, owned("old")), secret("b", 300, owned("same"))]);
  const changes = list(cache, 500, [secret("a", 400, owned("new")), secret("b", 300, owned("same"))], true);
  const keys = (trigger: ReturnType<typeof selfTrigger>) => [
    ...new Set(changes.flatMap((change) => trigger(change).keys.map(({ key }) => key))),
  ];
  assertEquals(keys(selfTrigger(generationChanged)), ["default/a", "default/b"]);
  assertEquals(keys(ownerTrigger(Foo)), ["default/old", "default/new", "default/same"]);
});

Deno.test("a known version number of a restored server may have other content, which then wins", () => {
  for (const parsed of SIZES) {
    const cache = new ObjectCache({ parsed });
    list(cache, 1_000, [secret("a", 450, { labels: { was: "here" } }), secret("b", 440)]);
    const changes = list(cache, 500, [secret("a", 450, { labels: { now: "here" } }), secret("b", 440)], true);
    assertEquals(cache.get("default/a")?.metadata.labels, { now: "here" });
    assertEquals(cache.list({ labels: "now" }).length, 1);
    assertEquals(changes.map(show), [
      "relist default/a 450>-",
      "relist default/a ->450",
      "relist default/b ->440",
    ]);
  }
});

Deno.test("deletions from before a restore hide nothing after it", () => {
  const cache = new ObjectCache({ accepts: ({ metadata }) => metadata.labels?.app === "web" });
  const labels = { app: "web" };
  list(cache, 1_000, [secret("a", 900, { labels }), secret("b", 900, { labels })]);
  cache.overlay({ gone: { namespace: "default", name: "a" }, uid: "uid-a" });
  cache.overlay(stored(secret("b", 1_010)));
  assertEquals(cache.size, 0);
  list(cache, 500, [secret("a", 400, { labels }), secret("b", 400, { labels })], true);
  assertEquals(cache.size, 2);
});

Deno.test("writes, live reads and events after a restore are compared with its versions", () => {
  const cache = new ObjectCache();
  list(cache, 1_000, [secret("a", 900), secret("b", 900)]);
  list(cache, 500, [secret("a", 400), secret("b", 400)], true);
  assertEquals(cache.overlay(stored(secret("a", 510))).map(show), ["write default/a 400>510"]);
  assertEquals(cache.observeLive({ object: secret("b", 505) }).map(show), ["live default/b 400>505"]);
  const events = [
    modified(secret("b", 505)),
    modified(secret("a", 506)),
    added(secret("c", 507)),
    deleted(secret("b", 508)),
  ];
  assertEquals(cache.apply({ type: "events", events, resourceVersion: "508" }).map(show), [
    "event default/c ->507",
    "event default/b 505>-",
  ]);
  assertEquals(list(cache, 520, [secret("a", 510), secret("c", 507)]), []);
});

Deno.test("writes during the list of a restored server do not remove anything of it", () => {
  for (const parsed of SIZES) {
    const cache = new ObjectCache({ parsed });
    list(cache, 1_000, [secret("a", 300), secret("b", 301)]);
    cache.apply({ type: "init" });
    cache.apply({ type: "page", objects: [secret("a", 300), secret("b", 301)] });
    cache.overlay(stored(secret("a", 1_010)));
    cache.overlay({ gone: { namespace: "default", name: "b" }, uid: "uid-b" });
    cache.apply({ type: "synced", resourceVersion: "500", restored: true });
    assertEquals(cache.list().map(({ metadata }) => metadata.resourceVersion).sort(), ["300", "301"]);
    assertEquals(cache.get("default/b"), secret("b", 301));
  }
});

Deno.test("a known version with other content in a list wins, restored or not; another order of fields is not a change", () => {
  for (const parsed of SIZES) {
    const cache = new ObjectCache({ parsed });
    const { apiVersion, kind, metadata } = secret("a", 300);
    list(cache, 400, [secret("a", 300), secret("b", 301)]);
    assertEquals(list(cache, 500, [{ metadata, apiVersion, kind }, secret("b", 301)]), []);
    assertEquals(list(cache, 500, [secret("a", 300, { generation: 1 }), secret("b", 301)]).map(show), [
      "relist default/a 300>300",
    ]);
    assertEquals(cache.get("default/a")?.metadata.generation, 1);
  }
});
