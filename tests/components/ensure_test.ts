/** Components in plans, on the embedded cluster. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { component, defineSteps, type EnsureOptions, type RemoveWhen, type Steps } from "../../mod.ts";
import type { Ensurable } from "../../lib/doors/plan.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Harness, type Manifest } from "../controller/harness.ts";
import { Site } from "./parts.ts";

const settings = component(Site, ConfigMap, {
  name: "settings",
  labels: () => ({ tier: "front" }),
  build: () => ({ data: { color: "blue" } }),
});
type Options = EnsureOptions<Site, ConfigMap> & Partial<RemoveWhen<Site>>;

async function serving(steps: Steps<Site, unknown>): Promise<Harness> {
  const harness = await Harness.start({ kinds: [Site] });
  await harness.serve({ resource: Site, steps, owns: [ConfigMap] });
  return harness;
}
const ensuring = (options?: Options) => serving(defineSteps(Site).ensure(settings, options));
const createSite = (harness: Harness, spec: Site["spec"] = {}) =>
  harness.create(Site, { metadata: { name: "a" }, spec: { ...spec } });
const settingsOf = (harness: Harness) => harness.get(ConfigMap, "a-settings");
const orphan: Manifest = { metadata: { name: "a-settings", annotations: { "other.dev/x": "y" } }, data: { mine: "1" } };
/** The same object, controlled by another one. */
async function createStrangers(harness: Harness): Promise<void> {
  const { metadata: { uid } } = await harness.create(ConfigMap, { metadata: { name: "boss" } });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "boss", uid, controller: true };
  await harness.create(ConfigMap, { ...orphan, metadata: { ...orphan.metadata, ownerReferences: [reference] } });
}

for (const drift of ["ignore", "apply"] as const) {
  Deno.test(`drift "${drift}": one that is missing is created, by one write, and again when it is deleted`, async () => {
    await using harness = await ensuring({ drift });
    const site = await createSite(harness);
    assertEquals(harness.written().length, 1);
    const made = await settingsOf(harness);
    assertEquals([made?.data, made?.metadata.labels?.tier], [{ color: "blue" }, "front"]);
    assertEquals(made?.metadata.ownerReferences?.map(({ uid, controller }) => [uid, controller]), [
      [site.metadata.uid, true],
    ]);
    await harness.delete(ConfigMap, "a-settings");
    assert(await settingsOf(harness));
    assertEquals(harness.outcomes().filter((outcome) => outcome.startsWith("without")), []);
  });

  Deno.test(`drift "${drift}": an object of its name that nobody controls is left alone, and said`, async () => {
    await using harness = await ensuring({ drift });
    await harness.create(ConfigMap, orphan);
    await createSite(harness);
    assertMatch(
      harness.outcomes()[0]!,
      /^Failed: .*Cannot use ConfigMap default\/a-settings for Site default\/a as .* has no controller owner: delete it, or pass/,
    );
    assertEquals(harness.written(), []);
  });

  Deno.test(`drift "${drift}": an object that another owner controls is never touched, and the owner is named`, async () => {
    await using harness = await ensuring({ drift, adopt: true });
    await createStrangers(harness);
    await createSite(harness);
    assertMatch(
      harness.outcomes()[0]!,
      /as another owner controls it: current value is ConfigMap boss \(uid [-0-9a-f]+\)$/,
    );
    assertEquals(harness.written(), []);
  });

  Deno.test(`drift "${drift}": one that comes between looking and creating is not overwritten`, async () => {
    await using harness = await Harness.start({ kinds: [Site] });
    await harness.create(ConfigMap, orphan);
    // As if the find step had run before.
    const late: Ensurable<Site, unknown, unknown> = {
      stepsFor: () =>
        settings.stepsFor({ drift }).map((step, at) => at === 0 ? { ...step, run: () => undefined } : step),
    };
    const steps = defineSteps(Site).ensure(late);
    await harness.serve({ resource: Site, steps, owns: [ConfigMap] });
    await createSite(harness);
    assertMatch(harness.outcomes()[0]!, /409/);
    assertEquals((await settingsOf(harness))?.data, { mine: "1" });
  });
}

Deno.test("an object that nobody controls is adopted, by a change of its own, and handed on as it is", async () => {
  await using harness = await ensuring({ adopt: true });
  await harness.create(ConfigMap, orphan);
  const site = await createSite(harness);
  assertEquals(harness.outcomes(), ["patch ConfigMap default/a-settings", "NoOp"]);
  const adopted = await settingsOf(harness);
  assertEquals(adopted?.metadata.ownerReferences?.[0]?.uid, site.metadata.uid);
  assertEquals([adopted?.metadata.labels?.tier, adopted?.data], ["front", { mine: "1" }]);
});

