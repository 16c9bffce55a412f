/** Owners whose dependents would have the same name and labels: none may harm another. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { component, type ComponentOptions, defineSteps, type EnsureOptions, type ResourceKind } from "../../mod.ts";
import { ClusterRole, ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Bar, Foo, Harness } from "../controller/harness.ts";

// deno-lint-ignore no-explicit-any -- components of several kinds
type Loose = any;

const OWNER = "staircase.dev/owner";

const WAYS: readonly (readonly [string, ResourceKind<Loose>, Partial<ComponentOptions<Foo, Loose>>, string])[] = [
  ["in a third namespace", ConfigMap, { namespace: () => "shared" }, "shared"],
  ["in no namespace", ClusterRole, {}, ""],
];

const buildOf = (kind: ResourceKind<Loose>) => () => kind === ConfigMap ? { data: { a: "1" } } : { rules: [] };

async function serving(part: Loose, ensure: EnsureOptions<Foo, Loose>, kind: ResourceKind<Loose>): Promise<Harness> {
  const harness = await Harness.start({ kinds: [Foo, Bar], namespaces: ["shared", "far"] });
  const steps = defineSteps(Foo).ensure(part, ensure);
  const cleanup = defineSteps(Foo).ensure(part, { removeWhen: () => true });
  await harness.serve({ resource: Foo, steps, cleanup, owns: [kind] });
  return harness;
}

for (const [way, kind, options, namespace] of WAYS) {
  const part = component(Foo, kind, { build: buildOf(kind), ...options });
  for (const drift of ["ignore", "apply"] as const) {
    Deno.test(`drift "${drift}": of two owners of one name, the second never has nor removes the dependent ${way} of the first, and gets its own when that is gone`, async () => {
      await using harness = await serving(part, { drift, adopt: true }, kind);
      await harness.createFoo("a");
      const first: Loose = await harness.get(kind, "a", namespace);
      assertEquals(first.metadata.annotations[OWNER], "foos.example.dev/default/a");
      await harness.createFoo("a", {}, { namespace: "far" });
      assertMatch(
        harness.outcomes("far/a").at(-1)!,
        /its annotation staircase.dev\/owner names another owner: current value is "foos.example.dev\/default\/a"; put/,
      );
      await harness.delete(Foo, "a", "far");
      assertEquals(await harness.get(Foo, "a", "far"), undefined);
      assertEquals(await harness.get(kind, "a", namespace), first);

      await harness.createFoo("a", {}, { namespace: "far" });
      await harness.delete(Foo, "a");
      await harness.clock.advance(2_000);
      const second: Loose = await harness.get(kind, "a", namespace);
      assertEquals(second.metadata.annotations[OWNER], "foos.example.dev/far/a");
    });
  }

  Deno.test(`a dependent ${way} that a former version has made, which did not say whose it is, stays its owner's`, async () => {
    for (const drift of ["ignore", "apply"] as const) {
      await using harness = await serving(part, { drift }, kind);
      const { metadata: { annotations: _, ...metadata }, ...rest }: Loose = part.build({
        ...{ apiVersion: "", kind: "", spec: {} },
        metadata: { name: "a", namespace: "default", uid: "u" },
      } as Loose);
      await harness.create(kind, { metadata, ...rest });
      await harness.createFoo("a");
      const { metadata: { annotations } }: Loose = await harness.get(kind, "a", namespace);
      assertEquals(annotations?.[OWNER], drift === "apply" ? "foos.example.dev/default/a" : undefined);
      assertEquals(harness.outcomes("default/a").at(-1), "NoOp");
      await harness.delete(Foo, "a");
      assertEquals(await harness.get(kind, "a", namespace), undefined);
    }
  });

  Deno.test(`a dependent ${way} whose owner somebody writes over or takes away is put right, as long as it is kept as built`, async () => {
    await using harness = await serving(part, { drift: "apply" }, kind);
    await harness.createFoo("a");
    for (const value of ["", "constructor", "foos.example.dev/far/a", null]) {
      await harness.merge(kind, "a", { metadata: { annotations: { [OWNER]: value } } }, { namespace });
      const { metadata: { annotations } }: Loose = await harness.get(kind, "a", namespace);
      assertEquals(annotations[OWNER], "foos.example.dev/default/a", String(value));
    }
  });
}

Deno.test("owners of two kinds that differ only in their group never share a dependent", async () => {
  const Twin = { ...Foo, group: "other.dev" } as unknown as typeof Foo;
  const [mine, theirs] = [Foo, Twin].map((kind) =>
    component(kind, ConfigMap, { owned: false, build: () => ({ data: {} }) })
  );
  await using harness = await serving(mine, {}, ConfigMap);
  const owner = await harness.createFoo("a");
  const kube: Loose = { list: () => harness.list(ConfigMap, "default") };
  assertEquals((await mine!.list(kube, owner)).length, 1);
  assertEquals(await theirs!.list(kube, owner), []);
});

for (const drift of ["ignore", "apply"] as const) {
  Deno.test(`drift "${drift}": a component that is no longer to be owned, or is from now on, keeps its dependent`, async () => {
    const part = (owned: boolean) => component(Foo, ConfigMap, { owned, build: () => ({ data: { a: "1" } }) });
    const harness = await Harness.start();
    await using _harness = harness;
    await harness.createFoo("a");
    let uid: string | undefined;
    for (const owned of [true, false, true, false]) {
      const steps = defineSteps(Foo).ensure(part(owned), { drift });
      const controller = await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
      const { metadata }: Loose = await harness.get(ConfigMap, "a");
      uid ??= metadata.uid;
      assertEquals([metadata.uid, metadata.ownerReferences?.length ?? 0], [uid, owned ? 1 : 0]);
      assertEquals(harness.outcomes().filter((outcome) => /Failed|without/.test(outcome)), []);
      await harness.settled(controller.shutdown());
    }
  });
}

Deno.test("an object that another owner's annotation names is not adopted, wherever the owner is", async () => {
  const part = component(Foo, ConfigMap, { build: () => ({ data: {} }) });
  await using harness = await serving(part, { adopt: true }, ConfigMap);
  await harness.create(ConfigMap, { metadata: { name: "a", annotations: { [OWNER]: "bars.example.dev/default/b" } } });
  await harness.createFoo("a");
  assertStringIncludes(harness.outcomes("default/a").at(-1)!, `current value is "bars.example.dev/default/b"`);
  await harness.merge(ConfigMap, "a", { metadata: { annotations: { [OWNER]: "x".repeat(200_000) } } });
  await harness.clock.advance(5_000);
  assertEquals(harness.outcomes("default/a").at(-1)!.length < 1_500, true);
  assertEquals(harness.written().filter((one) => one.includes("configmaps")), []);
});
