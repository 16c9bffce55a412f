/** Dependents without an owner reference wake their owner as well. */

import { assertEquals } from "@std/assert";
import {
  component,
  type ComponentOptions,
  create,
  defineSteps,
  type EnsureOptions,
  type KubeObject,
  type ResourceKind,
  type Steps,
} from "../../mod.ts";
import { ClusterRole, ConfigMap, Pod } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness, Zone } from "./harness.ts";

const HOUR = 3_600_000;

// deno-lint-ignore no-explicit-any -- components of several kinds
type Loose = any;

/** Ways in which a dependent has no owner reference, and where it is then. */
const WAYS: Readonly<
  Record<string, { kind: ResourceKind<Loose>; options: Partial<ComponentOptions<Foo, Loose>>; namespace: string }>
> = {
  "in another namespace": { kind: ConfigMap, options: { namespace: () => "shared" }, namespace: "shared" },
  "of a cluster-scoped kind": { kind: ClusterRole, options: {}, namespace: "" },
  "that shall not be owned": { kind: ConfigMap, options: { owned: false }, namespace: "default" },
  "with labels of its own": {
    kind: ConfigMap,
    options: {
      namespace: () => "shared",
      labels: ({ metadata }) => ({
        "app.kubernetes.io/instance": `of-${metadata.name}`,
        "app.kubernetes.io/managed-by": "somebody",
      }),
    },
    namespace: "shared",
  },
  "with a name of its own": {
    kind: ConfigMap,
    options: { namespace: () => "shared", name: ({ metadata }) => `the.${metadata.name}` },
    namespace: "shared",
  },
};

interface Scene {
  readonly harness: Harness;
  readonly kind: ResourceKind<Loose>;
  readonly namespace: string;
  readonly name: string;
}

async function serving(way: string, ensure: EnsureOptions<Foo, Loose>, owner = "a"): Promise<Scene> {
  const { kind, options, namespace } = WAYS[way]!;
  const part = component(Foo, kind, {
    build: () => kind === ConfigMap ? { data: { a: "1" } } : { rules: [] },
    ...options,
  });
  const harness = await Harness.start({ namespaces: ["shared"] });
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).ensure(part, ensure), owns: [kind] });
  const foo = await harness.createFoo(owner);
  await harness.createFoo("other");
  harness.forget();
  return { harness, kind, namespace, name: part.nameFor(foo) };
}

const keysOf = ({ reports }: Harness) => [...new Set(reports.map(({ key }) => key))];

for (const way of Object.keys(WAYS)) {
  Deno.test(`a dependent ${way} that is deleted is made again at once, and wakes no other owner`, async () => {
    const { harness, kind, namespace, name } = await serving(way, {});
    await using _harness = harness;
    await harness.delete(kind, name, namespace);
    assertEquals(keysOf(harness), ["default/a"]);
    assertEquals((await harness.get(kind, name, namespace))?.metadata.name, name);
  });

  Deno.test(`a dependent ${way} that a stranger changes is put right at once, also when its labels are taken away`, async () => {
    const { harness, kind, namespace, name } = await serving(way, { drift: "apply" });
    await using _harness = harness;
    const before: Loose = await harness.get(kind, name, namespace);
    for (
      const patch of [
        kind === ConfigMap ? { data: { a: "2" } } : { rules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }] },
        {
          metadata: { labels: null },
        },
      ]
    ) {
      await harness.merge(kind, name, patch, { namespace });
      const { metadata, data, rules }: Loose = await harness.get(kind, name, namespace);
      assertEquals(
        [metadata.labels, data, rules],
        [before.metadata.labels, before.data, before.rules],
        JSON.stringify(patch),
      );
    }
    assertEquals(keysOf(harness), ["default/a"]);
  });

  Deno.test(`a dependent ${way} is known by another process, which has not made it`, async () => {
    const { harness, kind, namespace, name } = await serving(way, { drift: "apply" });
    await using _harness = harness;
    await harness.delete(Foo, "other");
    const { options } = WAYS[way]!;
    const part = component(Foo, kind, {
      build: () => kind === ConfigMap ? { data: { a: "1" } } : { rules: [] },
      ...options,
    });
    await harness.serve({ name: "next", resource: Foo, steps: () => defineSteps(Foo).ensure(part), owns: [kind] });
    harness.forget();
    await harness.delete(kind, name, namespace);
    assertEquals(harness.reports.some(({ controller }) => controller === "next"), true);
  });
}

Deno.test("an owner whose name is too long for a label is found as well", async () => {
  const { harness, name } = await serving("in another namespace", {}, `a.${"long-".repeat(30)}name`);
  await using _harness = harness;
  await harness.delete(ConfigMap, name, "shared");
  assertEquals((await harness.get(ConfigMap, name, "shared"))?.metadata.name, name);
});

/** Created by hand: the plan does not have the component. */
function byHand(): Steps<Foo, unknown> {
  const part = component(Foo, ConfigMap, { namespace: () => "shared", build: () => ({}) });
  return defineSteps(Foo)
    .observe("find it", ({ kube, object }) => part.list(kube, object))
    .change("make it", ({ object }, [found]) => {
      const { metadata, ...rest } = part.build(object);
      return found ??
        create(ConfigMap, { ...rest, metadata: { ...metadata, generateName: "any-", name: undefined! } }, {
          owned: false,
        });
    });
}

