/** An owned kind in a cluster that is full of unrelated objects of that kind. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { create, defineSteps, patch, watchKind } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness, type ServedOptions } from "./harness.ts";

/** More than is held whole, in few objects. */
const LARGE = "x".repeat(400_000);

/** A cluster with ConfigMaps of nobody, `foreign-0` and so on. */
async function fullCluster(count: number, data = LARGE): Promise<Harness> {
  const harness = await Harness.start();
  for (let i = 0; i < count; i++) {
    await harness.create(ConfigMap, { metadata: { name: `foreign-${i}`, labels: { app: "foreign" } }, data: { data } });
  }
  return harness;
}

const quiet = (harness: Harness) => {
  harness.forget();
  return harness.asked;
};

/** Copies what the ConfigMap says that the spec names, into one of the object's own. */
const copying = defineSteps(Foo)
  .observe("read what is named", async ({ kube, object }) => await kube.get(ConfigMap, object.spec.text!))
  .change("make the copy", async ({ kube, object }, source) => {
    const { name } = object.metadata;
    if (await kube.get(ConfigMap, name)) return undefined;
    return create(ConfigMap, { metadata: { name }, data: { length: `${source?.data?.["data"]?.length}` } });
  });

async function serving(harness: Harness, steps: ServedOptions<Foo>["steps"], more: Partial<ServedOptions<Foo>> = {}) {
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], ...more });
  harness.forget();
}

Deno.test("an object of nobody that a step asks for is read from the API server once, whole, and then from the cache", async () => {
  await using harness = await fullCluster(12);
  await serving(harness, copying);
  await harness.createFoo("a", { text: "foreign-9" });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["get configmaps foreign-9 200", "create configmaps 201"]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { length: "400000" });
  quiet(harness);
  await harness.createFoo("b", { text: "foreign-9" });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["create configmaps 201"]);
  // What is asked for stays, in whatever version.
  await harness.merge(ConfigMap, "foreign-9", { data: { data: "short" } });
  quiet(harness);
  await harness.createFoo("c", { text: "foreign-9" });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["create configmaps 201"]);
  assertEquals((await harness.get(ConfigMap, "c"))?.data, { length: "5" });
});

Deno.test("a missing object causes no request, however full the cluster is", async () => {
  await using harness = await fullCluster(12);
  await serving(harness, copying);
  await harness.createFoo("a", { text: "no-such" });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["create configmaps 201"]);
});

Deno.test("while unrelated objects are small, nothing is requested", async () => {
  await using harness = await fullCluster(12, "small");
  await serving(harness, copying);
  await harness.createFoo("a", { text: "foreign-9" });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["create configmaps 201"]);
});

Deno.test("where another controller watches the kind, all is held whole: its mapping is told of whole objects", async () => {
  const lengths: number[] = [];
  await using harness = await fullCluster(12);
  const watched = watchKind(ConfigMap, {
    map: ({ data }) => {
      lengths.push(data?.["data"]?.length ?? 0);
      return [];
    },
  });
  await serving(harness, copying, { watches: [watched] });
  assertEquals(lengths.filter((length) => length === LARGE.length).length, 12);
});

Deno.test("a dependent that loses its owner reference is found again, adopted, and made only once", async () => {
  await using harness = await fullCluster(12);
  const steps = defineSteps(Foo).change("make or adopt it", async ({ kube, object }) => {
    const { name, uid } = object.metadata;
    const found = await kube.get(ConfigMap, `of-${name}`);
    if (!found) return create(ConfigMap, { metadata: { name: `of-${name}` }, data: { data: LARGE } });
    if (found.metadata.ownerReferences?.some((owner) => owner.uid === uid)) return undefined;
    const owner = { apiVersion: "example.dev/v1", kind: "Foo", name, uid, controller: true };
    return patch(ConfigMap, found, { merge: { metadata: { ownerReferences: [owner] } } });
  });
  await serving(harness, steps);
  await harness.createFoo("a");
  await harness.clock.settle();
  quiet(harness);
  await harness.merge(ConfigMap, "of-a", { metadata: { ownerReferences: null } });
  await harness.clock.settle();
  assertEquals(harness.asked(), ["get configmaps of-a 200", "patch configmaps of-a 200"]);
  const { metadata, data } = (await harness.get(ConfigMap, "of-a"))!;
  assertEquals([metadata.ownerReferences?.[0]?.kind, data?.["data"]?.length], ["Foo", LARGE.length]);
});

Deno.test("a list by labels is whole: many are listed once, a new one is read by itself, and then nobody is asked", async () => {
  await using harness = await fullCluster(20);
  const counts: number[] = [];
  const steps = defineSteps(Foo).observe("count", async ({ kube }) => {
    const found = await kube.list(ConfigMap, { labels: { app: "foreign" } });
    counts.push(found.filter(({ data }) => data?.["data"] === LARGE).length);
    return undefined;
  });
  await serving(harness, steps);
  const run = async () => {
    quiet(harness);
    await harness.createFoo(`foo-${counts.length}`);
    await harness.clock.settle();
    return harness.requests.records.filter(({ user, verb }) => user === "operator" && verb !== "watch").map((
      { verb },
    ) => verb);
  };
  assertEquals(await run(), ["list"]);
  assertEquals(await run(), []);
  await harness.create(ConfigMap, { metadata: { name: "new", labels: { app: "foreign" } }, data: { data: LARGE } });
  assertEquals(await run(), ["get"]);
  assertEquals(await run(), []);
  assertEquals(counts, [20, 20, 21, 21]);
});

Deno.test("a kind with mostly unrelated objects is logged once, with its size and a selector that would help", async () => {
  await using harness = await fullCluster(45);
  await serving(harness, copying);
  await harness.clock.advance(600_000);
  const warnings = harness.logger.entries.filter(({ level }) => level === "warn");
  assertEquals(warnings.length, 1, JSON.stringify(warnings));
  const [{ message, fields }] = warnings as [typeof warnings[number]];
  assertMatch(message, /^45 ConfigMap objects are not this operator's: 1[78] MiB of JSON, which each start reads/);
  assertMatch(message, /labelSelector.*app\.kubernetes\.io\/managed-by=foos\.example\.dev/);
  assertEquals([fields["kind"], fields["objects"]], ["ConfigMap", 45]);
  assert(!message.includes("xxx"));
});

Deno.test("nothing is logged if there are few unrelated objects, or a selector excludes them", async () => {
  await using harness = await fullCluster(45);
  const owns = [{ kind: ConfigMap, labelSelector: { app: "mine" } }];
  await serving(harness, copying, { owns });
  await harness.clock.advance(600_000);
  assertEquals(harness.logger.entries.filter(({ level }) => level === "warn"), []);
});
