import { assertEquals } from "@std/assert";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { doNothing, ensureText } from "./plans.ts";

const namespaces = ["red", "green", "blue"];

async function served(namespace?: string | readonly string[]): Promise<Harness> {
  const harness = await Harness.start({ namespaces });
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], ...(namespace && { namespace }) });
  for (const one of namespaces) await harness.createFoo("a", {}, { namespace: one });
  return harness;
}

async function withText(harness: Harness): Promise<unknown[]> {
  return (await harness.list(ConfigMap)).map(({ metadata: { namespace } }) => namespace).sort();
}

Deno.test("objects of all namespaces are managed if none is named", async () => {
  await using harness = await served();
  assertEquals(await withText(harness), ["blue", "green", "red"]);
});

Deno.test("objects of all namespaces are managed with an asterisk", async () => {
  await using harness = await served("*");
  assertEquals(await withText(harness), ["blue", "green", "red"]);
});

Deno.test("objects of the one named namespace are managed, and nothing else is watched", async () => {
  await using harness = await served("green");
  assertEquals(await withText(harness), ["green"]);
  const watched = harness.requests.records.filter(({ user }) => user === "operator").map(({ namespace }) => namespace);
  assertEquals(new Set(watched), new Set(["green"]));
});

Deno.test("objects of several named namespaces are managed", async () => {
  await using harness = await served(["red", "blue"]);
  assertEquals(await withText(harness), ["blue", "red"]);
  harness.forget();
  await harness.delete(ConfigMap, "a", "blue");
  await harness.merge(Foo, "a", { spec: { text: "new" } }, { namespace: "green" });
  assertEquals(harness.outcomes(), ["create ConfigMap blue/a", "NoOp"]);
});

Deno.test("only objects that the label selector matches are managed", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], labelSelector: { team: "a" } });
  await harness.createFoo("ours", {}, { labels: { team: "a" } });
  await harness.createFoo("theirs", {}, { labels: { team: "b" } });
  assertEquals(harness.reports.map(({ key }) => key), ["default/ours", "default/ours"]);
});

Deno.test("an object that begins to match the selector is managed, and one that stops matching no longer is", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: doNothing, labelSelector: "team in (a, b)", requeueEvery: "1m" });
  await harness.createFoo("a", {}, { labels: { team: "c" } });
  assertEquals(harness.outcomes(), []);
  await harness.merge(Foo, "a", { metadata: { labels: { team: "b" } } });
  assertEquals(harness.outcomes(), ["NoOp"]);
  harness.forget();
  await harness.merge(Foo, "a", { metadata: { labels: { team: "c" } } });
  await harness.clock.advance(600_000);
  assertEquals(harness.outcomes(), []);
});

Deno.test("a dependent of an object that is not selected wakes nobody", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], labelSelector: { team: "a" } });
  const { metadata: { uid } } = await harness.createFoo("theirs", {}, { labels: { team: "b" } });
  const owner = { apiVersion: "example.dev/v1", kind: "Foo", name: "theirs", uid, controller: true };
  await harness.create(ConfigMap, { metadata: { name: "theirs", ownerReferences: [owner] } });
  await harness.clock.advance(60_000);
  assertEquals(harness.outcomes(), []);
  assertEquals(harness.asked(), []);
});
