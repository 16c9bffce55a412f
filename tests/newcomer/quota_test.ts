import { create } from "@staircase/operator";
import { Namespace, ResourceQuota } from "@staircase/operator/kinds";
import { testHarness } from "@staircase/operator/testing";
import { assertEquals } from "@std/assert";
import { quotas } from "./quota.ts";

const given = [create(Namespace, { metadata: { name: "blue", labels: { team: "blue" } } })];

Deno.test("a team's namespace has a quota, and no other has", async () => {
  await using harness = await testHarness({ controllers: [quotas], given });
  await harness.untilRest();
  const found = await harness.cluster.list(ResourceQuota, { namespace: "*" });
  assertEquals(found.map(({ metadata, spec }) => [metadata.namespace, spec?.hard]), [["blue", { pods: "20" }]]);
});

Deno.test("a quota that somebody raises, or deletes, comes back", async () => {
  await using harness = await testHarness({ controllers: [quotas], given });
  const { cluster } = harness;
  await harness.untilRest();
  await cluster.patch(ResourceQuota, "team", { merge: { spec: { hard: { pods: "999" } } } }, { namespace: "blue" });
  await harness.untilRest();
  assertEquals((await cluster.get(ResourceQuota, "team", { namespace: "blue" }))?.spec?.hard, { pods: "20" });
  await cluster.delete(ResourceQuota, "team", { namespace: "blue" });
  await harness.untilRest();
  assertEquals((await cluster.get(ResourceQuota, "team", { namespace: "blue" }))?.spec?.hard, { pods: "20" });
});

Deno.test("a namespace that becomes a team's gets its quota then", async () => {
  await using harness = await testHarness({ controllers: [quotas], namespaces: ["red"] });
  await harness.untilRest();
  await harness.cluster.patch(Namespace, "red", { merge: { metadata: { labels: { team: "red" } } } });
  await harness.untilRest();
  assertEquals(harness.outcomes("red"), ["create ResourceQuota red/team", "NoOp"]);
});
