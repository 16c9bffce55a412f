import { assert, assertEquals } from "@std/assert";
import { apply, create, defineSteps } from "../../mod.ts";
import { ConfigMap, Namespace } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness, Zone } from "./harness.ts";
import { ensureText } from "./plans.ts";

const ensureZoneText = defineSteps(Zone)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name, { namespace: "default" }))
  .change(
    "create the text",
    ({ object: { metadata: { name } } }, found) =>
      found ?? create(ConfigMap, { metadata: { name, namespace: "default" } }),
  );

async function servedFoo(): Promise<Harness> {
  const harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap] });
  await harness.createFoo("a", { text: "hello" });
  harness.forget();
  return harness;
}

Deno.test("a dependent that a stranger deletes is made again", async () => {
  await using harness = await servedFoo();
  await harness.delete(ConfigMap, "a");
  assertEquals(harness.reports[0]?.trigger, "ConfigMap default/a disappeared");
  assertEquals(harness.outcomes(), ["create ConfigMap default/a", "NoOp"]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "hello" });
});

Deno.test("a dependent that a stranger changes is put right", async () => {
  await using harness = await servedFoo();
  await harness.merge(ConfigMap, "a", { data: { text: "nonsense" } });
  assertEquals(harness.reports[0]?.trigger, "ConfigMap default/a changed");
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a", "NoOp"]);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "hello" });
});

Deno.test("a dependent's change wakes its owner and nobody else", async () => {
  await using harness = await servedFoo();
  await harness.createFoo("b");
  harness.forget();
  await harness.merge(ConfigMap, "a", { data: { text: "nonsense" } });
  assertEquals(new Set(harness.reports.map(({ key }) => key)), new Set(["default/a"]));
});

Deno.test("a stranger's object of an owned kind wakes nobody", async () => {
  await using harness = await servedFoo();
  await harness.create(ConfigMap, { metadata: { name: "strange" } });
  assertEquals(harness.reports, []);
});

Deno.test("a dependent whose owner references a stranger takes away wakes the former owner", async () => {
  await using harness = await servedFoo();
  await harness.merge(ConfigMap, "a", { metadata: { ownerReferences: null } });
  assertEquals(harness.reports.map(({ key }) => key), ["default/a"]);
});

Deno.test("what is created and what is applied gets its controller owner", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find one", ({ kube }) => kube.get(ConfigMap, "created"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "created" } }))
    .observe("find other", ({ kube }) => kube.get(ConfigMap, "applied"))
    .change("apply", (_, found) => found ?? apply(ConfigMap, { metadata: { name: "applied" } }));
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  const { metadata: { uid } } = await harness.createFoo("a");
  const reference = { apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true };
  assertEquals((await harness.get(ConfigMap, "created"))?.metadata.ownerReferences, [reference]);
  assertEquals((await harness.get(ConfigMap, "applied"))?.metadata.ownerReferences, [reference]);
});

Deno.test("the owner is left out where the change says so, and where the kind is not owned", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo)
    .observe("find one", ({ kube }) => kube.get(ConfigMap, "free"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "free" } }, { owned: false }))
    .observe("find other", ({ kube }) => kube.get(ConfigMap, "applied"))
    .change("apply", (_, found) => found ?? apply(ConfigMap, { metadata: { name: "applied" } }, { owned: false }))
    .observe("find the namespace", ({ kube }) => kube.get(Namespace, "mine"))
    .change("create the namespace", (_, found) => found ?? create(Namespace, { metadata: { name: "mine" } }));
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], writes: [Namespace] });
  await harness.createFoo("a");
  for (const name of ["free", "applied"]) {
    assertEquals((await harness.get(ConfigMap, name))?.metadata.ownerReferences, undefined, name);
  }
  assertEquals((await harness.get(Namespace, "mine"))?.metadata.ownerReferences, undefined);
});

Deno.test("dependents are garbage collected with their owner, and not made again", async () => {
  await using harness = await servedFoo();
  await harness.delete(Foo, "a");
  assertEquals(await harness.get(ConfigMap, "a"), undefined);
  await harness.clock.advance(3_600_000);
  assertEquals(harness.written(), []);
});

Deno.test("a cluster-scoped owner has dependents in a namespace, is woken by them and takes them with it", async () => {
  await using harness = await Harness.start({ kinds: [Zone] });
  await harness.serve({ resource: Zone, steps: ensureZoneText, owns: [ConfigMap] });
  const { metadata: { uid } } = await harness.create(Zone, { metadata: { name: "z" }, spec: {} });
  assertEquals((await harness.get(ConfigMap, "z"))?.metadata.ownerReferences?.[0]?.uid, uid);
  harness.forget();
  await harness.delete(ConfigMap, "z");
  assertEquals(harness.reports.map(({ key, trigger }) => `${key}: ${trigger}`), [
    "z: ConfigMap default/z disappeared",
    "z: a change was made",
  ]);
  await harness.delete(Zone, "z");
  assertEquals(await harness.get(ConfigMap, "z"), undefined);
});

Deno.test("an owner in a namespace is not made the owner of what the garbage collector would take", async () => {
  await using harness = await Harness.start({ namespaces: ["other"] });
  const steps = defineSteps(Foo)
    .change("create", () => create(ConfigMap, { metadata: { name: "far", namespace: "other" } }));
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  assertEquals(harness.written(), []);
  assert(harness.outcomes()[0]?.includes("pass { owned: false }"), harness.outcomes()[0]);
});

Deno.test("dependents that a label selector leaves out wake nobody, and are found all the same", async () => {
  await using harness = await Harness.start();
  const found: unknown[] = [];
  const steps = defineSteps(Foo)
    .observe("find", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
    .change("create", ({ object }, map) => {
      found.push(map?.metadata.name);
      return map ?? create(ConfigMap, { metadata: { name: object.metadata.name } });
    });
  await harness.serve({ resource: Foo, steps, owns: [{ kind: ConfigMap, labelSelector: { part: "of-foo" } }] });
  await harness.createFoo("a");
  assertEquals(found, [undefined, "a"]);
  assertEquals(harness.written(), ["create configmaps 201"]);
  harness.forget();
  await harness.merge(ConfigMap, "a", { data: { text: "other" } });
  assertEquals(harness.reports, []);
});
