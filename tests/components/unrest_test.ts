/** Dependents that never come to rest cost little, and it is said. */

import { assert, assertEquals } from "@std/assert";
import { component, defineSteps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds.ts";
import { Foo, Harness } from "../controller/harness.ts";

const MINUTE = 60_000;

/** How many of the changes since the last look wrote the dependent. */
function writesOf(harness: Harness): number {
  const writes = harness.written().filter((one) => one.includes("configmaps")).length;
  harness.forget();
  return writes;
}

const keeping = (build: (owner: Foo) => Record<string, string>) =>
  defineSteps(Foo).ensure(component(Foo, ConfigMap, { build: (owner) => ({ data: build(owner) }) }), {
    drift: "apply",
  });

const warnings = ({ logger }: Harness) =>
  logger.saying("does not come to rest").filter(({ level }) => level === "warn");

Deno.test("two operators that keep one dependent in two ways write every 5 s each after a while, and say so", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a");
  for (const name of ["one", "two"]) {
    await harness.serveUnready({ name, resource: Foo, steps: keeping(() => ({ by: name })), owns: [ConfigMap] });
  }
  await harness.clock.advance(MINUTE);
  assert(writesOf(harness) < 2 * (20 + MINUTE / 5_000) + 20);
  await harness.clock.advance(10 * MINUTE);
  const writes = writesOf(harness);
  assert(writes > 100 && writes <= 2 * (10 * MINUTE / 5_000) + 4, String(writes));
  assert(harness.logger.saying("does not come to rest").length > 0);
});

Deno.test("a build that gives another thing each time is written every 5 s after a while, and is said once", async () => {
  await using harness = await Harness.start();
  let calls = 0;
  await harness.createFoo("a");
  await harness.serveUnready({ resource: Foo, steps: keeping(() => ({ calls: `${calls++}` })), owns: [ConfigMap] });
  await harness.clock.advance(MINUTE);
  assert(writesOf(harness) <= 20 + MINUTE / 5_000 + 2);
  await harness.clock.advance(10 * MINUTE);
  assert(writesOf(harness) <= 10 * MINUTE / 5_000 + 2);
  assertEquals(warnings(harness).length, 1);
});

Deno.test("what edits of the owner ask for, and now and then a stranger's change, is put right at once however often", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a");
  await harness.serve({ resource: Foo, steps: keeping(({ spec }) => ({ text: spec.text ?? "" })), owns: [ConfigMap] });
  for (let edit = 0; edit < 60; edit++) {
    await harness.merge(Foo, "a", { spec: { text: `${edit}` } });
    assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: `${edit}` });
  }
  for (let change = 0; change < 60; change++) {
    await harness.merge(ConfigMap, "a", { data: { text: "theirs" } });
    assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "59" });
    await harness.clock.advance(5_000);
  }
  assertEquals(harness.logger.saying("does not come to rest"), []);
});

Deno.test("a stranger who has stopped is put right, and a new one at once after a while", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a");
  await harness.serve({ resource: Foo, steps: keeping(() => ({ text: "mine" })), owns: [ConfigMap] });
  for (let change = 0; change < 40; change++) await harness.merge(ConfigMap, "a", { data: { text: "theirs" } });
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "theirs" });
  await harness.clock.advance(6_000);
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "mine" });
  await harness.clock.advance(3 * MINUTE);
  await harness.merge(ConfigMap, "a", { data: { text: "theirs" } });
  assertEquals((await harness.get(ConfigMap, "a"))?.data, { text: "mine" });
});
