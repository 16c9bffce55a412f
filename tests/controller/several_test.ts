import { assert, assertEquals } from "@std/assert";
import { type Controller, create, defineController, defineSteps, patch, perform, serveController } from "../../mod.ts";
import { sleep } from "../../lib/time/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { Bar, Foo, Harness } from "./harness.ts";
import { ensureText } from "./plans.ts";
import { Gate } from "./gate.ts";

Deno.test("several controllers are served by one call, and share the watch of a kind", async () => {
  await using harness = await Harness.start({ kinds: [Foo, Bar] });
  const barSteps = defineSteps(Bar)
    .observe("find", ({ kube, object }) => kube.get(ConfigMap, `bar-${object.metadata.name}`))
    .change(
      "create",
      ({ object: { metadata: { name } } }, found) => found ?? create(ConfigMap, { metadata: { name: `bar-${name}` } }),
    );
  const onRun = harness.keepReport;
  const controllers = [
    defineController({ resource: Foo, steps: ensureText, owns: [ConfigMap], onRun }),
    defineController({ resource: Bar, steps: barSteps, owns: [ConfigMap], onRun }),
  ];
  const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings }));
  await harness.settled(controller.ready);
  await harness.createFoo("a");
  await harness.create(Bar, { metadata: { name: "a" }, spec: {} });
  assertEquals(harness.reports.map((report) => report.controller), ["foo", "foo", "bar", "bar"]);
  assertEquals((await harness.list(ConfigMap)).map(({ metadata }) => metadata.name).sort(), ["a", "bar-a"]);
  assertEquals(harness.cluster.watches.count, 3);
  harness.forget();
  await harness.delete(ConfigMap, "bar-a");
  assertEquals(harness.reports.map((report) => report.controller), ["bar", "bar"]);
});

Deno.test("two controllers of one resource never run one object at the same time", async () => {
  await using harness = await Harness.start();
  const gate = new Gate();
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  const controllers = ["one", "two"].map((name) =>
    defineController({ name, resource: Foo, steps, onRun: harness.keepReport })
  );
  const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings }));
  await harness.settled(controller.ready);
  await harness.createFoo("a");
  await harness.createFoo("b");
  assertEquals(gate.inside.sort(), ["a", "b"]);
  await gate.letGo();
  assertEquals(gate.inside.sort(), ["a", "b"]);
  await gate.letGo();
  assertEquals(gate.inside, []);
  assertEquals(harness.reports.map((report) => `${report.controller} ${report.key}`).sort(), [
    ...["one default/a", "one default/b", "two default/a", "two default/b"],
  ]);
});

Deno.test("no Run begins once a shutdown is asked for, also not one that waits for the other controller's", async () => {
  const asks: Record<string, (controller: Controller, abort: AbortController) => unknown> = {
    "by shutdown()": (controller) => controller.shutdown(),
    "by the signal": (_, abort) => abort.abort(),
  };
  for (const [how, ask] of Object.entries(asks)) {
    const harness = await Harness.start();
    const gate = new Gate();
    const abort = new AbortController();
    const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
    const controllers = ["one", "two"].map((name) => defineController({ name, resource: Foo, steps }));
    const { signal } = abort;
    const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings, signal }));
    await harness.settled(controller.ready);
    await harness.createFoo("a");
    assertEquals(gate.entered, ["a"], how);
    ask(controller, abort);
    await gate.letGo();
    await harness.settled(controller.finished);
    assertEquals(gate.entered, ["a"], how);
    await harness[Symbol.asyncDispose]();
  }
});

Deno.test("a key that is handed out in the very moment of a shutdown is not run", async () => {
  await using harness = await Harness.start();
  const ran: string[] = [];
  const steps = defineSteps(Foo).observe("work", ({ object }) => void ran.push(object.metadata.name));
  // The watch has told of the object, and its key has gone to a worker, when this is called.
  const predicate = () => {
    queueMicrotask(() => void controller.shutdown());
    return true;
  };
  const controller: Controller = await harness.serve({ resource: Foo, steps, concurrency: 1, predicate });
  await harness.createFoo("a");
  assertEquals(ran, ["a"], "of an object that appears the predicate is not asked");
  await harness.merge(Foo, "a", { spec: { size: 2 } });
  await harness.settled(controller.finished);
  assertEquals(ran, ["a"]);
});

