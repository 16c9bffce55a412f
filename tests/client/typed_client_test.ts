import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError, installCrd, isConflict, isNotFound, kindOf, type KubeObject } from "../../mod.ts";
import { TypedClient } from "../../lib/client/mod.ts";
import { ConnectionError } from "../../lib/doors/errors.ts";
import { ConfigMap, Deployment, Namespace, Secret } from "../../lib/kube/kinds/mod.ts";
import { EmbeddedCluster, StatusError } from "../../lib/testing/mod.ts";
import { broken, unreachable } from "../controller/faults.ts";
import { Foo, Zone } from "../controller/resources.ts";

Deno.test("an object of a cluster-scoped kind needs no namespace, and is refused one", async () => {
  using cluster = new EmbeddedCluster();
  await installCrd(cluster, Zone);
  await cluster.create(Zone, { metadata: { name: "z" }, spec: {} });
  assertEquals((await cluster.list(Zone)).map(({ metadata }) => metadata.name), ["z"]);
  assertEquals((await cluster.list(Zone, { namespace: "*" })).length, 1);
  const there = { namespace: "default" };
  const asks = [
    () => cluster.get(Zone, "z", there),
    () => cluster.list(Zone, there),
    () => cluster.create(Zone, { metadata: { name: "y" }, spec: {} }, there),
    () => cluster.patch(Zone, { name: "z", ...there }, { merge: { spec: {} } }),
    () => cluster.delete(Zone, "z", there),
    () => cluster.waitFor(Zone, "z", () => true, there),
  ];
  for (const ask of asks) await assertRejects(ask, TypeError, "cluster-scoped", String(ask));
});

Deno.test("a namespace that is not there is an error of the API server, in plain words", async () => {
  using cluster = new EmbeddedCluster();
  const ask = () => cluster.create(ConfigMap, { metadata: { name: "a" } }, { namespace: "nowhere" });
  const error = await assertRejects(ask, ApiError);
  assertStringIncludes(error.message, `Cannot create ConfigMap nowhere/a as the API server answered 404 NotFound`);
});

Deno.test("the namespace is the object's, else the one given, else the client's", async () => {
  using cluster = new EmbeddedCluster({ namespaces: ["a", "b", "c"] });
  const client = new TypedClient(cluster, { namespace: "a" });
  const made = await Promise.all([
    client.create(ConfigMap, { metadata: { name: "x" } }),
    client.create(ConfigMap, { metadata: { name: "x" } }, { namespace: "b" }),
    client.create(ConfigMap, { metadata: { name: "x", namespace: "c" } }, { namespace: "b" }),
  ]);
  assertEquals(made.map(({ metadata }) => metadata.namespace), ["a", "b", "c"]);
  assertEquals((await client.list(ConfigMap, { namespace: "*" })).length, 3);
  assertEquals((await client.list(ConfigMap)).length, 1);
  assertEquals(await cluster.get(ConfigMap, "x"), undefined);
});

for (const name of ["", ".", "..", "a/b", "%2e", "a/../b"]) {
  Deno.test(`a name that is no part of a path is refused before anything is sent: ${JSON.stringify(name)}`, async () => {
    using cluster = new EmbeddedCluster();
    let asked = 0;
    cluster.onRequest(() => asked++);
    for (
      const ask of [
        () => cluster.get(ConfigMap, name),
        () => cluster.delete(ConfigMap, name),
        () => cluster.patch(ConfigMap, name, { merge: { data: {} } }),
        () => cluster.waitFor(ConfigMap, name, () => true),
      ]
    ) await assertRejects(ask, TypeError);
    assertEquals(asked, 0);
  });
}

Deno.test("names that no object has are not there, and none of them means another object", async () => {
  using cluster = new EmbeddedCluster();
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  for (const name of ["a?x=1", "a#b", "A", "ä", "a b", "constructor", "__proto__"]) {
    assertEquals(await cluster.get(ConfigMap, name), undefined);
    const error = await assertRejects(() => cluster.delete(ConfigMap, name), ApiError);
    assert(isNotFound(error), name);
  }
});

