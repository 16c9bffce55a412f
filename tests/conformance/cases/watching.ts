/** Watching: where it starts, what it tells, how it ends. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answered, fails } from "../api.ts";
import { type Case, define, definition, type Target, undefine, unique } from "../target.ts";

function make(t: Target, name: string, labels: Record<string, string> = {}): Promise<Answered> {
  return t.api.create(t.core("secrets"), { metadata: { name, labels } });
}

const BOOKMARKS = { allowWatchBookmarks: "true" };

export const WATCHING: readonly Case[] = [
  {
    name: "a watch from a version tells what happened after it, in order",
    async run(t) {
      await make(t, "before");
      const { metadata } = await t.api.get(t.core("secrets"));
      await make(t, "a");
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion: metadata.resourceVersion });
      await t.api.patch(t.core("secrets", "a"), "merge", { metadata: { labels: { x: "y" } } });
      await t.api.delete(t.core("secrets", "a"));
      await make(t, "b");
      assertEquals(await events.names(4), ["ADDED a", "MODIFIED a", "DELETED a", "ADDED b"]);
    },
  },
  {
    name: "events show the object with kind and version, as it is after the change",
    async run(t) {
      const { metadata } = await t.api.get(t.core("secrets"));
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion: metadata.resourceVersion });
      const created = await make(t, "a");
      assertEquals(await events.next(), { type: "ADDED", object: created });
      const patched = await t.api.patch(t.core("secrets", "a"), "merge", { metadata: { labels: { x: "y" } } });
      assertEquals(await events.next(), { type: "MODIFIED", object: patched });
    },
  },
  {
    name: "a deletion has a version of its own, greater than that of the object",
    async run(t) {
      const created = await make(t, "a");
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion: created.metadata.resourceVersion });
      await t.api.delete(t.core("secrets", "a"));
      const { type, object } = (await events.next())!;
      assertEquals([type, object.metadata.uid], ["DELETED", created.metadata.uid]);
      assert(Number(object.metadata.resourceVersion) > Number(created.metadata.resourceVersion));
    },
  },
  {
    name: "with a finalizer, a deletion is first a change and then a deletion",
    async run(t) {
      const body = { metadata: { name: "a", finalizers: ["example.dev/a"] } };
      const { metadata: { resourceVersion } } = await t.api.create(t.core("secrets"), body);
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion });
      await t.api.delete(t.core("secrets", "a"));
      await t.api.patch(t.core("secrets", "a"), "merge", { metadata: { finalizers: null } });
      assertEquals(await events.names(2), ["MODIFIED a", "DELETED a"]);
    },
  },
  {
    name: "without a version, and with version 0, a watch begins with what is there",
    async run(t) {
      await make(t, "a");
      await make(t, "b");
      // Brings the cache of a real server up to date.
      const { metadata } = await t.api.get(t.core("secrets"));
      await t.api.get(t.core("secrets"), { resourceVersion: metadata.resourceVersion });
      for (const query of [{}, { resourceVersion: "0" }] as Record<string, string>[]) {
        await using events = await t.api.watch(t.core("secrets"), query);
        assertEquals((await events.names(2)).sort(), ["ADDED a", "ADDED b"]);
      }
    },
  },
  {
    name: "a write that changes nothing is told to nobody",
    async run(t) {
      const created = await make(t, "a");
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion: created.metadata.resourceVersion });
      await t.api.update(t.core("secrets", "a"), created);
      await t.api.patch(t.core("secrets", "a"), "merge", {});
      await make(t, "marker");
      assertEquals(await events.names(1), ["ADDED marker"]);
    },
  },
  {
    name: "a watch ends in order after timeoutSeconds",
    async run(t) {
      await using events = await t.api.watch(t.core("secrets"), { timeoutSeconds: "1" });
      assertEquals(await events.next(), undefined);
    },
  },
  {
    name: "sendInitialEvents tells what is there, then a marked bookmark, then what happens",
    async run(t) {
      await make(t, "a");
      const query = { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", ...BOOKMARKS };
      await using events = await t.api.watch(t.core("secrets"), query);
      assertEquals(await events.names(1), ["ADDED a"]);
      const { type, object } = (await events.next())!;
      assertEquals([type, object.kind, object.apiVersion], ["BOOKMARK", "Secret", "v1"]);
      assertEquals(object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
      assertMatch(object.metadata.resourceVersion, /^\d+$/);
      await make(t, "b");
      assertEquals(await events.names(1), ["ADDED b"]);
    },
  },
  {
    name: "sendInitialEvents takes a version as a minimum",
    async run(t) {
      const { metadata: { resourceVersion } } = await make(t, "a");
      const query = { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan", resourceVersion, ...BOOKMARKS };
      await using events = await t.api.watch(t.core("secrets"), query);
      assertEquals(await events.names(1), ["ADDED a"]);
      const bookmark = (await events.next())!;
      assert(Number(bookmark.object.metadata.resourceVersion) >= Number(resourceVersion));
    },
  },
  {
    name: "sendInitialEvents and resourceVersionMatch need each other",
    async run(t) {
      const path = t.core("secrets");
      const alone = await fails(422, "Invalid", t.api.watch(path, { sendInitialEvents: "true" }));
      assertMatch(alone.message, /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan$/);
      const match = await fails(422, "Invalid", t.api.watch(path, { resourceVersionMatch: "NotOlderThan" }));
      assertMatch(match.message, /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided$/);
    },
  },
  {
    name: "an object that begins to match is ADDED, one that ceases to is DELETED",
    async run(t) {
      await make(t, "always", { app: "x" });
      await make(t, "other", { app: "y" });
      const { metadata: { resourceVersion } } = await t.api.get(t.core("secrets"));
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion, labelSelector: "app=x" });
      const label = (name: string, app: string) =>
        t.api.patch(t.core("secrets", name), "merge", { metadata: { labels: { app } } });
      await label("other", "x");
      await label("always", "y");
      const left = await label("other", "z");
      await label("always", "x");
      assertEquals(await events.names(2), ["ADDED other", "DELETED always"]);
      const { type, object } = (await events.next())!;
      assertEquals([type, object.metadata.labels], ["DELETED", { app: "x" }]);
      assertEquals(object.metadata.resourceVersion, left.metadata.resourceVersion);
      assertEquals(await events.names(1), ["ADDED always"]);
    },
  },
  {
    name: "one object can be watched by its name",
    async run(t) {
      const { metadata: { resourceVersion } } = await t.api.get(t.core("secrets"));
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion, fieldSelector: "metadata.name=b" });
      await make(t, "a");
      await make(t, "b");
      assertEquals(await events.names(1), ["ADDED b"]);
    },
  },
  {
    name: "a watch of one namespace does not tell of others",
    async run(t) {
      const { metadata: { resourceVersion } } = await t.api.get(t.core("secrets"));
      await using events = await t.api.watch(t.core("secrets"), { resourceVersion });
      await t.api.create("/api/v1/namespaces/default/secrets", { metadata: { name: t.namespace } });
      await t.api.delete(`/api/v1/namespaces/default/secrets/${t.namespace}`);
      await make(t, "a");
      assertEquals(await events.names(1), ["ADDED a"]);
    },
  },
  {
    name: "a watch from before the history begins gets Expired as an event, and ends",
    async run(t) {
      const kind = await define(t.client, definition(`${unique("g")}.dev`, "gadgets", "Gadget"));
      await using events = await t.api.watch(t.grouped(kind.apiVersion, kind.plural), { resourceVersion: "1" });
      const { type, object } = (await events.next())!;
      const { code, reason, message, status } = object;
      assertEquals([type, object.kind, status, code, reason], ["ERROR", "Status", "Failure", 410, "Expired"]);
      assertMatch(message, /^too old resource version: 1 \(\d+\)$/);
      assertEquals(await events.next(), undefined);
      await undefine(t.client, kind);
    },
  },
  {
    name: "metadata alone can be watched",
    async run(t) {
      const { metadata } = await make(t, "a");
      const bytes = await t.client.performRequest({
        ...{ method: "GET", path: t.core("secrets"), expectStream: true },
        querystring: new URLSearchParams({ watch: "1", timeoutSeconds: "1" }),
        accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
      });
      const text = await new Response(bytes).text();
      assertEquals(JSON.parse(text.split("\n")[0]!), {
        type: "ADDED",
        object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata },
      });
    },
  },
  {
    name: "a watch that is aborted ends with the reason",
    async run(t) {
      await make(t, "a");
      const events = await t.api.watch(t.core("secrets"));
      assertEquals(await events.names(1), ["ADDED a"]);
      const next = events.next().then(() => "ended", () => "failed");
      events.abort.abort();
      assertEquals(await next, "failed");
    },
  },
  {
    name: "who watches sees what was there before the write that let an object go",
    async run(t) {
      await t.api.create(t.widget(), { ...t.newWidget("a"), metadata: { name: "a", finalizers: ["example.dev/a"] } });
      const marked = await t.api.delete(t.widget("a"));
      await using events = await t.api.watch(t.widget(), { resourceVersion: marked.metadata.resourceVersion! });
      await t.api.patch(t.widget("a"), "merge", { metadata: { finalizers: null, labels: { last: "1" } } });
      const { type, object } = (await events.next())!;
      assertEquals([type, object.metadata.finalizers, object.metadata.labels], [
        "DELETED",
        ["example.dev/a"],
        undefined,
      ]);
    },
  },
];
