import { create } from "@staircase/operator";
import { Deployment, Service } from "@staircase/operator/kinds";
import { testHarness } from "@staircase/operator/testing";
import { assertEquals } from "@std/assert";
import { Memo, memos } from "./memo.ts";

const given = [create(Memo, { metadata: { name: "notes" }, spec: { image: "memo:1" } })];

Deno.test("a memo is served, and says where", async () => {
  await using harness = await testHarness({ controllers: [memos], given, deploymentsReadyAfter: "10s" });
  const memo = await harness.cluster.waitFor(Memo, "notes", ({ status }) => status?.ready === 1);
  assertEquals(memo.status?.url, "http://notes.default.svc.cluster.local/");
});

Deno.test("another port reaches Service and Deployment", async () => {
  await using harness = await testHarness({ controllers: [memos], given, deploymentsReadyAfter: "10s" });
  await harness.untilRest();
  await harness.cluster.patch(Memo, "notes", { merge: { spec: { port: 9000 } } });
  await harness.untilRest();
  assertEquals((await harness.cluster.get(Service, "notes"))?.spec?.ports?.[0]?.targetPort, 9000);
  assertEquals(
    (await harness.cluster.get(Deployment, "notes"))?.spec?.template.spec?.containers[0]?.ports?.[0]?.containerPort,
    9000,
  );
});

Deno.test("a memo is not reported before it is ready", async () => {
  await using harness = await testHarness({ controllers: [memos], given });
  await harness.untilRest();
  assertEquals((await harness.cluster.get(Memo, "notes"))?.status, undefined);
  assertEquals(harness.runs.at(-1)?.result.outcome, "Stopped");
});