Deno.test("a list of thousands comes page by page, whole, also when its pages expire", async () => {
  using cluster = new EmbeddedCluster();
  for (let at = 0; at < 1_200; at++) await cluster.create(ConfigMap, { metadata: { name: `m-${at}` } });
  const pages: (string | null)[] = [];
  cluster.intercept({
    before: ({ verb, query }) => void (verb === "list" && pages.push(query.get("limit"))),
    after: ({ verb }) => void (verb === "list" && pages.length === 4 && cluster.compact()),
  });
  const names = async () => new Set((await cluster.list(ConfigMap)).map(({ metadata }) => metadata.name)).size;
  assertEquals([await names(), pages], [1_200, ["500", "500", "500"]]);
  await cluster.create(ConfigMap, { metadata: { name: "one-more" } });
  assertEquals(await names(), 1_201);
});

Deno.test("what comes back is its caller's own: changed and replaced, it is what the cluster has", async () => {
  using cluster = new EmbeddedCluster();
  const made = await cluster.create(ConfigMap, { metadata: { name: "a" }, data: { color: "blue" } });
  made.data = { color: "red" };
  await cluster.replace(ConfigMap, made);
  assertEquals((await cluster.get(ConfigMap, "a"))?.data, { color: "red" });
  const error = await assertRejects(() => cluster.replace(ConfigMap, made), ApiError);
  assert(isConflict(error));
});

Deno.test("an object that was read is that very object: another one of its name is neither patched nor deleted", async () => {
  using cluster = new EmbeddedCluster();
  await installCrd(cluster, Foo);
  const old = await cluster.create(Foo, { metadata: { name: "a" }, spec: {} });
  await cluster.delete(Foo, "a");
  await cluster.create(Foo, { metadata: { name: "a" }, spec: {} });
  const asks = [
    () => cluster.patch(Foo, old, { merge: { spec: { size: 1 } } }),
    () => cluster.patch(Foo, old, { json: [{ op: "add", path: "/spec/size", value: 1 }] }),
    () => cluster.patchStatus(Foo, old, { phase: "x" }),
    () => cluster.delete(Foo, old),
    () => cluster.delete(Foo, { name: "a", uid: old.metadata.uid }),
  ];
  for (const ask of asks) await assertRejects(ask, ApiError);
  const { spec, status } = (await cluster.get(Foo, "a"))!;
  assertEquals([spec, status], [{}, undefined]);
  await cluster.waitUntilGone(Foo, old);
});

Deno.test("a write leaves once: one that may have been carried out is not sent again, a read is", async () => {
  using cluster = new EmbeddedCluster();
  const asked: string[] = [];
  using _lost = cluster.intercept({
    after: ({ verb }) => {
      asked.push(verb);
      if (asked.length === 1 || verb === "get" && asked.length === 2) throw broken();
    },
  });
  const error = await assertRejects(() => cluster.create(ConfigMap, { metadata: { name: "a" } }), ConnectionError);
  assertEquals([error.sent, asked], ["unknown", ["create"]]);
  assertEquals((await cluster.get(ConfigMap, "a"))?.metadata.name, "a");
  assertEquals(asked, ["create", "get", "get"]);
});

Deno.test("a write that certainly did not get there is sent again", async () => {
  using cluster = new EmbeddedCluster();
  let tries = 0;
  using _away = cluster.intercept(() => {
    if (tries++ === 0) throw unreachable();
  });
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  assertEquals(tries, 2);
});

Deno.test("fields of two managers: the second is refused unless by force, and takes them over then", async () => {
  using cluster = new EmbeddedCluster();
  const config = (color: string) => ({ metadata: { name: "a" }, data: { color } });
  await cluster.apply(ConfigMap, config("blue"), { fieldManager: "ann" });
  const error = await assertRejects(() => cluster.apply(ConfigMap, config("red"), { fieldManager: "ben" }), ApiError);
  assert(isConflict(error), error.message);
  assertStringIncludes(error.message, "ann");
  const taken = await cluster.apply(ConfigMap, config("red"), { fieldManager: "ben", force: true });
  assertEquals(taken.data, { color: "red" });
});

