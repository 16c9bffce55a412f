import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { context, trace } from "@opentelemetry/api";
import { defineSteps, perform, runSteps, TerminalError } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { SPANS } from "../../tools/span_table.ts";
import { SpanKeeper } from "../telemetry/span_keeper.ts";
import { isWrite, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText, ensureTextAndReport } from "./plans.ts";

/** The spans of one Run, with its own as the first. */
function ofRun(keeper: SpanKeeper, at: number) {
  const roots = keeper.spans.filter(({ parent }) => parent === undefined);
  const { traceId } = roots[at]!.spanContext();
  return keeper.spans.filter((span) => span.spanContext().traceId === traceId);
}

Deno.test("a Run is a trace: its steps are below it, and its requests below the steps", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], traces: "all" });
  await harness.createFoo("a");
  assertEquals(keeper.paths(), [
    "run foo",
    "run foo > step find the text",
    "run foo > step create the text",
    "run foo > step create the text > create configmaps",
    "run foo",
    "run foo > step find the text",
    "run foo > step create the text",
    "run foo > step correct the text",
  ]);
  assert(keeper.spans.every(({ ended }) => ended));
  const [first, second] = [ofRun(keeper, 0), ofRun(keeper, 1)];
  assertNotEquals(first[0]!.spanContext().traceId, second[0]!.spanContext().traceId);
});

Deno.test("Runs that did something are traced, with the steps that did", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a");
  assertEquals(harness.reports.map(({ result }) => result.outcome), ["Modified", "NoOp"]);
  assertEquals(keeper.paths(), [
    "run foo",
    "run foo > step create the text",
    "run foo > step create the text > create configmaps",
  ]);
  assert(keeper.spans.every(({ ended }) => ended));
});

Deno.test("a Run that did something is traced, also where nobody wants a line of it", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  const asked: unknown[] = [];
  Object.assign(harness.logger, { enabled: (level: unknown) => (asked.push(level), false) });
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a");
  assertEquals(keeper.paths().filter((path) => path === "run foo").length, 1);
  assert(asked.includes("debug"));
});

Deno.test("a wait is traced when it is a new one, and not each time that it goes on", async () => {
  using keeper = new SpanKeeper();
  let reason = "not ready";
  const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop({ requeueAfter: "10s", reason }));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  assert(harness.reports.length > 5);
  assertEquals(keeper.paths(), ["run foo", "run foo > step wait"]);
  reason = "not yet";
  await harness.clock.advance(60_000);
  assertEquals(keeper.paths().length, 4);
});

Deno.test("a Run that found nothing to do is traced when it took long, and so is the step that did", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  const slow = (milliseconds: number) => () =>
    new Promise<void>((resolve) => void harness.clock.timer(milliseconds, resolve));
  const steps = defineSteps(Foo).observe("fast", () => {}).observe(
    "slow",
    ({ object }) => slow(object.spec.size ?? 0)(),
  );
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("a", { size: 99 });
  await harness.clock.advance(1_000);
  assertEquals(keeper.paths(), []);
  await harness.createFoo("b", { size: 100 });
  await harness.clock.advance(1_000);
  assertEquals(keeper.paths(), ["run foo", "run foo > step slow"]);
});

Deno.test("a Run that asks for the active span or adds an event is traced from its beginning", async () => {
  using keeper = new SpanKeeper();
  const steps = defineSteps(Foo).observe("look", () => {}).observe("tell", ({ object, log }) => {
    if (object.metadata.name === "asks") trace.getActiveSpan()?.setAttribute("seen", true);
    if (object.metadata.name === "tells") log.info("something");
    if (object.metadata.name === "mutters") log.debug("something");
  });
  await using harness = await Harness.serving(steps);
  for (const name of ["asks", "tells", "mutters"]) await harness.createFoo(name);
  assertEquals(keeper.paths(), ["run foo", "run foo > step tell", "run foo"]);
  assertEquals(keeper.spans.map(({ attributes }) => attributes["staircase.object"] ?? attributes["seen"]), [
    "default/asks",
    true,
    "default/tells",
  ]);
  assertEquals(harness.logger.saying("something")[0]?.fields["trace"], keeper.spans[2]!.spanContext().traceId);
});