Deno.test("an adopted dependent is brought to what is built in the next Run", async () => {
  await using harness = await ensuring({ adopt: true, drift: "apply" });
  await harness.create(ConfigMap, orphan);
  await createSite(harness);
  assertEquals(harness.outcomes(), [
    "patch ConfigMap default/a-settings",
    "apply ConfigMap default/a-settings",
    "NoOp",
  ]);
  const adopted = await settingsOf(harness);
  assertEquals([adopted?.data, adopted?.metadata.annotations?.["other.dev/x"]], [{ mine: "1", color: "blue" }, "y"]);
});

Deno.test("an owner reference that somebody removes, or whose controller flag somebody removes, is restored", async () => {
  await using harness = await ensuring({ drift: "apply" });
  await createSite(harness);
  const { metadata: { uid, ownerReferences } } = (await settingsOf(harness))!;
  for (const others of [null, [], [{ ...ownerReferences![0], controller: false }]]) {
    await harness.merge(ConfigMap, "a-settings", { metadata: { ownerReferences: others, labels: null } });
    const { metadata } = (await settingsOf(harness))!;
    assertEquals([metadata.uid, metadata.ownerReferences], [uid, ownerReferences], JSON.stringify(others));
  }
});

Deno.test("a dependent whose owner was deleted without it is not taken by a new owner with the same name, unless it may be adopted", async () => {
  await using harness = await ensuring({ drift: "apply" });
  await createSite(harness);
  const { metadata: { annotations, labels } } = (await settingsOf(harness))!;
  await harness.delete(Site, "a");
  await harness.clock.advance(60_000);
  assertEquals(await settingsOf(harness), undefined);
  await harness.create(ConfigMap, { metadata: { name: "a-settings", annotations: annotations!, labels: labels! } });
  await createSite(harness);
  assertMatch(harness.outcomes().at(-1)!, /^Failed: .* has no controller owner/);
});

Deno.test("a refusal ends when the object is gone, without a change of the owner", async () => {
  await using harness = await ensuring();
  await createStrangers(harness);
  await createSite(harness);
  assertMatch(harness.outcomes().at(-1)!, /^Failed/);
  await harness.delete(ConfigMap, "a-settings");
  await harness.clock.advanceUntil(() => harness.outcomes().at(-1) === "NoOp", { within: 600_000 });
  assertEquals((await settingsOf(harness))?.data, { color: "blue" });
});

Deno.test("drift is ignored unless it should be corrected", async () => {
  await using harness = await ensuring();
  await createSite(harness);
  harness.forget();
  await harness.merge(ConfigMap, "a-settings", { data: { color: "red" } });
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals((await settingsOf(harness))?.data, { color: "red" });
});

Deno.test("a dependent that was created while drift was ignored is kept as built from then on", async () => {
  await using harness = await ensuring();
  await createSite(harness);
  await harness.serve({
    name: "next",
    resource: Site,
    steps: defineSteps(Site).ensure(settings, { drift: "apply" }),
    owns: [ConfigMap],
  });
  await harness.merge(ConfigMap, "a-settings", { data: { color: "red" } });
  assertEquals((await settingsOf(harness))?.data, { color: "blue" });
});

Deno.test("an unwanted dependent is removed, stays removed, and is created again when it is wanted", async () => {
  await using harness = await ensuring({ removeWhen: ({ spec }) => spec.off === true });
  await createSite(harness);
  await harness.merge(Site, "a", { spec: { off: true } });
  assertEquals(await settingsOf(harness), undefined);
  assertEquals(harness.outcomes().slice(-2), ["remove ConfigMap default/a-settings", "NoOp"]);
  await harness.merge(Site, "a", { spec: { off: false } });
  assert(await settingsOf(harness));
});

Deno.test("an unwanted object that belongs to somebody else is left alone", async () => {
  await using harness = await ensuring({ adopt: true, removeWhen: () => true });
  await harness.create(ConfigMap, orphan);
  await createSite(harness);
  assertEquals([harness.outcomes(), harness.written()], [["NoOp"], []]);
});