Deno.test("one controller sees at once what the other has written, before any watch does", async () => {
  await using harness = await Harness.start();
  const label = (key: string) =>
    defineSteps(Foo).change(
      "label",
      ({ object }) =>
        object.metadata.labels?.[key]
          ? undefined
          : patch(Foo, object, { merge: { metadata: { labels: { [key]: "1" } } } }),
    );
  const seen: unknown[] = [];
  const second = label("two").observe("look", ({ object }) => void seen.push(object.metadata.labels));
  const controllers = [
    defineController({ name: "one", resource: Foo, steps: label("one"), writes: [Foo], onRun: harness.keepReport }),
    defineController({ name: "two", resource: Foo, steps: second, writes: [Foo], onRun: harness.keepReport }),
  ];
  const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings }));
  await harness.settled(controller.ready);
  await harness.createFoo("a");
  assertEquals(seen.at(-1), { one: "1", two: "1" });
  assertEquals(harness.written(), ["patch foos a 200", "patch foos a 200"]);
});

Deno.test("two controllers with cleanup each have a finalizer, and the object goes when both are done", async () => {
  await using harness = await Harness.start();
  const cleanup = defineSteps(Foo);
  const controllers = ["one", "two"].map((name) =>
    defineController({ name, resource: Foo, steps: defineSteps(Foo), cleanup, onRun: harness.keepReport })
  );
  const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings }));
  await harness.settled(controller.ready);
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  assertEquals((await harness.get(Foo, "a"))?.metadata.finalizers?.sort(), ["example.dev/one", "example.dev/two"]);
  await harness.delete(Foo, "a");
  await harness.clock.advance(60_000);
  assertEquals(await harness.get(Foo, "a"), undefined);
});

for (const concurrency of [1, 8]) {
  Deno.test(`what takes long in one controller keeps no other object waiting in the other: concurrency ${concurrency}`, async () => {
    await using harness = await Harness.start();
    const gate = new Gate();
    const slow = defineSteps(Foo).observe(
      "work",
      ({ object: { metadata: { name } } }) => name.startsWith("slow") ? gate.pass(name) : undefined,
    );
    const ran: string[] = [];
    const quick = defineSteps(Foo).observe("work", ({ object }) => void ran.push(object.metadata.name));
    const options = { resource: Foo, onRun: harness.keepReport, stepTimeout: "10h" } as const;
    const controllers = [
      defineController({ name: "slow", steps: slow, concurrency: 8, ...options }),
      defineController({ name: "quick", steps: quick, concurrency, ...options }),
    ];
    const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings }));
    await harness.settled(controller.ready);
    for (let at = 0; at < 8; at++) await harness.createFoo(`slow-${at}`);
    await harness.createFoo("other");
    assertEquals([gate.inside.length, ran], [8, ["other"]]);
    await gate.letGoOf("slow-3");
    assertEquals(ran, ["other", "slow-3"]);
    // What came in the meantime is run once more afterwards.
    await harness.merge(Foo, "slow-5", { spec: { size: 2 } });
    await gate.letGo();
    assertEquals(gate.inside, ["slow-5"]);
    assertEquals(new Set(ran).size, 9);
    await gate.letGo();
    assertEquals([gate.inside, ran.length], [[], 10]);
  });
}

Deno.test("two controllers that both always want an object run it in turn", async () => {
  await using harness = await Harness.start();
  const stop = new AbortController();
  const turns: string[] = [];
  const restless = (name: string) =>
    defineSteps(Foo).change("turn", () => {
      turns.push(name);
      if (turns.length >= 40) stop.abort();
      return perform("nothing", () => sleep(harness.clock, 10));
    });
  const controllers = ["one", "two"].map((name) =>
    defineController({ name, resource: Foo, steps: restless(name), concurrency: 1 })
  );
  const { signal } = stop;
  const controller = harness.adopt(await serveController({ controllers, ...harness.surroundings, signal }));
  await harness.settled(controller.ready);
  await harness.createFoo("a");
  await harness.settled(controller.finished);
  const ones = turns.filter((name) => name === "one").length;
  assert(Math.abs(ones - turns.length / 2) <= 1, turns.join(" "));
});
