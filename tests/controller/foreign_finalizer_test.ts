import { assertEquals } from "@std/assert";
import { defineSteps } from "../../mod.ts";
import type { InterceptedRequest } from "../../lib/testing/mod.ts";
import { Foo, Harness } from "./harness.ts";
import { doNothing } from "./plans.ts";

const OURS = "example.dev/foo";
const cleanup = defineSteps(Foo);

/** Has somebody else write at the worst moment: when the operator's patch is on its way. */
function meanwhile(harness: Harness, finalizers: readonly string[]): void {
  let done = false;
  harness.cluster.intercept(async ({ verb, resource, user }: InterceptedRequest) => {
    if (done || user !== "operator" || verb !== "patch" || resource !== "foos") return;
    done = true;
    await harness.cluster.performRequest({
      method: "PATCH",
      path: "/apis/example.dev/v1/namespaces/default/foos/a",
      contentType: "application/merge-patch+json",
      bodyJson: { metadata: { finalizers: [...finalizers] } },
    });
  });
}

async function finalizersOf(harness: Harness): Promise<string[] | undefined> {
  return (await harness.get(Foo, "a"))?.metadata.finalizers;
}

Deno.test("a foreign finalizer that comes while ours is added is not lost", async () => {
  await using harness = await Harness.start();
  meanwhile(harness, ["example.dev/other"]);
  await harness.serve({ resource: Foo, steps: doNothing, cleanup });
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  assertEquals(await finalizersOf(harness), ["example.dev/other", OURS]);
});

Deno.test("a foreign finalizer that goes while ours is added does not come back", async () => {
  await using harness = await Harness.start();
  meanwhile(harness, []);
  await harness.serve({ resource: Foo, steps: doNothing, cleanup });
  await harness.createFoo("a", {}, { finalizers: ["example.dev/other"] });
  await harness.clock.advance(60_000);
  assertEquals(await finalizersOf(harness), [OURS]);
});

Deno.test("a foreign finalizer that goes while ours is removed is not taken for ours", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", {}, { finalizers: ["example.dev/first", OURS, "example.dev/last"] });
  await harness.serve({ resource: Foo, steps: doNothing, cleanup });
  meanwhile(harness, [OURS, "example.dev/last"]);
  await harness.delete(Foo, "a");
  await harness.clock.advance(60_000);
  assertEquals(await finalizersOf(harness), ["example.dev/last"]);
});

Deno.test("foreign finalizers that are there when ours is removed stay", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", {}, { finalizers: ["example.dev/first", OURS, "example.dev/last"] });
  await harness.serve({ resource: Foo, steps: doNothing, cleanup });
  await harness.delete(Foo, "a");
  assertEquals(await finalizersOf(harness), ["example.dev/first", "example.dev/last"]);
});

Deno.test("our finalizer that somebody else removes at the same time is no trouble", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", {}, { finalizers: [OURS] });
  await harness.serve({ resource: Foo, steps: doNothing, cleanup });
  meanwhile(harness, []);
  await harness.delete(Foo, "a");
  await harness.clock.advance(600_000);
  assertEquals(await harness.get(Foo, "a"), undefined);
  assertEquals(harness.written(), ["patch foos a 404"]);
});