Deno.test("a dependent that is being deleted is waited for, and then created again", async () => {
  await using harness = await ensuring();
  await createSite(harness);
  await harness.merge(ConfigMap, "a-settings", { metadata: { finalizers: ["other.dev/x"] } });
  await harness.delete(ConfigMap, "a-settings");
  assertEquals(harness.outcomes().at(-1), "Stopped: ConfigMap default/a-settings is being deleted");
  await harness.merge(ConfigMap, "a-settings", { metadata: { finalizers: null } });
  assertEquals((await settingsOf(harness))?.metadata.finalizers, undefined);
  assertEquals(harness.outcomes().slice(-2), ["create ConfigMap default/a-settings", "NoOp"]);
});

Deno.test("readyWhen holds back the components after it, with its reason, until it returns true", async () => {
  const last = component(Site, ConfigMap, { name: "last", build: () => ({}) });
  await using harness = await serving(
    defineSteps(Site)
      .ensure(settings, { readyWhen: ({ data }) => data?.ready === "yes" || "the color has not dried" })
      .ensure(last),
  );
  await createSite(harness);
  assertEquals(harness.outcomes().at(-1), "Stopped: the color has not dried");
  assertEquals(await harness.get(ConfigMap, "a-last"), undefined);
  await harness.merge(ConfigMap, "a-settings", { data: { ready: "yes" } });
  assert(await harness.get(ConfigMap, "a-last"));
});

Deno.test("a removed dependent is not waited for, and false gives a default reason", async () => {
  await using harness = await ensuring({ readyWhen: () => false, removeWhen: ({ spec }) => spec.off === true });
  await createSite(harness);
  assertEquals(harness.outcomes().at(-1), "Stopped: ConfigMap default/a-settings is not ready");
  await harness.merge(Site, "a", { spec: { off: true } });
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a dependent without an owner reference is found by its labels, and kept as built as well", async () => {
  const elsewhere = component(Site, ConfigMap, {
    name: "far",
    namespace: () => "other",
    build: () => ({ data: { color: "blue" } }),
  });
  await using harness = await Harness.start({ kinds: [Site], namespaces: ["other"] });
  const steps = defineSteps(Site).ensure(elsewhere, { drift: "apply" });
  await harness.serve({ resource: Site, steps, writes: [ConfigMap], reads: [ConfigMap], requeueEvery: "1m" });
  await createSite(harness);
  assertEquals((await harness.get(ConfigMap, "a-far", "other"))?.metadata.ownerReferences, undefined);
  await harness.merge(ConfigMap, "a-far", { data: { color: "red" } }, { namespace: "other" });
  await harness.clock.advance(61_000);
  assertEquals((await harness.get(ConfigMap, "a-far", "other"))?.data, { color: "blue" });
  assertEquals(harness.written().length, 2);
});

for (const drift of ["ignore", "apply"] as const) {
  Deno.test(`drift "${drift}": one that is of the owner's former self is waited for, and made anew as soon as it has gone`, async () => {
    await using harness = await ensuring({ drift });
    const former = {
      ...{ apiVersion: `${Site.group}/v1beta1`, kind: "Site", name: "a" },
      ...{ uid: crypto.randomUUID(), controller: true },
    };
    await harness.create(ConfigMap, { metadata: { name: "a-settings", ownerReferences: [former] } });
    await createSite(harness);
    assertEquals(harness.outcomes(), [
      "Stopped: ConfigMap default/a-settings still belongs to a former Site default/a and is being deleted",
    ]);
    // As the garbage collector will do.
    await harness.delete(ConfigMap, "a-settings");
    assertEquals((await settingsOf(harness))?.data, { color: "blue" });
    assertEquals(harness.outcomes().filter((outcome) => outcome.startsWith("Failed")), []);
  });

  Deno.test(`drift "${drift}": an owner reference follows when the owner's API version does, by one change, and no other is touched`, async () => {
    await using harness = await ensuring({ drift });
    await createSite(harness);
    const { metadata: { uid } } = await harness.create(ConfigMap, { metadata: { name: "boss" } });
    const ours = (await settingsOf(harness))!.metadata.ownerReferences![0]!;
    const theirs = { apiVersion: "v1", kind: "ConfigMap", name: "boss", uid };
    harness.forget();
    const ownerReferences = [theirs, { ...ours, apiVersion: `${Site.group}/v1alpha1` }];
    await harness.merge(ConfigMap, "a-settings", { metadata: { ownerReferences } });
    assertEquals((await settingsOf(harness))?.metadata.ownerReferences, [theirs, ours]);
    assertEquals(harness.written().length, 1);
    assertEquals(harness.outcomes().at(-1), "NoOp");
  });
}

