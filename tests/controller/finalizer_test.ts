import { assert, assertEquals } from "@std/assert";
import { defineSteps, perform, remove, StepError, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";

const FINALIZER = "example.dev/foo";

const removeText: Steps<Foo> = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change("remove the text", (_, found) => found && remove(ConfigMap, found));

async function served(cleanup: Steps<Foo> = removeText): Promise<Harness> {
  const harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, cleanup, owns: [ConfigMap] });
  return harness;
}

Deno.test("the finalizer is added in a Run of its own, before any step", async () => {
  await using harness = await served();
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["patch Foo default/a", "create ConfigMap default/a", "NoOp"]);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, [FINALIZER]);
});

Deno.test("no step is walked before the finalizer is there", async () => {
  await using harness = await Harness.start();
  const seen: unknown[] = [];
  const steps = defineSteps(Foo).observe("look", ({ object }) => void seen.push(object.metadata.finalizers));
  await harness.serve({ resource: Foo, steps, cleanup: removeText, finalizer: "example.dev/mine" });
  await harness.createFoo("a");
  assertEquals(seen, [["example.dev/mine"]]);
});

Deno.test("when the object is being deleted the cleanup is walked, then the finalizer removed", async () => {
  await using harness = await served();
  await harness.createFoo("a");
  harness.forget();
  await harness.delete(Foo, "a");
  assertEquals(harness.outcomes(), ["remove ConfigMap default/a", "patch Foo default/a"]);
  assertEquals(await harness.get(Foo, "a"), undefined);
  assertEquals(await harness.get(ConfigMap, "a"), undefined);
});

Deno.test("removing the last finalizer counts as a change with effect, although the version stays", async () => {
  await using harness = await served();
  await harness.createFoo("a");
  await harness.delete(Foo, "a");
  assertEquals(harness.reports.map(({ result }) => result.outcome === "Modified" && result.hadEffect), [
    ...[true, true, false], // the finalizer, the text, nothing to do
    ...[true, true],
  ]);
  await harness.clock.advance(600_000);
  assertEquals(harness.logger.at("warn", "error"), []);
});

Deno.test("the finalizer is removed by a patch that tests what it removes, and whose it is", async () => {
  await using harness = await served();
  const { metadata: { uid } } = await harness.createFoo("a");
  const bodies: unknown[] = [];
  harness.cluster.intercept(({ verb, resource, body }) => {
    if (verb === "patch" && resource === "foos") bodies.push(JSON.parse(body!));
  });
  await harness.delete(Foo, "a");
  assertEquals(bodies, [[
    { op: "test", path: "/metadata/uid", value: uid },
    { op: "test", path: "/metadata/finalizers/0", value: FINALIZER },
    { op: "remove", path: "/metadata/finalizers/0" },
  ]]);
});

Deno.test("a cleanup that asks for several changes makes them one a Run", async () => {
  const done: string[] = [];
  const cleanup = defineSteps(Foo)
    .change("first", () => done.includes("first") ? undefined : perform("first", () => void done.push("first")))
    .change("second", () => done.includes("second") ? undefined : perform("second", () => void done.push("second")));
  await using harness = await served(cleanup);
  await harness.createFoo("a");
  harness.forget();
  await harness.delete(Foo, "a");
  assertEquals(harness.outcomes(), ["perform first", "perform second", "patch Foo default/a"]);
});

Deno.test("a cleanup that stops keeps the object until it goes on", async () => {
  let free = false;
  const cleanup = defineSteps(Foo)
    .observe("wait", ({ stop }) => free || stop({ requeueAfter: "10s", reason: "in use" }));
  await using harness = await served(cleanup);
  await harness.createFoo("a");
  await harness.delete(Foo, "a");
  await harness.clock.advance(60_000);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, [FINALIZER]);
  free = true;
  await harness.clock.advance(10_000);
  assertEquals(await harness.get(Foo, "a"), undefined);
});

Deno.test("a cleanup that fails is tried again with backoff, and the object stays meanwhile", async () => {
  let fails = true;
  let walked = 0;
  const cleanup = defineSteps(Foo).observe("give back", () => {
    walked++;
    if (fails) throw new Error("the shop is closed");
  });
  await using harness = await served(cleanup);
  await harness.createFoo("a");
  await harness.delete(Foo, "a");
  await harness.clock.advance(600_000);
  assert(walked > 5 && walked < 30, `walked ${walked} times`);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, [FINALIZER]);
  assert(harness.reports.at(-1)?.result.outcome === "Failed");
  fails = false;
  await harness.clock.advance(120_000);
  assertEquals(await harness.get(Foo, "a"), undefined);
});

Deno.test("an object that is deleted before its first Run never gets the finalizer, and no step is walked", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", {}, { finalizers: ["example.dev/other"] });
  await harness.delete(Foo, "a");
  harness.forget();
  await harness.serve({ resource: Foo, steps: ensureText, cleanup: removeText, owns: [ConfigMap] });
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals(harness.asked(), []);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, ["example.dev/other"]);
});

Deno.test("cleanup is walked although the steps never were", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", {}, { finalizers: [FINALIZER] });
  await harness.delete(Foo, "a");
  harness.forget();
  await harness.serve({ resource: Foo, steps: ensureText, cleanup: removeText, owns: [ConfigMap] });
  assertEquals(harness.outcomes(), ["patch Foo default/a"]);
  assertEquals(await harness.get(Foo, "a"), undefined);
});

Deno.test("the finalizer is not added again while the object is being deleted", async () => {
  await using harness = await served();
  await harness.createFoo("a", {}, { finalizers: ["example.dev/other"] });
  await harness.delete(Foo, "a");
  harness.forget();
  await harness.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  await harness.merge(Foo, "a", { spec: { size: 3 } });
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, ["example.dev/other"]);
});

Deno.test("without cleanup an object that is being deleted is left alone", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" }, { finalizers: ["example.dev/other"] });
  await harness.delete(Foo, "a");
  harness.forget();
  await harness.delete(ConfigMap, "a");
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals(harness.written(), []);
});

Deno.test("without cleanup an object that is being deleted with the finalizer of another version is told of, once", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" }, { finalizers: [FINALIZER] });
  harness.forget();
  await harness.delete(Foo, "a");
  await harness.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  await harness.delete(ConfigMap, "a");
  const lines = harness.logger.saying("waiting").filter(({ level }) => level === "info");
  assertEquals(lines.map(({ fields }) => [fields?.key, fields?.step, fields?.reason]), [[
    "default/a",
    "clean up",
    "it has the finalizer example.dev/foo, and this version of the controller has no cleanup that removes it: run a version that has, or remove the finalizer by hand",
  ]]);
  assertEquals(new Set(harness.reports.map(({ result }) => result.outcome)), new Set(["Stopped"]));
  assertEquals(harness.written(), []);
});

Deno.test("a cleanup that throws something other than an error names its step", async () => {
  const cleanup = defineSteps(Foo).observe("give back", () => {
    throw "no";
  });
  await using harness = await served(cleanup);
  await harness.createFoo("a");
  await harness.delete(Foo, "a");
  const { result } = harness.reports.at(-1)!;
  assert(result.outcome === "Failed" && result.error instanceof StepError);
  assertEquals([result.error.step, result.error.message], ["give back", 'Step "give back" failed: no']);
});
