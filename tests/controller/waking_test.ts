import { assertEquals } from "@std/assert";
import { anyOf, defineSteps, generationChanged, labelsChanged, type Predicate } from "../../mod.ts";
import { Foo, Harness } from "./harness.ts";
import { doNothing } from "./plans.ts";

const report = defineSteps(Foo)
  .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));

/** What woke the object, in order, from some moment on. */
function triggers({ reports }: Harness): string[] {
  return reports.map(({ trigger }) => trigger);
}

async function served(predicate?: Predicate<Foo>): Promise<Harness> {
  const harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: doNothing, ...(predicate && { predicate }) });
  await harness.createFoo("a", { size: 1 }, { finalizers: ["example.dev/other"] });
  assertEquals(triggers(harness), ["Foo default/a appeared"]);
  harness.forget();
  return harness;
}

Deno.test("a status that somebody else writes does not wake the object", async () => {
  await using harness = await served();
  await harness.merge(Foo, "a", { status: { phase: "odd" } }, { subresource: "status" });
  assertEquals(triggers(harness), []);
});

Deno.test("the status that a step has written does not wake the object again", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: report });
  await harness.createFoo("a");
  assertEquals(triggers(harness), ["Foo default/a appeared", "a change was made"]);
});

Deno.test("a change of the spec wakes the object", async () => {
  await using harness = await served();
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  assertEquals(triggers(harness), ["Foo default/a changed"]);
});

Deno.test("a patch that changes nothing does not wake the object", async () => {
  await using harness = await served();
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(triggers(harness), []);
});

Deno.test("labels wake the object where the predicate asks for them, and not otherwise", async () => {
  await using quiet = await served();
  await quiet.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  assertEquals(triggers(quiet), []);

  await using awake = await served(anyOf(generationChanged, labelsChanged));
  await awake.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  await awake.merge(Foo, "a", { metadata: { annotations: { note: "none" } } });
  await awake.merge(Foo, "a", { spec: { size: 2 } });
  assertEquals(triggers(awake), ["Foo default/a changed", "Foo default/a changed"]);
});

Deno.test("the next Run sees a change that the predicate did not pass", async () => {
  await using harness = await Harness.start();
  const seen: unknown[] = [];
  const steps = defineSteps(Foo).observe("look", ({ object }) => void seen.push(object.metadata.labels?.["color"]));
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("a");
  await harness.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  assertEquals(seen, [undefined, "red"]);
});

for (const [name, predicate] of Object.entries({ generationChanged, labelsChanged, none: () => false })) {
  Deno.test(`a deletion wakes the object whatever the predicate is: ${name}`, async () => {
    await using harness = await Harness.start();
    const cleaned: string[] = [];
    const cleanup = defineSteps(Foo).observe("clean up", ({ object }) => void cleaned.push(object.metadata.name));
    await harness.serve({ resource: Foo, steps: doNothing, cleanup, predicate });
    await harness.createFoo("a");
    assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers, ["example.dev/foo"]);
    await harness.delete(Foo, "a");
    assertEquals(cleaned, ["a"]);
    assertEquals(await harness.get(Foo, "a"), undefined);
  });
}

Deno.test("an object that appears wakes whatever the predicate is", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: doNothing, predicate: () => false });
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("an object that is deleted and recreated with its name is a new one", async () => {
  await using harness = await Harness.start();
  const seen: string[] = [];
  const steps = defineSteps(Foo).observe("look", ({ object }) => void seen.push(object.metadata.uid));
  await harness.serve({ resource: Foo, steps, predicate: labelsChanged });
  const first = await harness.createFoo("a");
  await harness.delete(Foo, "a");
  const second = await harness.createFoo("a");
  assertEquals(seen, [first.metadata.uid, second.metadata.uid]);
});

Deno.test("an object that is gone is not run", async () => {
  await using harness = await served();
  await harness.merge(Foo, "a", { metadata: { finalizers: [] } });
  await harness.delete(Foo, "a");
  assertEquals(harness.outcomes(), []);
});

Deno.test("a predicate that throws is logged and kills nothing", async () => {
  await using harness = await Harness.start();
  const predicate: Predicate<Foo> = (change) => {
    if (change.after?.metadata.name === "bad") throw new Error("no idea");
    return true;
  };
  await harness.serve({ resource: Foo, steps: doNothing, predicate });
  await harness.createFoo("bad");
  await harness.createFoo("good");
  harness.forget();
  await harness.merge(Foo, "bad", { spec: { size: 2 } });
  await harness.merge(Foo, "good", { spec: { size: 2 } });
  // A Run too many does no harm; one that never comes does.
  assertEquals(harness.reports.map(({ key }) => key), ["default/bad", "default/good"]);
  assertEquals(harness.logger.at("error"), [
    'Cannot say what to run as the predicate threw for "Foo default/bad changed": no idea',
  ]);
});
