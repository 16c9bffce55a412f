import { assert, assertEquals } from "@std/assert";
import { create, defineSteps, watchKind } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Collector } from "../telemetry/collector.ts";
import { isWrite, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";

Deno.test("every series that can be known is there before the first object, at zero", async () => {
  using collector = new Collector();
  await using harness = await Harness.serving(ensureText, { cleanup: defineSteps(Foo).observe("clean", () => {}) });
  const series = await collector.series();
  const labels = (name: string) =>
    [...series.keys()].filter((key) => key.startsWith(`${name}{`)).map((key) => key.slice(name.length));
  assertEquals(labels("staircase_runs_total").length, 4);
  for (const step of ["find the text", "create the text", "clean", "add the finalizer", "remove the finalizer"]) {
    assert(labels("staircase_steps_total").includes(`{controller="foo",step="${step}",outcome="Failed"}`), step);
  }
  assert(labels("staircase_steps_total").includes('{controller="foo",step="create the text",outcome="Modified"}'));
  assert(!labels("staircase_steps_total").includes('{controller="foo",step="find the text",outcome="Modified"}'));
  assert(labels("staircase_api_requests_total").includes('{verb="create",resource="configmaps",code="200"}'));
  assert(labels("staircase_watch_restarts_total").includes('{resource="foos.example.dev",cause="expired"}'));
  assertEquals(labels("staircase_cache_objects"), ['{resource="foos.example.dev"}', '{resource="configmaps"}']);
  const risen = [...series].filter(([key, value]) => value !== 0 && !key.startsWith("staircase_api_requests"));
  assertEquals(risen, []);
  assertEquals(harness.reports, []);
});

Deno.test("Runs and steps are counted by how they ended", async () => {
  using collector = new Collector();
  await using harness = await Harness.serving(ensureText);
  for (const name of ["a", "b"]) await harness.createFoo(name);
  assertEquals(await collector.risen("staircase_runs_total"), {
    '{controller="foo",outcome="Modified"}': 2,
    '{controller="foo",outcome="NoOp"}': 2,
  });
  assertEquals(await collector.risen("staircase_steps_total"), {
    '{controller="foo",step="find the text",outcome="Passed"}': 4,
    '{controller="foo",step="create the text",outcome="Modified"}': 2,
    '{controller="foo",step="create the text",outcome="Passed"}': 2,
    '{controller="foo",step="correct the text",outcome="Passed"}': 2,
  });
});

Deno.test("the branches of a join are steps of their own", async () => {
  using collector = new Collector();
  const steps = defineSteps(Foo).join("look", { a: () => 1, b: ({ stop }) => stop({ reason: "no" }) });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(await collector.risen("staircase_steps_total"), {
    '{controller="foo",step="look",outcome="Stopped"}': 1,
    '{controller="foo",step="look/a",outcome="Passed"}': 1,
    '{controller="foo",step="look/b",outcome="Stopped"}': 1,
  });
});

Deno.test("the time of a Run, of its step and of its wait is measured in seconds, the change included", async () => {
  using collector = new Collector();
  await using harness = await Harness.start();
  const slow = () => new Promise<void>((resolve) => void harness.clock.timer(3_000, resolve));
  const steps = defineSteps(Foo).observe("think", slow);
  await harness.serve({ resource: Foo, steps, concurrency: 1 });
  for (const name of ["a", "b"]) await harness.createFoo(name);
  assertEquals(await collector.risen("staircase_runs_active"), { '{controller="foo"}': 1 });
  assertEquals(await collector.risen("staircase_queue_depth"), { '{controller="foo"}': 1 });
  await harness.clock.advance(10_000);
  assertEquals(await collector.risen("staircase_run_duration_seconds_sum"), { '{controller="foo",outcome="NoOp"}': 6 });
  assertEquals(await collector.risen("staircase_step_duration_seconds_sum"), { '{controller="foo",step="think"}': 6 });
  assertEquals(await collector.risen("staircase_queue_wait_seconds_sum"), { '{controller="foo"}': 3 });
  assertEquals(await collector.risen("staircase_runs_active"), {});
  assertEquals(await collector.risen("staircase_queue_delayed"), { '{controller="foo"}': 2 });
});

Deno.test("failures, retries, refused requests and writes that were let go are counted", async () => {
  using collector = new Collector();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("create", (_, found) =>
      found ?? create(ConfigMap, { metadata: { name: "a" } }).withStatus({ phase: "x" })
        .alsoTry(create(ConfigMap, { metadata: { name: "b" } })));
  await using harness = await Harness.serving(steps);
  let refusals = 3;
  harness.cluster.intercept({
    before: (request) => {
      if (request.user === "operator" && isWrite(request) && request.resource === "configmaps" && refusals-- > 0) {
        throw refusal(422, "Invalid", "no");
      }
      if (
        request.user === "operator" && isWrite(request) &&
        (request.subresource === "status" || request.resource === "configmaps" && refusals === -2)
      ) {
        throw refusal(403, "Forbidden", "no");
      }
    },
  });
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  assertEquals(await collector.risen("staircase_runs_total"), {
    '{controller="foo",outcome="Failed"}': 3,
    '{controller="foo",outcome="Modified"}': 1,
    '{controller="foo",outcome="NoOp"}': 1,
  });
  assertEquals(await collector.risen("staircase_queue_retries_total"), { '{controller="foo"}': 3 });
  assertEquals(await collector.risen("staircase_status_errors_total"), { '{controller="foo",step="create"}': 1 });
  assertEquals(await collector.risen("staircase_best_effort_failures_total"), {
    '{controller="foo",step="create"}': 1,
  });
  const requests = await collector.risen("staircase_api_requests_total");
  assertEquals(requests['{verb="create",resource="configmaps",code="422"}'], 3);
  assertEquals(requests['{verb="create",resource="configmaps",code="200"}'], 1);
  assertEquals(requests['{verb="patch",resource="foos.example.dev",code="403"}'], 1);
});

const MAP_EVENT = '{resource="configmaps",source="event"}';
const MAP_WRITE = '{resource="configmaps",source="write"}';

Deno.test("watches tell of their changes, their restarts, their trouble and what they hold", async () => {
  using collector = new Collector();
  await using harness = await Harness.serving(ensureText);
  for (const name of ["a", "b", "c"]) await harness.createFoo(name);
  const events = await collector.risen("staircase_watch_events_total");
  assertEquals(events['{resource="foos.example.dev",source="event"}'], 3);
  // Told by the watch or by the answer to the write, whichever came first; never by both.
  const { [MAP_EVENT]: byWatch = 0, [MAP_WRITE]: byAnswer = 0 } = events;
  assertEquals(byWatch + byAnswer, 3);
  assertEquals(await collector.risen("staircase_cache_objects"), {
    '{resource="foos.example.dev"}': 3,
    '{resource="configmaps"}': 3,
  });
  await harness.clock.advance(300_000);
  const ended = await collector.risen("staircase_watch_restarts_total");
  assert(ended['{resource="configmaps",cause="ended"}']! >= 1);
  assertEquals(ended['{resource="configmaps",cause="failed"}'], undefined);
  harness.cluster.intercept({
    before: (request) => {
      if (request.user === "operator" && request.resource === "configmaps") throw refusal(500, "InternalError", "no");
    },
  });
  await harness.clock.advance(600_000);
  const failed = await collector.risen("staircase_watch_restarts_total");
  assert(failed['{resource="configmaps",cause="failed"}']! >= 1);
  const trouble = await collector.risen("staircase_watch_trouble_seconds");
  assert(trouble['{resource="configmaps"}']! > 100);
  assertEquals(trouble['{resource="foos.example.dev"}'], undefined);
});

Deno.test("no label holds an object's name", async () => {
  using collector = new Collector();
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a-name-to-be-found");
  assertEquals((await collector.text()).includes("a-name-to-be-found"), false);
});

Deno.test("after a shutdown no cache and no queue is asked; what was counted stays, and a later controller counts on", async () => {
  using collector = new Collector();
  for (const runs of [1, 2]) {
    const harness = await Harness.serving(ensureText);
    await harness.createFoo("a");
    await harness[Symbol.asyncDispose]();
    assertEquals(await collector.risen("staircase_cache_objects"), {});
    const { '{controller="foo",outcome="NoOp"}': counted } = await collector.risen("staircase_runs_total");
    assertEquals(counted, runs);
  }
});

Deno.test("errors that no Run fails with are counted by their place", async () => {
  using collector = new Collector();
  await using harness = await Harness.start();
  const fail = () => {
    throw new Error("odd");
  };
  const watches = [watchKind(ConfigMap, { map: fail })];
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], watches, onRun: fail, predicate: fail });
  await harness.createFoo("a");
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  // The mapping of the one ConfigMap and the predicate; three Runs.
  assertEquals(await collector.risen("staircase_errors_total"), { '{place="trigger"}': 2, '{place="onRun"}': 3 });
});
