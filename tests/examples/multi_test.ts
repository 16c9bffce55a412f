import { assertEquals } from "@std/assert";
import { serveController } from "../../mod.ts";
import { claims } from "../../examples/multi/claim.ts";
import { Claim, Pool } from "../../examples/multi/kinds.ts";
import { pools } from "../../examples/multi/pool.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Harness } from "../controller/harness.ts";

const POOL = "licences";

/** Both controllers, and a pool with some seats. */
async function served(seats: number): Promise<Harness> {
  const harness = await Harness.start({ kinds: [Pool, Claim], namespaces: ["other"] });
  harness.adopt(await serveController({ ...harness.surroundings, controllers: [pools, claims] }));
  await harness.create(Pool, { metadata: { name: POOL }, spec: { seats } });
  return harness;
}

async function claim(harness: Harness, name: string, { pool = POOL, namespace = "default" } = {}): Promise<void> {
  await harness.create(Claim, { metadata: { name, namespace }, spec: { pool } });
  await harness.clock.advance(1_000);
}

async function tickets(harness: Harness): Promise<string[]> {
  return (await harness.list(ConfigMap)).map(({ metadata: { namespace, name } }) => `${namespace}/${name}`).sort();
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
  await harness.delete(Claim, "zoe");
  assertEquals(await tickets(harness), ["default/ben"]);
});

Deno.test("a pool that shrinks takes seats back from who came last, and gives them again when it grows", async () => {
  await using harness = await served(3);
  for (const name of ["zoe", "ben", "ann"]) await claim(harness, name);
  await harness.merge(Pool, POOL, { spec: { seats: 1 } });
  assertEquals(await tickets(harness), ["default/zoe"]);
  await harness.merge(Pool, POOL, { spec: { seats: 2 } });
  assertEquals(await tickets(harness), ["default/ben", "default/zoe"]);
});

Deno.test("a claim of a pool that is made later gets its seat then", async () => {
  await using harness = await served(0);
  await claim(harness, "ann", { pool: "later" });
  assertEquals(await tickets(harness), []);
  await harness.create(Pool, { metadata: { name: "later" }, spec: { seats: 1 } });
  await harness.clock.advance(1_000);
  assertEquals(await tickets(harness), ["default/ann"]);
});

Deno.test("a claim that changes to another pool wakes both", async () => {
  await using harness = await served(1);
  await harness.create(Pool, { metadata: { name: "other" }, spec: { seats: 1 } });
  for (const name of ["ann", "ben"]) await claim(harness, name);
  await harness.merge(Claim, "ann", { spec: { pool: "other" } });
  await harness.clock.advance(1_000);
  assertEquals(await tickets(harness), ["default/ann", "default/ben"]);
  assertEquals((await harness.get(Pool, "other"))?.status?.claims, [{ namespace: "default", name: "ann" }]);
});

Deno.test("with all seats given, neither controller writes any more", async () => {
  await using harness = await served(1);
  for (const name of ["ann", "ben"]) await claim(harness, name);
  harness.forget();
  await harness.clock.advance(600_000);
  assertEquals(harness.asked(), []);
});
