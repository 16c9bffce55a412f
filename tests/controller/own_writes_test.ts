import { assertEquals } from "@std/assert";
import { create, defineSteps, patch, remove } from "../../mod.ts";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText, fourWrites } from "./plans.ts";

Deno.test("while the watches are silent, Runs see what earlier ones have written, and write it once", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: fourWrites, owns: [ConfigMap, Deployment] });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.createFoo("a", { text: "hello", size: 3 });
  harness.cluster.watches.freeze();
  await harness.clock.advance(60_000);
  assertEquals(harness.outcomes().at(-1), "NoOp");
  assertEquals(harness.written(), [
    "create configmaps 201",
    "create deployments 201",
    "patch deployments a 200",
    "patch foos/status a 200",
  ]);
});

Deno.test("when the watches show late what was written, that changes nothing and is run at most once", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: fourWrites, owns: [ConfigMap, Deployment] });
  await harness.createFoo("a", { text: "hello", size: 3 });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.createFoo("b", { text: "hello", size: 3 });
  harness.forget();
  harness.cluster.watches.thaw();
  await harness.clock.advance(60_000);
  assertEquals(harness.asked(), []);
  assertEquals(harness.outcomes(), []);
});

Deno.test("while the watches are silent, a Run sees that an earlier one has removed something", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
    .change(
      "keep or remove it",
      ({ object: { metadata: { name }, spec } }, found) =>
        spec.size === 0 ? found && remove(ConfigMap, found) : found ?? create(ConfigMap, { metadata: { name } }),
    );
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a", { size: 1 });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.merge(Foo, "a", { spec: { size: 0 } });
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  await harness.merge(Foo, "a", { spec: { size: 0 } });
  const written = ["create", "delete", "create", "delete"].map((verb) => verb === "create" ? 201 : 200);
  assertEquals(harness.written().map((line) => Number(line.slice(-3))), written);
  harness.forget();
  harness.cluster.watches.thaw();
  await harness.clock.advance(60_000);
  assertEquals(harness.asked(), []);
  assertEquals(harness.outcomes().filter((outcome) => outcome !== "NoOp"), []);
  assertEquals(await harness.get(ConfigMap, "a"), undefined);
});

Deno.test("while the watches are silent, a list holds what earlier Runs have written", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.list(ConfigMap, { owned: true }))
    .change(
      "create",
      ({ object: { spec } }, found) =>
        found.length < (spec.size ?? 0) ? create(ConfigMap, { metadata: { generateName: "part-" } }) : found,
    );
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.createFoo("a", { size: 10 });
  assertEquals((await harness.list(ConfigMap)).length, 10);
  harness.cluster.watches.thaw();
  await harness.clock.advance(60_000);
  assertEquals((await harness.list(ConfigMap)).length, 10);
  assertEquals(harness.written().length, 10);
});

Deno.test("while the watches are silent, the object itself is seen as it was written", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .change("count", ({ object }) => {
      const count = Number(object.metadata.annotations?.["count"] ?? 0);
      if (count >= 5) return;
      return patch(Foo, object, { merge: { metadata: { annotations: { count: String(count + 1) } } } });
    })
    .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));
  await harness.serve({ resource: Foo, steps, writes: [Foo] });
  harness.cluster.intercept(({ user, verb }) => {
    if (user === "operator" && verb === "patch") harness.cluster.watches.freeze({ plural: "foos" });
  });
  await harness.createFoo("a");
  assertEquals(harness.written(), [...Array(5).fill("patch foos a 200"), "patch foos/status a 200"]);
});

Deno.test("a stranger's change while the watches are silent is seen when they report again", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  await harness.merge(ConfigMap, "a", { data: { text: "nonsense" } });
  harness.forget();
  harness.cluster.watches.thaw();
  await harness.clock.advance(60_000);
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a", "NoOp"]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "bye" });
});

Deno.test("a change of another kind that has effect counts as one, also when the watch comes first", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" });
  harness.cluster.intercept({
    // The answer comes when the watch has long shown what was written.
    after: async ({ user, verb }) => {
      if (user === "operator" && verb === "patch") await harness.clock.settle();
    },
  });
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  await harness.clock.advance(60_000);
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a", "NoOp"]);
  assertEquals(harness.logger.at("warn"), []);
});

Deno.test("a change of another kind that has effect counts as one, also when the watch is silent", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  await harness.merge(Foo, "a", { spec: { text: "hello again" } });
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a", "NoOp", "patch ConfigMap default/a", "NoOp"]);
});
