import { assert, assertEquals, assertMatch } from "@std/assert";
import { create, defineSteps, patch } from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { broken, isWrite, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";

/** The lines that belong to Runs. */
function linesOfRuns({ logger }: Harness) {
  return logger.entries.filter(({ fields }) => fields["run"] !== undefined);
}

Deno.test("each Run is one line, with the fields controller, key, run and trigger", async () => {
  await using harness = await Harness.serving(ensureText, { name: "texts" });
  await harness.createFoo("a");
  const lines = linesOfRuns(harness);
  assertEquals(lines.map(({ level, message }) => `${level} ${message}`), ["info changed", "debug nothing to do"]);
  for (const [at, { fields }] of lines.entries()) {
    assertEquals([fields["controller"], fields["key"]], ["texts", "default/a"]);
    assertMatch(String(fields["run"]), /^[0-9a-f]{8}$/);
    assertEquals(fields["run"], harness.reports[at]?.run);
  }
  assertEquals(lines.map(({ fields }) => fields["trigger"]), ["Foo default/a appeared", "a change was made"]);
  assertEquals([lines[0]?.fields["step"], lines[0]?.fields["change"]], [
    "create the text",
    "create ConfigMap default/a",
  ]);
});

Deno.test("a line of a disabled level is not made", async () => {
  await using harness = await Harness.start();
  Object.assign(harness.logger, { enabled: (level: string) => level === "warn" || level === "error" });
  let fails = true;
  const steps = defineSteps(Foo).observe("look", () => {
    if (fails) throw new Error("not yet");
  }).change("create", async ({ object, kube }) => {
    const { name } = object.metadata;
    if (!await kube.get(ConfigMap, name)) return create(ConfigMap, { metadata: { name } });
  });
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  fails = false;
  await harness.clock.advance(60_000);
  const outcomes = harness.reports.map(({ result }) => result.outcome);
  assert(outcomes.includes("Modified") && outcomes.includes("NoOp"));
  assertEquals(
    new Set(linesOfRuns(harness).map(({ level, message }) => `${level} ${message}`)),
    new Set(["warn failed"]),
  );
});

Deno.test("what a step logs carries the fields of its Run and its own name", async () => {
  const steps = defineSteps(Foo).observe("look around", ({ log }) => log.info("hello", { more: 1 }));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  const { fields } = harness.logger.saying("hello")[0]!;
  const { run } = harness.reports[0]!;
  assertEquals(fields, { controller: "foo", key: "default/a", run, step: "look around", more: 1 });
});

Deno.test("waiting for the same thing is logged once", async () => {
  let reason = "not ready";
  const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop({ requeueAfter: "10s", reason }));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  assertEquals(harness.logger.saying("waiting").filter(({ level }) => level === "info").length, 1);
  assertEquals(harness.logger.saying("still waiting").length, 6);
  reason = "almost ready";
  await harness.clock.advance(60_000);
  const said = harness.logger.saying("waiting").filter(({ level }) => level === "info").map(({ fields }) =>
    fields["reason"]
  );
  assertEquals(said, ["not ready", "almost ready"]);
});

Deno.test("onRun gets each Run: which, why, how it ended and when the next one is", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop({ requeueAfter: "10s", reason: "not ready" }));
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("a");
  const [report] = harness.reports;
  const { run, ...rest } = report!;
  assertMatch(run, /^[0-9a-f]{8}$/);
  assertEquals(rest, {
    ...{
      controller: "foo",
      key: "default/a",
      trigger: "Foo default/a appeared",
      waited: 0,
      duration: 0,
      nextIn: 10_000,
    },
    result: { outcome: "Stopped", step: "wait", reason: "not ready", requeueAfter: 10_000 },
  });
});

Deno.test("the time that a Run waited and took is told", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).observe(
    "work",
    () => new Promise<void>((resolve) => void harness.clock.timer(3_000, resolve)),
  );
  await harness.serve({ resource: Foo, steps, concurrency: 1 });
  for (const name of ["a", "b"]) await harness.createFoo(name);
  await harness.clock.advance(10_000);
  assertEquals(harness.reports.map(({ waited, duration }) => [waited, duration]), [[0, 3_000], [3_000, 3_000]]);
});

Deno.test("an onRun that throws is logged and kills nothing", async () => {
  await using harness = await Harness.start();
  const onRun = () => {
    throw new Error("the pager is broken");
  };
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], onRun });
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
  assertEquals(harness.logger.at("error"), ["onRun threw", "onRun threw"]);
});

Deno.test("start, readiness and end are each logged once", async () => {
  const harness = await Harness.serving(ensureText);
  await harness[Symbol.asyncDispose]();
  assertEquals(harness.logger.at("info"), ["serving", "ready", "shutting down", "stopped"]);
});

const PLANTED = "hunter2-hunter2";

Deno.test("a Secret's data is in no line and in no error, whatever happens to it", async () => {
  await using harness = await Harness.start();
  const secret = { metadata: { name: "a" }, stringData: { pass: PLANTED }, data: { other: btoa(PLANTED) } };
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(Secret, "a"))
    .change("create", (_, found) => found ?? create(Secret, secret).withStatus({ phase: "made" }))
    .change(
      "correct",
      ({ object }, found) =>
        found.metadata.labels?.["size"] === String(object.spec.size) ? undefined : patch(Secret, found, {
          merge: { metadata: { labels: { size: String(object.spec.size) } }, stringData: { pass: PLANTED } },
        }),
    );
  await harness.serve({ resource: Foo, steps, owns: [Secret] });
  let faults = 6;
  harness.cluster.intercept({
    before: (request) => {
      if (request.user !== "operator" || !isWrite(request) || faults-- <= 0) return;
      throw [refusal(422, "Invalid", "no"), refusal(500, "InternalError", "no"), broken()][faults % 3]!;
    },
  });
  await harness.createFoo("a", { size: 1 });
  await harness.clock.advance(600_000);
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  await harness.delete(Secret, "a");
  await harness.clock.advance(600_000);
  assertEquals(harness.outcomes().at(-1), "NoOp");
  assert(harness.outcomes().some((outcome) => outcome.startsWith("Failed")));
  for (const planted of [PLANTED, btoa(PLANTED)]) {
    assertEquals(harness.logger.text.includes(planted), false);
    assertEquals(harness.outcomes().join().includes(planted), false);
  }
});

Deno.test("when everything has stopped, the logger is flushed", async () => {
  await using harness = await Harness.start();
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const logger = { debug: say, info: say, warn: say, error: say, flush: () => say("(flushed)") };
  const controller = await harness.serve({ resource: Foo, steps: ensureText, logger });
  await controller.shutdown();
  assertEquals(said.slice(-2), ["stopped", "(flushed)"]);
});