Deno.test("if a whole fleet changes at once, a share is traced, more over time, and failures separately", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  const done = new Set<string>();
  const steps = defineSteps(Foo).change("work", ({ object: { metadata: { name } } }) => {
    if (name.startsWith("bad")) throw new TerminalError("no");
    if (done.has(name)) return undefined;
    return perform("do it", () => void done.add(name));
  });
  await harness.serve({ resource: Foo, steps });
  const roots = () => keeper.spans.filter(({ parent }) => parent === undefined).length;
  for (let at = 0; at < 40; at++) await harness.createFoo(`foo-${at}`);
  assertEquals(roots(), 25);
  await harness.createFoo("bad");
  assertEquals(roots(), 26);
  await harness.clock.advance(1_000);
  for (let at = 40; at < 60; at++) await harness.createFoo(`foo-${at}`);
  assertEquals(roots(), 31);
});

Deno.test("the span of a Run has its controller, object, trigger and outcome", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.serving(ensureText, { name: "texts" });
  await harness.createFoo("a");
  const [{ attributes, name }] = ofRun(keeper, 0) as [SpanKeeper["spans"][number]];
  assertEquals(name, "run texts");
  assertEquals(attributes, {
    "staircase.controller": "texts",
    "staircase.run.id": harness.reports[0]!.run,
    "staircase.object": "default/a",
    "staircase.trigger": "Foo default/a appeared",
    "staircase.queue.wait": 0,
    "staircase.outcome": "Modified",
    "staircase.step": "create the text",
  });
  assertEquals(ofRun(keeper, 0).map((span) => span.attributes["staircase.outcome"]), [
    "Modified",
    "Modified",
    undefined,
  ]);
});

Deno.test("the span of a request says what was asked, and how the API server refused", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.serving(ensureText);
  let refused = false;
  harness.cluster.intercept({
    before: (request) => {
      if (request.user !== "operator" || !isWrite(request) || refused) return;
      refused = true;
      throw refusal(422, "Invalid", "no such thing");
    },
  });
  await harness.createFoo("a");
  const run = ofRun(keeper, 0);
  const request = run.at(-1)!;
  assertEquals(request.attributes, {
    "staircase.api.verb": "create",
    "staircase.api.resource": "configmaps",
    "staircase.api.attempt": 1,
    "k8s.namespace.name": "default",
    "http.response.status_code": 422,
  });
  assertMatch(request.status!.message!, /no such thing/);
});

Deno.test("every attribute of a span is in the table of spans, and is told where it is", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], traces: "all" });
  harness.cluster.intercept({
    before: ({ user, subresource }) => {
      if (user === "operator" && subresource === "status") throw refusal(403, "Forbidden", "no");
    },
  });
  await harness.createFoo("a");
  const toldBy = (prefix: RegExp) =>
    new Set(keeper.spans.filter(({ name }) => prefix.test(name)).flatMap(({ attributes }) => Object.keys(attributes)));
  const keys = (table: { attributes: object }) => Object.keys(table.attributes).sort();
  assertEquals([...toldBy(/^run /)].sort(), keys(SPANS.run));
  assertEquals([...toldBy(/^step /)].sort(), keys(SPANS.step));
  assertEquals([...toldBy(/^(get|create|patch) /)].sort(), keys(SPANS.request));
});

Deno.test("what a step throws is recorded with the step, and with the Run", async () => {
  using keeper = new SpanKeeper();
  const steps = defineSteps(Foo).observe("fine", () => {}).observe("fail", () => {
    throw new Error("the shop is closed");
  });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  const [run, fail, ...more] = ofRun(keeper, 0);
  assertEquals([run!.status?.code, fail!.status?.code, more], [2, 2, []]);
  assertEquals(fail!.events[0]!.attributes["message"], "the shop is closed");
  assertEquals(run!.events[0]!.attributes["message"], 'Step "fail" failed: the shop is closed');
});

