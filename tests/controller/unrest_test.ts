/** Objects that never come to rest because somebody undoes the changes: they cost little, and are logged. */

import { assert, assertEquals } from "@std/assert";
import { component, create, defineSteps, patch, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Unrest } from "../../lib/controller/key/unrest.ts";
import { storedFoo } from "../kube/fakes.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;

/** How many writes there were since the last look. */
function writesOf(harness: Harness): number {
  const { length } = harness.written();
  harness.forget();
  return length;
}

const warnings = ({ logger }: Harness) =>
  logger.saying("without coming to rest").filter(({ level }) => level === "warn").length;

/** Plans by which two operators keep one ConfigMap, each in its own way. */
const FIGHTS: Readonly<Record<string, (mine: string) => Steps<Foo, unknown>>> = {
  "keep one dependent in two ways": (mine) =>
    defineSteps(Foo).ensure(component(Foo, ConfigMap, { build: () => ({ data: { mine } }) }), { drift: "apply" }),
  "patch one object in two ways": (mine) =>
    defineSteps(Foo)
      .observe("find", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
      .change(
        "create",
        ({ object: { metadata: { name } } }, found) => found ?? create(ConfigMap, { metadata: { name } }),
      )
      .change(
        "patch",
        (_, found) => found.data?.["mine"] === mine ? found : patch(ConfigMap, found, { merge: { data: { mine } } }),
      ),
};

for (const [what, plan] of Object.entries(FIGHTS)) {
  Deno.test(`two operators that ${what} are slowed down to once a second each, with a warning`, async () => {
    await using harness = await Harness.start();
    await harness.createFoo("a");
    for (const name of ["one", "two"]) {
      await harness.serveUnready({ name, resource: Foo, steps: plan(name), owns: [ConfigMap] });
    }
    await harness.clock.advance(MINUTE);
    await harness.clock.advance(5 * MINUTE);
    assert(writesOf(harness) < 2_500);
    await harness.clock.advance(10 * MINUTE);
    const changes = harness.outcomes().filter((outcome) => /^(apply|patch)/.test(outcome)).length;
    assert(changes > 300 && changes <= 2 * 610, String(changes));
    // One that is slowed down leaves less for the other to undo.
    assert([1, 2].includes(warnings(harness)), String(warnings(harness)));
  });
}

Deno.test("a dependent that somebody always deletes is soon created only once a second", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).ensure(component(Foo, ConfigMap, { build: () => ({}) }));
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  for (let times = 0; times < 300; times++) await harness.delete(ConfigMap, "a").catch(() => {});
  assert(writesOf(harness) <= 110);
  assertEquals(warnings(harness), 1);
  await harness.clock.advance(2_000);
  assert(await harness.get(ConfigMap, "a"));
});

Deno.test("edits are carried out at once however often they come, and so are occasional corrections", async () => {
  await using harness = await Harness.start();
  const part = component(Foo, ConfigMap, { build: ({ spec }) => ({ data: { text: spec.text ?? "" } }) });
  const steps = defineSteps(Foo).ensure(part, { drift: "apply" });
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  const put = async (text: string) => assertEquals((await harness.get(ConfigMap, "a"))?.data, { text });
  for (let edit = 0; edit < 200; edit++) {
    await harness.merge(Foo, "a", { spec: { text: `${edit}` } });
    await put(`${edit}`);
  }
  for (let change = 0; change < 200; change++) {
    await harness.merge(ConfigMap, "a", { data: { text: "theirs" } });
    await put("199");
    await harness.clock.advance(1_000);
  }
  assertEquals(warnings(harness), 0);
});

Deno.test("another object with the name starts afresh", async () => {
  await using harness = await Harness.start();
  const steps = defineSteps(Foo).ensure(component(Foo, ConfigMap, { build: () => ({}) }));
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap] });
  await harness.createFoo("a");
  for (let times = 0; times < 120; times++) await harness.delete(ConfigMap, "a").catch(() => {});
  await harness.delete(Foo, "a");
  await harness.createFoo("a");
  assert(await harness.get(ConfigMap, "a"));
});

Deno.test("each change counts for a second more, and the objects changed longest ago are forgotten first", () => {
  const unrest = new Unrest();
  const object = storedFoo({ uid: "u" });
  for (let change = 0; change < 3; change++) unrest.add("first", object, 0);
  assertEquals([0, 1_000, 3_000].map((now) => unrest.changesOf("first", object, now)), [3, 2, 0]);
  const edited = storedFoo({ uid: "u", generation: 7 });
  assertEquals(unrest.changesOf("first", edited, 0), 0);
  for (let at = 1; at < 10_000; at++) unrest.add(`${at}`, object, 0);
  assertEquals(unrest.changesOf("first", object, 0), 3);
  unrest.add("last", object, 0);
  assertEquals(["first", "1", "last"].map((key) => unrest.changesOf(key, object, 0)), [0, 1, 1]);
});
