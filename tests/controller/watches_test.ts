import { assertEquals } from "@std/assert";
import { defineSteps, watchKind } from "../../mod.ts";
import { ConfigMap, Node, Secret } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { doNothing } from "./plans.ts";

/** Names in `data.for` the objects that it concerns. */
const settings = watchKind(ConfigMap, {
  map: ({ metadata: { namespace }, data }) =>
    (data?.["for"] ?? "").split(",").filter(Boolean).map((name) => ({ name, namespace: namespace! })),
});

async function servedWith(watches: Parameters<Harness["serve"]>[0]["watches"], namespace?: string): Promise<Harness> {
  const harness = await Harness.start({ namespaces: ["other"] });
  const scope = namespace === undefined ? {} : { namespace };
  await harness.serve({ resource: Foo, steps: doNothing, ...(watches && { watches }), ...scope });
  for (const name of ["a", "b", "c"]) await harness.createFoo(name);
  await harness.create(ConfigMap, { metadata: { name: "settings" }, data: { for: "a" } });
  return harness;
}

function keys({ reports }: Harness): string[] {
  return reports.map(({ key }) => key);
}

Deno.test("an object that a watched object names is run when the watched one appears", async () => {
  await using harness = await servedWith([settings]);
  const { key, trigger } = harness.reports.at(-1)!;
  assertEquals([key, trigger], ["default/a", "ConfigMap default/settings appeared"]);
});

Deno.test("when the mapping changes, the objects named before and after are both run", async () => {
  await using harness = await servedWith([settings]);
  harness.forget();
  await harness.merge(ConfigMap, "settings", { data: { for: "b,c" } });
  assertEquals(keys(harness).sort(), ["default/a", "default/b", "default/c"]);
});

Deno.test("the named object is run when the watched object is gone", async () => {
  await using harness = await servedWith([settings]);
  harness.forget();
  await harness.delete(ConfigMap, "settings");
  assertEquals(keys(harness), ["default/a"]);
});

Deno.test("a named object that does not exist is not run", async () => {
  await using harness = await servedWith([settings]);
  harness.forget();
  await harness.merge(ConfigMap, "settings", { data: { for: "nobody" } });
  assertEquals(keys(harness), ["default/a"]);
  assertEquals(harness.asked(), []);
});

Deno.test("a named object outside the controller's namespaces is not run", async () => {
  const elsewhere = watchKind(Node, {
    map: () => [{ name: "a", namespace: "default" }, { name: "a", namespace: "other" }],
  });
  await using harness = await servedWith([elsewhere], "other");
  await harness.createFoo("a", {}, { namespace: "other" });
  harness.forget();
  await harness.create(Node, { metadata: { name: "node-1" } });
  assertEquals(keys(harness), ["other/a"]);
});

Deno.test("a mapping that throws is logged and kills nothing", async () => {
  const map = (object: ConfigMap) => {
    if (object.data?.["for"] === "a") throw new Error("cannot read it");
    return [{ name: "b", namespace: "default" }];
  };
  await using harness = await servedWith([watchKind(ConfigMap, { map })]);
  assertEquals(harness.logger.at("error"), [
    'Cannot say what to run as the mapping "map" of ConfigMap threw for "ConfigMap default/settings appeared": ' +
    "cannot read it",
  ]);
  harness.forget();
  await harness.merge(ConfigMap, "settings", { data: { for: "b" } });
  assertEquals(keys(harness), ["default/b"], "what it says of the object as it is counts");
  await harness.merge(Foo, "c", { spec: { size: 1 } });
  assertEquals(keys(harness), ["default/b", "default/c"]);
});

Deno.test("a mapping that returns nonsense is logged and kills nothing", async () => {
  await using harness = await servedWith([watchKind(ConfigMap, { map: () => undefined as never })]);
  assertEquals(harness.logger.at("error").length, 1);
  harness.forget();
  await harness.merge(Foo, "c", { spec: { size: 1 } });
  assertEquals(keys(harness), ["default/c"]);
});

Deno.test("a predicate says which changes of a watched kind count", async () => {
  const watched = watchKind(ConfigMap, {
    map: () => [{ name: "a", namespace: "default" }],
    predicate: ({ after }) => after?.data?.["for"] === "b",
  });
  await using harness = await servedWith([watched]);
  harness.forget();
  await harness.merge(ConfigMap, "settings", { data: { for: "c" } });
  assertEquals(keys(harness), []);
  await harness.merge(ConfigMap, "settings", { data: { for: "b" } });
  assertEquals(keys(harness), ["default/a"]);
});

Deno.test("a label selector says which objects of a watched kind are watched", async () => {
  const map = () => [{ name: "a", namespace: "default" }];
  await using harness = await servedWith([watchKind(ConfigMap, { map, labelSelector: { use: "settings" } })]);
  harness.forget();
  await harness.merge(ConfigMap, "settings", { data: { for: "c" } });
  assertEquals(keys(harness), []);
  await harness.merge(ConfigMap, "settings", { metadata: { labels: { use: "settings" } } });
  assertEquals(keys(harness), ["default/a"]);
});

Deno.test("a watched kind is read from the cache, one that is not from the API server", async () => {
  await using harness = await Harness.start();
  await harness.create(ConfigMap, { metadata: { name: "settings" } });
  await harness.create(Secret, { metadata: { name: "key" } });
  const steps = defineSteps(Foo)
    .observe("the settings", ({ kube }) => kube.get(ConfigMap, "settings"))
    .observe("the key", ({ kube }) => kube.get(Secret, "key"));
  await harness.serve({ resource: Foo, steps, watches: [settings], reads: [Secret] });
  await harness.createFoo("a");
  assertEquals(harness.asked(), ["get secrets key 200"]);
});

Deno.test("a name without a namespace means the namespace of the watched object", async () => {
  const sameName = watchKind(ConfigMap, { map: ({ metadata }) => [{ name: metadata.name }] });
  await using harness = await servedWith([sameName]);
  harness.forget();
  await harness.create(ConfigMap, { metadata: { name: "b" } });
  assertEquals(keys(harness), ["default/b"]);
});