Deno.test("dependents go with their owner, or stay, as the deletion says", async () => {
  using cluster = new EmbeddedCluster();
  const owner = await cluster.create(ConfigMap, { metadata: { name: "owner" } });
  const { uid } = owner.metadata;
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }];
  await cluster.create(Secret, { metadata: { name: "dependent", ownerReferences } });
  await cluster.delete(ConfigMap, owner, { propagation: "Orphan" });
  await cluster.waitUntilGone(ConfigMap, owner);
  assertEquals((await cluster.get(Secret, "dependent"))?.metadata.ownerReferences, undefined);
});

Deno.test("a deletion may insist on the version that was read", async () => {
  using cluster = new EmbeddedCluster();
  const made = await cluster.create(ConfigMap, { metadata: { name: "a" } });
  const { resourceVersion } = made.metadata;
  await cluster.patch(ConfigMap, made, { merge: { data: { a: "b" } } });
  const error = await assertRejects(() => cluster.delete(ConfigMap, made, { resourceVersion }), ApiError);
  assert(isConflict(error));
});

Deno.test("a kind that the cluster does not know is no missing object", async () => {
  using cluster = new EmbeddedCluster();
  const Unknown = kindOf<KubeObject>({ group: "example.dev", version: "v1", kind: "Unknown", plural: "unknowns" });
  for (
    const ask of [
      () => cluster.get(Unknown, "a"),
      () => cluster.list(Unknown),
      () => cluster.waitFor(Unknown, "a", () => true),
    ]
  ) {
    await assertRejects(ask, ApiError, "it does not know unknowns of example.dev/v1");
  }
});

Deno.test("a signal ends what it was given to, before and while it is asked", async () => {
  using cluster = new EmbeddedCluster();
  const over = AbortSignal.abort(new Error("enough"));
  for (
    const ask of [
      () => cluster.get(ConfigMap, "a", { signal: over }),
      () => cluster.list(ConfigMap, { signal: over }),
      () => cluster.create(ConfigMap, { metadata: { name: "a" } }, { signal: over }),
      () => cluster.waitFor(ConfigMap, "a", () => true, { signal: over }),
    ]
  ) await assertRejects(ask, Error, "enough");
  assertEquals(await cluster.list(ConfigMap), []);
  const later = new AbortController();
  const waiting = cluster.waitFor(ConfigMap, "a", () => true, { signal: later.signal });
  later.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  assertEquals(cluster.watches.count, 0);
});

Deno.test("another user's client is typed as well, and is known by its name", async () => {
  using cluster = new EmbeddedCluster();
  const users: string[] = [];
  cluster.onRequest(({ user }) => users.push(user));
  await cluster.client("ann").create(Namespace, { metadata: { name: "hers" } });
  assertEquals(users, ["ann"]);
});

Deno.test("no error about a Secret repeats its data", async () => {
  using cluster = new EmbeddedCluster();
  using _webhook = cluster.admit(Secret, ({ object }) => {
    throw new StatusError(422, "Invalid", `Invalid value: ${JSON.stringify(object)}`);
  });
  const data = { password: btoa("hunter2") };
  const error = await assertRejects(() => cluster.create(Secret, { metadata: { name: "a" }, data }), ApiError);
  assertInstanceOf(error, ApiError);
  assertEquals(error.message.includes(data.password), false, error.message);
});

Deno.test("a strategic patch merges lists by their keys", async () => {
  using cluster = new EmbeddedCluster();
  const labels = { app: "web" };
  const container = (name: string) => ({ name, image: "web" });
  const template = { metadata: { labels }, spec: { containers: [container("one")] } };
  await cluster.create(Deployment, {
    metadata: { name: "web" },
    spec: { selector: { matchLabels: labels }, template },
  });
  const strategic = { spec: { template: { spec: { containers: [container("two")] } } } };
  const patched = await cluster.patch(Deployment, "web", { strategic });
  assertEquals(patched.spec?.template.spec?.containers.map(({ name }) => name).sort(), ["one", "two"]);
  await assertRejects(
    () => cluster.patch(Deployment, "web", {} as never),
    TypeError,
    "exactly one of merge, json and strategic",
  );
});