Deno.test("the branches of a join are below it", async () => {
  using keeper = new SpanKeeper();
  const steps = defineSteps(Foo).join("look", {
    map: ({ kube }) => kube.get(ConfigMap, "a", { live: true }),
    fail: () => Promise.reject(new Error("no")),
  });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(keeper.paths().slice(0, 5).sort(), [
    "run foo",
    "run foo > step look",
    "run foo > step look > step look/fail",
    "run foo > step look > step look/map",
    "run foo > step look > step look/map > get configmaps",
  ]);
  const outcomes = ofRun(keeper, 0).map(({ name, attributes }) => [name, attributes["staircase.outcome"]]);
  assertEquals(Object.fromEntries(outcomes.filter(([, outcome]) => outcome)), {
    "run foo": "Failed",
    "step look": "Failed",
    "step look/map": "Passed",
    "step look/fail": "Failed",
  });
});

Deno.test("an instrumented call within perform joins the trace of the Run", async () => {
  using keeper = new SpanKeeper();
  let done = false;
  const call = async () => {
    await Promise.resolve();
    keeper.start("POST /orders").end();
    done = true;
  };
  const steps = defineSteps(Foo).change("order", () => done ? undefined : perform("order it", call));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(keeper.paths().slice(0, 3), [
    "run foo",
    "run foo > step order",
    "run foo > step order > POST /orders",
  ]);
});

Deno.test("requests are below the step even if nothing knows the active span", async () => {
  using keeper = new SpanKeeper({ withContext: false });
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a");
  assertEquals(keeper.paths(), [
    "run foo",
    "run foo > step create the text",
    "run foo > step create the text > create configmaps",
  ]);
});

Deno.test("the lines of a Run carry the id of its trace", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a");
  const { fields } = harness.logger.saying("changed")[0]!;
  assertEquals(fields["trace"], ofRun(keeper, 0)[0]!.spanContext().traceId);
});

Deno.test("an object that is gone ends its trace as well", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo), traces: "all" });
  await harness.createFoo("a");
  await harness.delete(Foo, "a");
  assertEquals(ofRun(keeper, 1)[0]!.attributes["staircase.outcome"], "Gone");
  assert(keeper.spans.every(({ ended }) => ended));
});

Deno.test("without tracing, a step sees no span, and the log no trace", async () => {
  let seen: unknown = "nothing yet";
  const steps = defineSteps(Foo).observe("look", () => void (seen = trace.getActiveSpan()));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(seen, undefined);
  assertEquals(harness.logger.entries.some(({ fields }) => "trace" in fields), false);
});

Deno.test("a Run by hand is part of what is active, and its steps and requests are below it", async () => {
  using keeper = new SpanKeeper();
  await using harness = await Harness.start();
  const object = await harness.createFoo("a");
  const { client, clock, random } = harness.surroundings;
  const script = keeper.start("script");
  const options = { steps: ensureText, object, client: client!, owns: [ConfigMap], clock: clock!, random: random! };
  await context.with(trace.setSpan(context.active(), script), () => harness.settled(runSteps(options)));
  assertEquals(keeper.paths(), [
    "script",
    "script > run staircase",
    "script > run staircase > step find the text",
    "script > run staircase > step find the text > get configmaps",
    "script > run staircase > step create the text",
    "script > run staircase > step create the text > create configmaps",
  ]);
  assertEquals(keeper.spans[1]!.attributes["staircase.outcome"], "Modified");
});

Deno.test("of a Run that is not sampled nothing more is traced, and its calls know", async () => {
  using keeper = new SpanKeeper({ sampled: false });
  let seen: string | undefined;
  const steps = defineSteps(Foo).observe("look", () => void (seen = trace.getActiveSpan()?.spanContext().spanId));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(keeper.paths(), ["run foo"]);
  assertEquals(seen, keeper.spans[0]!.id);
});
