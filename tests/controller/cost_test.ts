/** What a controller costs, in counts that no machine changes. A change that makes one of them worse has to say why. */

import { assertEquals } from "@std/assert";
import { create, defineSteps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";

const OBJECTS = 40;
const PARTS = 3;

/** As in the benchmark of the peers: some ConfigMaps each, and the status when all are there. */
const steps = defineSteps(Foo)
  .change("create the first ConfigMap that is missing", async ({ kube, object }) => {
    for (let part = 0; part < PARTS; part++) {
      const name = `${object.metadata.name}-${part}`;
      if (!await kube.get(ConfigMap, name)) return create(ConfigMap, { metadata: { name }, data: { part: `${part}` } });
    }
  })
  .change("report readiness", ({ setStatus }) => setStatus({ phase: "Ready" }));

/** What a start asks for, whatever there is to do. */
const START = { "list configmaps": 1, "list foos": 1, "watch configmaps": 1, "watch foos": 1 };

async function withObjects(): Promise<Harness> {
  const harness = await Harness.start();
  for (let at = 0; at < OBJECTS; at++) await harness.createFoo(`foo-${at}`);
  harness.forget();
  return harness;
}

const outcomes = ({ reports }: Harness) => Object.groupBy(reports, ({ result }) => result.outcome);

Deno.test("to converge costs the writes, one list and one watch a kind; and one Run for each write, and one more", async () => {
  await using harness = await withObjects();
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], concurrency: 8 });
  assertEquals(harness.requests.counts(), {
    ...START,
    "create configmaps": PARTS * OBJECTS,
    "patch foos/status": OBJECTS,
  });
  assertEquals(outcomes(harness).Modified?.length, (PARTS + 1) * OBJECTS);
  assertEquals(outcomes(harness).NoOp?.length, OBJECTS);
  assertEquals(harness.reports.length, (PARTS + 2) * OBJECTS);
});

Deno.test("a restart over objects that are as desired costs one list and one watch a kind, and one Run an object", async () => {
  await using harness = await withObjects();
  const first = await harness.serve({ resource: Foo, steps, owns: [ConfigMap], concurrency: 8 });
  await harness.settled(first.shutdown());
  harness.forget();
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], concurrency: 8 });
  assertEquals(harness.requests.counts(), START);
  assertEquals(harness.reports.length, OBJECTS);
});

Deno.test("a list of several pages costs one request a page", async () => {
  await using harness = await Harness.start();
  for (let at = 0; at < 501; at++) await harness.createFoo(`foo-${at}`);
  harness.forget();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo).observe("look", () => {}) });
  assertEquals(harness.requests.counts(), { "list foos": 2, "watch foos": 1 });
  assertEquals(harness.reports.length, 501);
});

Deno.test("a change of a dependent by somebody else costs one Run of its owner, and no request", async () => {
  await using harness = await withObjects();
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  harness.forget();
  await harness.merge(ConfigMap, "foo-7-1", { data: { part: "changed" } });
  await harness.clock.settle();
  assertEquals(harness.reports.map(({ key }) => key), ["default/foo-7"]);
  assertEquals(harness.requests.records.filter(({ user }) => user === "operator"), []);
});