Deno.test("an owner of another kind with the same name does not count as a former owner", async () => {
  await using harness = await ensuring({ adopt: true });
  const { metadata: { uid } } = await harness.create(ConfigMap, { metadata: { name: "a" } });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "a", uid, controller: true };
  await harness.create(ConfigMap, { metadata: { name: "a-settings", ownerReferences: [reference] } });
  await createSite(harness);
  assertMatch(harness.outcomes()[0]!, /^Failed: .*another owner controls it/);
});

/** A component with values that the API server does not store as given, and the stored form. */
function odd(harness: Harness, store: (data: Record<string, string>) => void) {
  harness.cluster.admit({ group: "", plural: "configmaps" }, ({ object }) => store((object as ConfigMap).data ??= {}));
  const part = () => component(Site, ConfigMap, { build: () => ({ data: { a: "1", b: "" } }) });
  const steps = () =>
    defineSteps(Site)
      .ensure(part(), { drift: "apply" })
      .observe("go on", () => void reached.push(harness.clock.now()));
  const reached: number[] = [];
  return { steps, reached };
}

for (
  const [what, store] of [
    ["dropped", (data: Record<string, string>) => void delete data.b],
    ["written otherwise", (data: Record<string, string>) => void (data.b = "none")],
    ["another with each write", (data: Record<string, string>) => void (data.b = crypto.randomUUID())],
  ] as const
) {
  Deno.test(`a value that is ${what} does not keep the walk from the steps after it: two writes, and then rest`, async () => {
    await using harness = await Harness.start({ kinds: [Site] });
    const { steps, reached } = odd(harness, store);
    const controller = await harness.serve({ resource: Site, steps: steps(), owns: [ConfigMap] });
    await createSite(harness);
    await harness.clock.advance(3_600_000);
    assertEquals([harness.written().length, reached.length], [2, 1]);
    assertEquals(harness.outcomes().filter((outcome) => outcome.startsWith("without")), []);
    const { resourceVersion } = (await harness.get(ConfigMap, "a"))!.metadata;

    await harness.settled(controller.shutdown());
    await harness.serve({ resource: Site, steps: steps(), owns: [ConfigMap] });
    await harness.clock.advance(3_600_000);
    const isNew = (await harness.get(ConfigMap, "a"))!.metadata.resourceVersion !== resourceVersion;
    assertEquals(isNew, what === "another with each write", "a restart changes nothing, where that can be known");
    assertEquals(reached.length, 2);
    await harness.merge(ConfigMap, "a", { data: { a: "2" } });
    assertEquals((await harness.get(ConfigMap, "a"))?.data?.a, "1", "what others change is put right all the same");
  });
}

Deno.test("a change by others of a value that the API server normalizes is corrected", async () => {
  await using harness = await Harness.start({ kinds: [Site] });
  const { steps } = odd(harness, (data) => void (data.b ||= "none"));
  await harness.serve({ resource: Site, steps: steps(), owns: [ConfigMap] });
  await createSite(harness);
  for (const round of [1, 2]) {
    await harness.merge(ConfigMap, "a", { data: { b: "theirs" } });
    assertEquals((await harness.get(ConfigMap, "a"))?.data?.b, "none", `${round}`);
  }
  assertEquals(harness.written().length, 4);
});

Deno.test("a dependent is applied even if the fields of an earlier identity cannot be taken over", async () => {
  await using harness = await ensuring();
  await createSite(harness);
  const next = component(Site, ConfigMap, {
    name: "settings",
    labels: () => ({ tier: "front" }),
    build: () => ({ data: { size: "1" } }),
  });
  await harness.serve({
    name: "next",
    resource: Site,
    steps: defineSteps(Site).ensure(next, { drift: "apply" }),
    owns: [ConfigMap],
  });
  await harness.clock.advance(60_000);
  assertEquals((await settingsOf(harness))?.data?.size, "1");
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("the manager that a step is told of is the one that the API server notes", async () => {
  const told: string[] = [];
  await using harness = await serving(
    defineSteps(Site).observe("ask", ({ fieldManager }) => void told.push(fieldManager)).ensure(settings),
  );
  await createSite(harness);
  const { managedFields } = (await settingsOf(harness))!.metadata as { managedFields?: { manager: string }[] };
  assertEquals([...new Set(told)], managedFields?.map(({ manager }) => manager));
});
