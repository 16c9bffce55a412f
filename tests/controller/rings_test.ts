/** What holds itself is no JSON: who wants to write it has a Run that fails, and nobody else has. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { apply, type Change, component, create, defineSteps, patch, replace, runSteps, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Foo, Harness } from "./harness.ts";

/** An object that is in itself, beside what needs care. */
function ring(inner: unknown): never {
  const data: Record<string, unknown> = { inner };
  data["self"] = [data, data];
  return data as never;
}

const WRITES: Readonly<Record<string, (foo: Foo, data: never) => Change<unknown, never>>> = {
  create: ({ metadata: { name } }, data) => create(ConfigMap, { metadata: { name }, data }),
  apply: ({ metadata: { name } }, data) => apply(ConfigMap, { metadata: { name }, data }),
  replace: (foo, spec) => replace(Foo, { ...foo, spec }),
  "a merge patch": (foo, spec) => patch(Foo, foo, { merge: { spec } }),
  "a JSON patch": (foo, value) => patch(Foo, foo, { json: [{ op: "add", path: "/spec", value }] }),
};

const planOf = (make: (foo: Foo) => Change<unknown, never>): Steps<Foo> =>
  defineSteps(Foo).change("write", ({ object }) => object.metadata.name === "bad" ? make(object) : undefined);

const PLANS: Readonly<Record<string, (data: never) => Steps<Foo>>> = {
  ...Object.fromEntries(
    Object.entries(WRITES).map(([name, make]) => [name, (data: never) => planOf((foo) => make(foo, data))]),
  ),
  setStatus: (data) =>
    defineSteps(Foo).change(
      "write",
      ({ object, setStatus }) => object.metadata.name === "bad" ? setStatus(data) : undefined,
    ),
  "a component": (data) =>
    defineSteps(Foo).ensure(
      component(Foo, ConfigMap, { build: ({ metadata: { name } }) => ({ data: name === "bad" ? data : {} as never }) }),
      { drift: "apply" },
    ) as Steps<Foo>,
};

for (const [name, plan] of Object.entries(PLANS)) {
  Deno.test(`what holds itself in ${name} fails its own Run`, async () => {
    for (const inner of [1, 5n, 2 ** 60]) {
      await using harness = await Harness.serving(plan(ring(inner)));
      await harness.createFoo("bad");
      await harness.createFoo("good");
      await harness.clock.advance(60_000);
      assertEquals(harness.outcomes("default/good").at(-1), "NoOp");
      const bad = harness.outcomes("default/bad");
      assert(bad.length > 1 && bad.length < 40, `${bad.length}`);
      for (const outcome of bad) assertStringIncludes(outcome, 'Failed: Step "');
    }
  });
}

Deno.test("a Run by hand survives a logger that throws, and reports what it has written", async () => {
  await using harness = await Harness.start();
  const object = await harness.createFoo("a");
  const steps = defineSteps(Foo).change("write", () =>
    create(ConfigMap, { metadata: { name: "a" } }).withStatus(() => {
      throw new Error("no status");
    }));
  const say = () => {
    throw new Error("the disk is full");
  };
  const logger = { debug: say, info: say, warn: say, error: say };
  const { outcome } = await runSteps({ steps, object, client: harness.cluster, owns: [ConfigMap], logger });
  assertEquals(outcome, "Modified");
});
