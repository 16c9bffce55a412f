import { assert, assertEquals } from "@std/assert";
import { defineSteps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Gate } from "./gate.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureTextAndReport } from "./plans.ts";

const MANY = 1_000;

async function createMany(harness: Harness, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    await harness.cluster.performRequest({
      method: "POST",
      path: "/apis/example.dev/v1/namespaces/default/foos",
      bodyJson: { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: `foo-${at}` }, spec: {} },
    });
  }
}

/** Serves steps that wait at a gate. */
async function servedWithGate(concurrency?: number): Promise<{ harness: Harness; gate: Gate }> {
  const harness = await Harness.start();
  const gate = new Gate();
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  await harness.serve({ resource: Foo, steps, ...(concurrency && { concurrency }), stepTimeout: "10h" });
  return { harness, gate };
}

for (const [concurrency, expected] of [[undefined, 8], [1, 1], [3, 3]] as const) {
  Deno.test(`at most ${expected} Runs are under way at once when concurrency is ${concurrency ?? "not given"}`, async () => {
    const { harness, gate } = await servedWithGate(concurrency);
    await createMany(harness, 20);
    await harness.clock.settle();
    while (gate.inside.length > 0) {
      assert(gate.inside.length <= expected);
      await gate.letGo(1);
    }
    assertEquals(gate.most, expected);
    assertEquals(new Set(gate.entered).size, 20);
    await harness[Symbol.asyncDispose]();
  });
}

Deno.test("two Runs of one object never overlap, and what came during a Run is run once afterwards", async () => {
  const { harness, gate } = await servedWithGate();
  await harness.createFoo("a", { size: 0 });
  for (let size = 1; size <= 5; size++) await harness.merge(Foo, "a", { spec: { size } });
  assertEquals(gate.inside, ["a"]);
  await gate.letGo();
  assertEquals(gate.inside, ["a"]);
  await gate.letGo();
  assertEquals(gate.inside, []);
  assertEquals(harness.outcomes(), ["NoOp", "NoOp"]);
  await harness[Symbol.asyncDispose]();
});

Deno.test("the next Run sees what came during the last one", async () => {
  await using harness = await Harness.start();
  const gate = new Gate();
  const seen: unknown[] = [];
  const steps = defineSteps(Foo)
    .observe("look", ({ object }) => void seen.push(object.spec.size))
    .observe("work", ({ object }) => gate.pass(object.metadata.name));
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("a", { size: 1 });
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  await harness.merge(Foo, "a", { spec: { size: 3 } });
  await gate.letGo();
  await gate.letGo();
  assertEquals(seen, [1, 3]);
});

Deno.test("one object that takes long keeps no other waiting", async () => {
  const { harness, gate } = await servedWithGate(2);
  await harness.createFoo("slow");
  await harness.createFoo("one");
  gate.entered.length = 0;
  for (const name of ["two", "three"]) {
    await gate.letGoOf("one", "two");
    await harness.createFoo(name);
  }
  await gate.letGoOf("three");
  assertEquals(gate.entered, ["two", "three"]);
  assertEquals(gate.inside, ["slow"]);
  await gate.letGo();
  await harness[Symbol.asyncDispose]();
});

Deno.test("a thousand objects at the start are each brought to rest, and then cost nothing", async () => {
  await using harness = await Harness.start();
  await createMany(harness, MANY);
  harness.forget();
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap] });
  assertEquals(harness.reports.length, 3 * MANY);
  const last = new Map(harness.reports.map(({ key, result }) => [key, result.outcome]));
  assertEquals(last.size, MANY);
  assertEquals(new Set(last.values()), new Set(["NoOp"]));
  assertEquals(harness.written().length, 2 * MANY);
  harness.forget();
  await harness.clock.advance(3_600_000);
  assertEquals(harness.asked(), []);
  assertEquals(harness.reports, []);
});

Deno.test("new events are not delayed by a thousand objects of the first list", async () => {
  await using harness = await Harness.start();
  const gate = new Gate();
  await createMany(harness, MANY);
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  await harness.serve({ resource: Foo, steps, stepTimeout: "10h" });
  await harness.createFoo("live");
  for (let turn = 0; turn < 3 && !gate.entered.includes("live"); turn++) await gate.letGo(8);
  assert(gate.entered.includes("live"), `${gate.entered.length} others went first`);
  while (gate.inside.length > 0) await gate.letGo();
  assertEquals(new Set(gate.entered).size, MANY + 1);
});

Deno.test("the objects of the first list are not starved by new events", async () => {
  await using harness = await Harness.start();
  const gate = new Gate();
  await createMany(harness, 40);
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  await harness.serve({ resource: Foo, steps, concurrency: 1, stepTimeout: "10h" });
  for (let at = 0; at < 10; at++) await harness.createFoo(`live-${at}`);
  // Each live object changes again as soon as it has been run.
  for (let size = 1; size <= 100; size++) {
    const [name] = gate.inside;
    if (name?.startsWith("live")) await harness.merge(Foo, name, { spec: { size } });
    await gate.letGo(1);
  }
  const bulk = gate.entered.filter((name) => name.startsWith("foo"));
  assert(bulk.length >= 100 / 5, `${bulk.length} of the first list`);
  while (gate.inside.length > 0) await gate.letGo();
});