Deno.test("a dependent that is made by hand, under any name, wakes the owner that its labels name, wherever that is", async () => {
  await using harness = await Harness.start({ namespaces: ["shared", "far"] });
  await harness.serve({ resource: Foo, steps: byHand(), owns: [ConfigMap] });
  await harness.createFoo("a", {}, { namespace: "far" });
  await harness.createFoo("b");
  const madeFor = async (instance: string) =>
    (await harness.list<ConfigMap>(ConfigMap, "shared"))
      .find(({ metadata }) => metadata.labels?.["app.kubernetes.io/instance"] === instance)!;
  for (const _ of [1, 2]) {
    harness.forget();
    await harness.delete(ConfigMap, (await madeFor("a")).metadata.name, "shared");
    assertEquals(keysOf(harness), ["far/a"]);
  }
  // Owners that came and went since the first look.
  await harness.createFoo("c");
  await harness.delete(Foo, "a", "far");
  harness.forget();
  await harness.delete(ConfigMap, (await madeFor("c")).metadata.name, "shared");
  await harness.delete(ConfigMap, (await madeFor("a")).metadata.name, "shared");
  assertEquals(keysOf(harness), ["default/c"]);
});

Deno.test("labels that go from one owner to another wake both", async () => {
  const { harness, name } = await serving("that shall not be owned", {});
  await using _harness = harness;
  await harness.merge(ConfigMap, name, { metadata: { labels: { "app.kubernetes.io/instance": "other" } } });
  assertEquals(keysOf(harness).sort(), ["default/a", "default/other"]);
});

Deno.test("an object that another controls wakes nobody although it has a workload's labels: pods belong to their ReplicaSet", async () => {
  const part = component(Foo, ConfigMap, { owned: false, build: () => ({}) });
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).ensure(part), owns: [ConfigMap, Pod] });
  const foo = await harness.createFoo("a");
  const { metadata: { uid } } = await harness.create(ConfigMap, { metadata: { name: "boss" } });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "boss", uid, controller: true };
  harness.forget();
  const spec = { containers: [{ name: "main", image: "x" }] };
  const labels = part.labelsFor(foo);
  await harness.create(Pod, { metadata: { name: "p", labels, ownerReferences: [reference] }, spec });
  await harness.merge(Pod, "p", { metadata: { annotations: { a: "b" } } });
  assertEquals(keysOf(harness), []);
});

Deno.test("an object that appears at a dependent's place wakes the owner", async () => {
  const { harness, name } = await serving(
    "in another namespace",
    { removeWhen: () => true } as EnsureOptions<Foo, Loose>,
  );
  await using _harness = harness;
  await harness.create(ConfigMap, { metadata: { name, namespace: "shared" } });
  assertEquals(keysOf(harness), ["default/a"]);
});

Deno.test("a dependent whose place changed with the owner's spec wakes the owner from the new place", async () => {
  const part = component(Foo, ConfigMap, { namespace: ({ spec }) => spec.text ?? "shared", build: () => ({}) });
  await using harness = await Harness.start({ namespaces: ["shared", "far"] });
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).ensure(part), owns: [ConfigMap] });
  await harness.createFoo("a");
  await harness.merge(Foo, "a", { spec: { text: "far" } });
  harness.forget();
  await harness.delete(ConfigMap, "a", "far");
  assertEquals(harness.outcomes(), ["create ConfigMap far/a", "NoOp"]);
});

Deno.test("a name function that throws for one owner fails its Run alone, and its neighbours are woken as before", async () => {
  const part = component(Foo, ConfigMap, {
    namespace: () => "shared",
    name: ({ metadata: { name } }) => {
      if (name === "bad") throw new Error("no name");
      return name;
    },
    build: () => ({}),
  });
  await using harness = await Harness.start({ namespaces: ["shared"] });
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).ensure(part), owns: [ConfigMap] });
  await harness.createFoo("bad");
  await harness.createFoo("good");
  harness.forget();
  await harness.delete(ConfigMap, "good", "shared");
  assertEquals(harness.outcomes("default/good"), ["create ConfigMap shared/good", "NoOp"]);
});

Deno.test("a dependent of a cluster-scoped owner that shall not be owned wakes it", async () => {
  const part = component(Zone, ConfigMap, { owned: false, namespace: () => "default", build: () => ({}) });
  await using harness = await Harness.start({ kinds: [Zone] });
  await harness.serve({ resource: Zone, steps: defineSteps(Zone).ensure(part), owns: [ConfigMap] });
  await harness.create(Zone, { metadata: { name: "z" }, spec: {} } as Loose);
  harness.forget();
  await harness.delete(ConfigMap, "z");
  assertEquals(keysOf(harness), ["z"]);
});

Deno.test("while nothing happens to tied dependents, their owners sleep", async () => {
  const { harness } = await serving("in another namespace", { drift: "apply" });
  await using _harness = harness;
  await harness.create(ConfigMap, { metadata: { name: "strange", namespace: "shared" } } as KubeObject & Loose);
  await harness.clock.advance(HOUR);
  assertEquals(harness.reports, []);
});
