import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { create, defineController, defineSteps, kindOf, perform, type RunReport } from "../../mod.ts";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { testHarness } from "../../lib/testing/mod.ts";
import { Bar, Foo } from "../controller/resources.ts";

const steps = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change("write the text", ({ object: { metadata: { name }, spec } }, found) => {
    return found ?? create(ConfigMap, { metadata: { name }, data: { text: spec.text ?? "" } });
  })
  .change("report", ({ setStatus }) => setStatus({ phase: "done" }));
const foos = defineController({ resource: Foo, steps, owns: [ConfigMap] });

Deno.test("what is given is there, and the kinds that controllers name are installed", async () => {
  await using harness = await testHarness({
    controllers: [foos],
    given: [
      create(Foo, { metadata: { name: "a" }, spec: { text: "b" } }),
      create(Bar, { metadata: { name: "a" }, spec: {} }),
    ],
  });
  await harness.untilRest();
  assertEquals(harness.outcomes("default/a"), ["create ConfigMap default/a", "patch status of Foo default/a", "NoOp"]);
  assertEquals((await harness.cluster.get(Foo, "a"))?.status, { phase: "done" });
  assertEquals((await harness.cluster.list(Bar)).length, 1);
});

Deno.test("at rest, a minute has passed without anything new, and the operator has asked for nothing more", async () => {
  await using harness = await testHarness({
    controllers: [foos],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  await harness.untilRest();
  const before = harness.clock.monotonic();
  harness.forget();
  await harness.untilRest();
  assertEquals([harness.runs, harness.requests.writes(), harness.clock.monotonic() - before], [[], [], 60_000]);
});

Deno.test("an object that fails again and again is not at rest, and the error has its last failure", async () => {
  const failing = defineSteps(Foo).observe("look", () => {
    throw new Error("the shop is closed");
  });
  await using harness = await testHarness({
    controllers: [defineController({ resource: Foo, steps: failing })],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  const error = await assertRejects(() => harness.untilRest());
  assertStringIncludes((error as Error).message, "Foo default/a: Failed: ");
  assertStringIncludes((error as Error).message, "the shop is closed");
  await harness.cluster.delete(Foo, "a");
  await harness.untilRest();
});

Deno.test("objects whose Runs go on bringing something new are not at rest, and the error says which", async () => {
  let laps = 0;
  const restless = defineSteps(Foo).observe(
    "run",
    ({ stop }) => stop({ reason: `lap ${laps++}`, requeueAfter: "30s" }),
  );
  await using harness = await testHarness({
    controllers: [defineController({ resource: Foo, steps: restless })],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  await assertRejects(() => harness.untilRest({ within: "10m" }), Error, "Foo default/a: Stopped: lap ");
  await harness.untilRest({ quiet: "20s" });
});

Deno.test("objects that look again and again for the same thing are at rest", async () => {
  const waiting = defineSteps(Foo).observe("wait", ({ stop }) => stop({ reason: "no daylight", requeueAfter: "10s" }));
  await using harness = await testHarness({
    controllers: [defineController({ resource: Foo, steps: waiting })],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  await harness.untilRest();
  assertEquals([harness.runs.length, harness.clock.monotonic()], [7, 60_000]);
});

Deno.test("a wait that is longer than the quiet time is rest, and time may be let pass until the Run after it", async () => {
  const waiting = defineSteps(Foo).observe("wait", ({ stop }) => stop({ reason: "no daylight", requeueAfter: "2h" }));
  await using harness = await testHarness({
    controllers: [defineController({ resource: Foo, steps: waiting })],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  await harness.untilRest();
  assertEquals(harness.runs.length, 1);
  await harness.nextRun();
  const report = await harness.nextRun(({ key }) => key === "default/a", { within: "3h" });
  assertEquals([report.result.outcome, harness.runs.length], ["Stopped", 2]);
});

Deno.test("controllers that are ended and served anew go on where they were", async () => {
  await using harness = await testHarness({
    controllers: [foos],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  await harness.stop();
  await harness.cluster.delete(ConfigMap, "a");
  harness.forget();
  await harness.advance("1h");
  assertEquals(harness.runs, []);
  await harness.serve(foos);
  await harness.untilRest();
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
});

Deno.test("Runs are handed out as they come, each once, and time passes only for those that have not come yet", async () => {
  await using harness = await testHarness({
    controllers: [foos],
    given: [create(Foo, { metadata: { name: "a" }, spec: {} })],
  });
  const changeOf = ({ result }: RunReport) => result.outcome === "Modified" ? result.change : result.outcome;
  assertEquals(changeOf(await harness.nextRun()), "create ConfigMap default/a");
  assertEquals(changeOf(await harness.nextRun()), "patch status of Foo default/a");
  assertEquals(harness.clock.monotonic(), 0);
  const noOp = await harness.nextRun(({ key }) => key === "default/a");
  assertEquals(changeOf(noOp), "NoOp");
  await harness.cluster.patch(Foo, "a", { merge: { spec: { size: 2 } } });
  assertEquals(changeOf(await harness.nextRun()), "NoOp");
  await assertRejects(() => harness.nextRun(() => true, { within: "1h" }), Error, "until a Run ends that is as wanted");
});

Deno.test("Deployments become ready when the harness says how long that takes", async () => {
  await using harness = await testHarness({ deploymentsReadyAfter: "5s" });
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } };
  await harness.cluster.create(Deployment, {
    metadata: { name: "web" },
    spec: { selector: { matchLabels: labels }, template },
  });
  await harness.cluster.waitFor(Deployment, "web", ({ status }) => status?.readyReplicas === 1);
  assertEquals(harness.clock.monotonic(), 5_000);
});

/** A controller whose one step does something. */
function doing(action: () => Promise<unknown>, more: { stepTimeout?: "5s" } = {}) {
  const steps = defineSteps(Foo)
    .change(
      "order it",
      ({ object }) => object.status ? object : perform("order", action).withStatus({ phase: "ordered" }),
    );
  return defineController({ resource: Foo, steps, ...more });
}

const given = [create(Foo, { metadata: { name: "a" }, spec: {} })];

Deno.test("what takes real time within a step is waited for, while virtual time stands still", async () => {
  const asked: string[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked.push(request.method);
    return new Response("ok");
  });
  const order = async () => await (await fetch(`http://127.0.0.1:${server.addr.port}/`, { method: "POST" })).text();
  await using harness = await testHarness({ controllers: [doing(order)], given });
  await harness.untilRest();
  assertEquals([asked, harness.outcomes()], [["POST"], ["perform order", "NoOp"]]);
  // Also while a user waits for what comes of it.
  await harness.cluster.create(Foo, { metadata: { name: "b" }, spec: {} });
  await harness.cluster.waitFor(Foo, "b", ({ status }) => status?.phase === "ordered");
});

Deno.test("a step that is longer under way than real time is waited for is an error that names it, and the end is in order", async () => {
  await using harness = await testHarness({ controllers: [doing(() => new Promise(() => {}))], given, patience: 300 });
  const error = await assertRejects(() => harness.untilRest(), Error);
  assertStringIncludes(error.message, `Cannot let virtual time pass as step "order it" of Foo default/a is under way`);
  assertStringIncludes(error.message, "fetch");
  assert(harness.clock.monotonic() < 60_000, "the step was not given up in virtual time");
});

Deno.test("without patience, virtual time passes whatever is under way: a step that hangs comes to its time-out", async () => {
  const hanging = defineSteps(Foo).observe("look", () => new Promise<string>(() => {}));
  const controllers = [defineController({ resource: Foo, steps: hanging })];
  await using harness = await testHarness({ controllers, given, patience: 0 });
  const { result } = await harness.nextRun();
  assertStringIncludes(result.outcome === "Failed" ? result.error.message : result.outcome, "stepTimeout");
  assertEquals(harness.clock.monotonic(), 60_000);
});

Deno.test("a step that waits by the virtual clock has its time, and a time-out of its own", async () => {
  await using harness = await testHarness({
    controllers: [doing(() => new Promise((resolve) => harness.clock.timer(3_000, () => resolve(undefined))))],
  });
  await harness.cluster.create(Foo, { metadata: { name: "a" }, spec: {} });
  await harness.untilRest();
  assertEquals(harness.outcomes(), ["perform order", "NoOp"]);
});

Deno.test("a kind that the cluster does not serve is an error at once, which says what to do", async () => {
  const Certificate = kindOf({ group: "cert-manager.io", version: "v1", kind: "Certificate", plural: "certificates" });
  const controllers = [defineController({ resource: Foo, steps: defineSteps(Foo), owns: [Certificate] })];
  const error = await assertRejects(() => testHarness({ controllers }), Error);
  assertStringIncludes(
    error.message,
    "does not serve certificates of cert-manager.io: define the kind by defineResource",
  );
});

Deno.test("what is given must be created or applied, and what the cluster refuses is told", async () => {
  await assertRejects(() => testHarness({ given: [perform("x", () => 1)] }), TypeError, "must be of create or apply");
  const wrong = create(Foo, { metadata: { name: "a" }, spec: { size: "large" as unknown as number } });
  await assertRejects(
    () => testHarness({ given: [wrong] }),
    Error,
    "Cannot create Foo default/a as the API server answered 422",
  );
});
