import { assert, assertEquals } from "@std/assert";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureTextAndReport, fourWrites } from "./plans.ts";

const HOUR = 3_600_000;

Deno.test("an object reaches its desired state by one change per Run", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: fourWrites, owns: [ConfigMap, Deployment] });
  await harness.createFoo("a", { text: "hello", size: 3 });
  assertEquals(harness.outcomes(), [
    "create ConfigMap default/a",
    "create Deployment default/a",
    "patch Deployment default/a",
    "patch status of Foo default/a",
    "NoOp",
  ]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "hello" });
  assertEquals((await harness.get(Deployment, "a"))?.spec?.replicas, 3);
  assertEquals((await harness.get(Foo, "a"))?.status, { observed: 1 });
});

Deno.test("each change is one request, and looking costs none", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: fourWrites, owns: [ConfigMap, Deployment] });
  await harness.createFoo("a", { text: "hello", size: 3 });
  assertEquals(harness.asked(), [
    "create configmaps 201",
    "create deployments 201",
    "patch deployments a 200",
    "patch foos/status a 200",
  ]);
});

Deno.test("objects that exist before the controller reach their desired state", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", { text: "hello" });
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap] });
  assertEquals(harness.outcomes("default/a").at(-1), "NoOp");
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "hello" });
});

Deno.test("a change of the spec is carried out", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" });
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a", "patch status of Foo default/a", "NoOp"]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "bye" });
  assertEquals((await harness.get(Foo, "a"))?.status, { observed: 2 });
});

Deno.test("an object in its desired state costs one Run and no request when the controller restarts", async () => {
  await using harness = await Harness.start();
  const options = { resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap] };
  const first = await harness.serve(options);
  await harness.createFoo("a", { text: "hello" });
  await harness.settled(first.shutdown());
  harness.forget();
  await harness.serve(options);
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals(harness.asked(), []);
});

Deno.test("in a day at rest only the watches make requests", async () => {
  await using harness = await Harness.start();
  const names = Array.from({ length: 20 }, (_, at) => `foo-${at}`);
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], requeueEvery: "1h" });
  for (const name of names) await harness.createFoo(name, { text: name });
  harness.forget();
  await harness.clock.advance(24 * HOUR);
  assertEquals(harness.asked(), []);
  const watches = harness.requests.records.filter(({ user }) => user === "operator");
  // Each of the two watches is asked for again every 27 to 34 seconds, where it was.
  const each = watches.length / 2;
  assert(each >= 24 * HOUR / 34_000 && each <= 24 * HOUR / 27_000, `${watches.length} watches`);
  assertEquals(harness.logger.at("warn", "error"), []);
});

Deno.test("an object at rest is run again each requeueEvery, and no sooner than nine tenths of it", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], requeueEvery: "1h" });
  await harness.createFoo("a");
  harness.forget();
  await harness.clock.advance(24 * HOUR);
  assert(harness.outcomes().every((outcome) => outcome === "NoOp"));
  assert(harness.reports.length >= 24 && harness.reports.length <= 26, `${harness.reports.length} Runs`);
});

Deno.test("without requeueEvery an object at rest is left alone", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], requeueEvery: false });
  await harness.createFoo("a");
  harness.forget();
  await harness.clock.advance(100 * HOUR);
  assertEquals(harness.outcomes(), []);
});

Deno.test("the plan may be chosen for each object", async () => {
  await using harness = await Harness.start();
  const steps = (object: Foo) => object.spec.size === 0 ? ensureTextAndReport : fourWrites;
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap, Deployment] });
  await harness.createFoo("small", { size: 0 });
  await harness.createFoo("large", { size: 2 });
  assertEquals(await harness.get(Deployment, "small"), undefined);
  assertEquals((await harness.get(Deployment, "large"))?.spec?.replicas, 2);
});
