import { assertEquals } from "@std/assert";
import { create } from "../../mod.ts";
import { claims } from "../../examples/multi/claim.ts";
import { Claim, Pool } from "../../examples/multi/kinds.ts";
import { pools } from "../../examples/multi/pool.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { type TestHarness, testHarness } from "../../lib/testing/mod.ts";

const POOL = "licences";

/** Both controllers, and a pool with some seats. */
async function served(seats: number): Promise<TestHarness> {
  const given = [create(Pool, { metadata: { name: POOL }, spec: { seats } })];
  return await testHarness({ controllers: [pools, claims], namespaces: ["other"], given });
}

async function claim(harness: TestHarness, name: string, { pool = POOL, namespace = "default" } = {}): Promise<void> {
  await harness.cluster.create(Claim, { metadata: { name, namespace }, spec: { pool } });
  await harness.advance("1s");
}

async function tickets(harness: TestHarness): Promise<string[]> {
  return (await harness.cluster.list(ConfigMap, { namespace: "*" })).map(({ metadata: { namespace, name } }) =>
    `${namespace}/${name}`
  ).sort();
}

Deno.test("claims of any namespace get seats while there are some, in the order in which they came", async () => {
  await using harness = await served(2);
  await claim(harness, "zoe");
  await claim(harness, "ann", { namespace: "other" });
  await claim(harness, "ben");
  assertEquals(await tickets(harness), ["default/zoe", "other/ann"]);
});

Deno.test("a seat that becomes free goes to who has waited longest, without anybody asking again", async () => {
  await using harness = await served(1);
  for (const name of ["zoe", "ben", "ann"]) await claim(harness, name);
  await harness.cluster.delete(Claim, "zoe");
  assertEquals(await tickets(harness), ["default/ben"]);
});

Deno.test("a pool that shrinks takes seats back from who came last, and gives them again when it grows", async () => {
  await using harness = await served(3);
  for (const name of ["zoe", "ben", "ann"]) await claim(harness, name);
  await harness.cluster.patch(Pool, POOL, { merge: { spec: { seats: 1 } } });
  assertEquals(await tickets(harness), ["default/zoe"]);
  await harness.cluster.patch(Pool, POOL, { merge: { spec: { seats: 2 } } });
  assertEquals(await tickets(harness), ["default/ben", "default/zoe"]);
});

Deno.test("a claim of a pool that is made later gets its seat then", async () => {
  await using harness = await served(0);
  await claim(harness, "ann", { pool: "later" });
  assertEquals(await tickets(harness), []);
  await harness.cluster.create(Pool, { metadata: { name: "later" }, spec: { seats: 1 } });
  await harness.advance("1s");
  assertEquals(await tickets(harness), ["default/ann"]);
});

Deno.test("a claim that changes to another pool wakes both", async () => {
  await using harness = await served(1);
  await harness.cluster.create(Pool, { metadata: { name: "other" }, spec: { seats: 1 } });
  for (const name of ["ann", "ben"]) await claim(harness, name);
  await harness.cluster.patch(Claim, "ann", { merge: { spec: { pool: "other" } } });
  await harness.advance("1s");
  assertEquals(await tickets(harness), ["default/ann", "default/ben"]);
  assertEquals((await harness.cluster.get(Pool, "other"))?.status?.claims, [{ namespace: "default", name: "ann" }]);
});

Deno.test("with all seats given, neither controller writes any more", async () => {
  await using harness = await served(1);
  for (const name of ["ann", "ben"]) await claim(harness, name);
  harness.forget();
  await harness.advance("10m");
  assertEquals(harness.written(), []);
});
