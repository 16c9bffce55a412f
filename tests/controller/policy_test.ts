import { assert, assertEquals } from "@std/assert";
import { defineSteps, patch, perform, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

Deno.test("an object whose step stops is run again after the time that the step asked for", async () => {
  const at: number[] = [];
  const steps = defineSteps(Foo).observe("wait", ({ runStart, stop }) => {
    at.push(runStart.getTime());
    return stop({ requeueAfter: "30s", reason: "not ready" });
  });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  await harness.clock.advance(90_000);
  assertEquals(at.map((time) => time - at[0]!), [0, 30_000, 60_000, 90_000]);
  assertEquals(harness.outcomes().at(-1), "Stopped: not ready");
});

Deno.test("an object whose step stops is run at once when something happens", async () => {
  const steps = defineSteps(Foo).observe(
    "wait",
    ({ object, stop }) => object.spec.size === 1 ? undefined : stop({ requeueAfter: "1h" }),
  );
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a", { size: 0 });
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(harness.outcomes(), ["Stopped: undefined", "NoOp"]);
});

Deno.test("an object whose step stops without a time is run again after requeueEvery", async () => {
  const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop());
  await using harness = await Harness.serving(steps, { requeueEvery: "1h" });
  await harness.createFoo("a");
  await harness.clock.advance(HOUR);
  assertEquals(harness.outcomes(), ["Stopped: undefined", "Stopped: undefined"]);
});

Deno.test("by default an object at rest is looked at again within ten hours", async () => {
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a");
  harness.forget();
  await harness.clock.advance(9 * HOUR - 1);
  assertEquals(harness.outcomes(), []);
  await harness.clock.advance(HOUR + 1);
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("objects that were listed together do not come back together", async () => {
  await using harness = await Harness.start();
  for (let at = 0; at < 20; at++) await harness.createFoo(`foo-${at}`);
  await harness.serve({ resource: Foo, steps: defineSteps(Foo), requeueEvery: "1h" });
  const next = harness.reports.map(({ nextIn }) => nextIn!);
  assertEquals(new Set(next).size, 20);
  assert(Math.max(...next) - Math.min(...next) > 3 * MINUTE);
});

const noEffect: Steps<Foo> = defineSteps(Foo)
  .change("write what is there", ({ object }) => patch(Foo, object, { merge: { spec: { size: 1 } } }));

Deno.test("a change without effect backs off, with a warning that names the step", async () => {
  await using harness = await Harness.serving(noEffect, { writes: [Foo] });
  await harness.createFoo("a", { size: 1 });
  await harness.clock.advance(HOUR);
  assertEquals(new Set(harness.outcomes()), new Set(["without effect: patch Foo default/a"]));
  assert(harness.reports.length > 20 && harness.reports.length < 90, `${harness.reports.length} Runs`);
  const [line] = harness.logger.saying("a change had no effect: its step asks for what is there already");
  assertEquals([line?.level, line?.fields["step"]], ["warn", "write what is there"]);
});

Deno.test("a patch of another kind that changes nothing is known for a change without effect", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("write what is there", (_, found) => patch(ConfigMap, found!, { merge: { data: { text: "hello" } } }));
  await using harness = await Harness.start();
  await harness.create(ConfigMap, { metadata: { name: "a" }, data: { text: "hello" } });
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  await harness.clock.advance(HOUR);
  assertEquals(new Set(harness.outcomes()), new Set(["without effect: patch ConfigMap default/a"]));
  assert(harness.reports.length < 90, `${harness.reports.length} Runs`);
});

Deno.test("an object that changes a hundred times in a row is slowed down to once a second, with one warning", async () => {
  const steps = defineSteps(Foo).change("again", () => perform("again", () => {}));
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(harness.reports.length, 100);
  await harness.clock.advance(10_000);
  assertEquals(harness.reports.length, 110);
  const warnings = harness.logger.entries.filter(({ level }) => level === "warn");
  assertEquals(warnings.length, 1);
  assertEquals([warnings[0]?.fields["key"], warnings[0]?.fields["changes"]], ["default/a", 100]);
});

/** Two steps that undo each other's work. */
const undoing = (write: "own" | "other"): Steps<Foo> =>
  defineSteps(Foo)
    .observe("find", ({ kube, object }) => write === "own" ? object : kube.get(ConfigMap, "a"))
    .change("flip", ({ object }, found) => {
      const next = found!.metadata.annotations?.["side"] === "left" ? "right" : "left";
      const body = { merge: { metadata: { annotations: { side: next } } } };
      return write === "own" ? patch(Foo, object, body) : patch(ConfigMap, found as ConfigMap, body);
    });

for (const write of ["own", "other"] as const) {
  Deno.test(`the events of its own changes do not speed up an object that is slowed down: ${write}`, async () => {
    await using harness = await Harness.start();
    await harness.serve({
      resource: Foo,
      steps: undoing(write),
      owns: [ConfigMap],
      writes: [Foo],
      predicate: () => true,
    });
    const { metadata: { uid } } = await harness.createFoo("a", {}, { labels: { color: "red" } });
    const owner = { apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true };
    if (write === "other") await harness.create(ConfigMap, { metadata: { name: "a", ownerReferences: [owner] } });
    await harness.clock.advance(HOUR);
    const before = harness.written().length;
    await harness.clock.advance(60_000);
    assert(before > 100, `${before} writes`);
    assertEquals(harness.written().length - before, 60);
  });
}
