/** Statuses that the API server stores differently: it is asked once in vain, and the walk goes on. */

import { assertEquals } from "@std/assert";
import { create, type CustomObject, type DefinedResource, defineResource, defineSteps } from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Harness } from "./harness.ts";

// deno-lint-ignore no-explicit-any -- statuses that break their schema are written
type Any = any;
type Wall = CustomObject<Record<string, unknown>, Record<string, unknown>>;

const Wall: DefinedResource<Record<string, unknown>, Record<string, unknown>> = defineResource({
  ...{ group: "example.dev", version: "v1", kind: "Wall", scope: "Namespaced" },
  spec: jsonSchema<Record<string, unknown>>({ type: "object", "x-kubernetes-preserve-unknown-fields": true }),
  status: jsonSchema<Record<string, unknown>>({
    type: "object",
    properties: {
      phase: { type: "string" },
      round: { type: "integer" },
      color: { type: "string", default: "white" },
      stones: { type: "array", items: { type: "object", properties: { size: { type: "integer", default: 1 } } } },
    },
  }),
});

const STATUSES: Readonly<Record<string, Any>> = {
  "a default that comes back": { phase: "up" },
  "a field that is dropped": { phase: "up", color: "red", unknown: 1 },
  "a null": { phase: null, color: "red" },
  "a null where there is a default": { color: null },
  "a default in a list": { color: "red", stones: [{}, { size: 2 }] },
  "a field of a list that is dropped": { color: "red", stones: [{ size: 2, unknown: 1 }] },
  "nothing": {},
};

const build = (defineSteps(Wall) as Any)
  .change("report", ({ object: { spec }, setStatus }: Any) => setStatus(STATUSES[spec["status"]] ?? spec["status"]))
  .observe("find", ({ kube, object }: Any) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "build",
    ({ object }: Any, found: Any) => found ?? create(ConfigMap, { metadata: { name: object.metadata.name } }),
  );

async function served(): Promise<Harness> {
  const harness = await Harness.start({ kinds: [Wall] });
  await harness.serve({ resource: Wall, steps: build, owns: [ConfigMap] });
  return harness;
}

for (const [name, status] of Object.entries(STATUSES)) {
  Deno.test(`a status that the API server does not store as it is set comes to rest: ${name}`, async () => {
    await using harness = await served();
    await harness.create(Wall, { metadata: { name: "a" }, spec: { status: name } } as Any);
    await harness.clock.advance(60_000);
    const writes = harness.written().filter((line) => line.startsWith("patch"));
    assertEquals(harness.outcomes().at(-1), "NoOp", JSON.stringify(status));
    assertEquals(writes.length <= 2, true, writes.join());
    assertEquals((await harness.get(ConfigMap, "a"))?.metadata.name, "a");
  });
}

Deno.test("how the API server stores a status is learnt once, however the rest of the status changes", async () => {
  await using harness = await served();
  await harness.create(Wall, { metadata: { name: "a" }, spec: { status: { round: 0 } } } as Any);
  await harness.clock.advance(60_000);
  harness.forget();
  for (let round = 1; round <= 5; round++) {
    await harness.merge(Wall, "a", { spec: { status: { round } } });
    await harness.clock.advance(60_000);
    assertEquals((await harness.get(Wall, "a"))?.status, { round, color: "white" });
  }
  assertEquals(harness.written().length, 5);
});

Deno.test("a field that others have changed is set again, although it was set in vain before", async () => {
  await using harness = await served();
  await harness.create(Wall, { metadata: { name: "a" }, spec: { status: { phase: "up" } } } as Any);
  await harness.clock.advance(60_000);
  await harness.merge(Wall, "a", { status: { color: "black" } }, { subresource: "status" });
  await harness.merge(Wall, "a", { spec: { more: 1 } });
  await harness.clock.advance(60_000);
  assertEquals((await harness.get(Wall, "a"))?.status, { phase: "up", color: "white" });
});

Deno.test("another object with the name sends its own request", async () => {
  await using harness = await served();
  for (const _ of ["first", "second"]) {
    harness.forget();
    await harness.create(Wall, { metadata: { name: "a" }, spec: { status: { phase: "up" } } } as Any);
    await harness.clock.advance(60_000);
    assertEquals(harness.written().filter((line) => line.startsWith("patch")).length, 2);
    await harness.delete(Wall, "a");
    await harness.clock.advance(60_000);
  }
});
