/** Uncaught errors are logged, and the process goes on, if the option says so. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CHECKOUT, run } from "../packaging/programs.ts";
import { Gate } from "./gate.ts";
import { defineSteps } from "../../mod.ts";
import { Foo, Harness } from "./harness.ts";

const operator = `${CHECKOUT}tests/controller/careless_operator.ts`;

/** Tells the process of a rejection, as Deno does; whether somebody has taken it on. */
function reject(reason: unknown): boolean {
  const promise = Promise.resolve();
  return !dispatchEvent(new PromiseRejectionEvent("unhandledrejection", { promise, reason, cancelable: true }));
}

/** Tells the process of what a callback threw, as Deno does; whether somebody has taken it on. */
function fail(error: unknown): boolean {
  return !dispatchEvent(new ErrorEvent("error", { error, cancelable: true }));
}

Deno.test("uncaught errors are logged with what is known, while a controller serves", async () => {
  const gate = new Gate();
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  const harness = await Harness.start();
  await harness.serve({ resource: Foo, steps, handleUncaught: true });
  await harness.createFoo("a");
  assertEquals([reject(new Error("the queue is gone")), fail("odd")], [true, true]);
  const [rejected, thrown] = harness.logger.entries.filter(({ level }) => level === "error");
  assertStringIncludes(rejected!.message, "a rejected promise was not awaited");
  assertEquals([rejected!.fields["error"], rejected!.fields["underWay"]], ["the queue is gone", "default/a"]);
  assertStringIncludes(String(rejected!.fields["at"]), "uncaught_test.ts");
  assertEquals([thrown!.fields["error"], thrown!.fields["at"]], ["odd", undefined]);
  await gate.letGo();
  await harness[Symbol.asyncDispose]();
  assertEquals([reject("late"), fail("late")], [false, false], "nobody listens any more");
});

Deno.test("ten thousand uncaught errors give a hundred lines a minute, and one that says so", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo), handleUncaught: true });
  for (let at = 0; at < 10_000; at++) reject(new Error(`${at}`));
  assertEquals(harness.logger.at("error").length, 101);
  assertEquals(harness.logger.entries.at(-1)!.fields, { place: "rejection" });
  fail("of another sort");
  assertEquals(harness.logger.at("error").length, 102);
  await harness.clock.advance(60_000);
  reject("later");
  assertEquals(harness.logger.entries.at(-1)!.fields["error"], "later");
});

Deno.test("two servers log an uncaught error once, in whatever order they end", async () => {
  for (const order of [[0, 1], [1, 0]] as const) {
    await using harness = await Harness.start();
    const serve = (name: string) =>
      harness.serve({ resource: Foo, name, steps: defineSteps(Foo), handleUncaught: true });
    const controllers = [await serve("one"), await serve("two")];
    for (const at of order) {
      const before = harness.logger.at("error").length;
      assertEquals(reject("x"), true);
      assertEquals(harness.logger.at("error").length, before + 1);
      await harness.settled(controllers[at]!.shutdown());
    }
    assertEquals(reject("x"), false, "nobody listens any more");
  }
});

Deno.test("uncaught errors are left alone if the option says so, or if somebody else handles them", async () => {
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps: defineSteps(Foo), handleUncaught: false });
  assertEquals([reject("x"), fail("x")], [false, false]);
  const first = (event: Event) => event.preventDefault();
  addEventListener("unhandledrejection", first);
  await harness.serve({ resource: Foo, steps: defineSteps(Foo), name: "other", handleUncaught: true });
  assertEquals(reject("x"), true);
  removeEventListener("unhandledrejection", first);
  assertEquals(harness.logger.at("error"), []);
});

Deno.test("a step that lets promises float, and sets timers that throw, does not end the process", async () => {
  const { code, stdout, stderr } = await run(Deno.execPath(), ["run", "--no-prompt", operator, "careful"], {});
  assertEquals([code, stderr], [0, ""]);
  const [uncaught, ...more] = stdout.trim().split("\n").reverse();
  assertEquals(uncaught, "default/a: changed, 2 errors");
  assertStringIncludes(more.join("\n"), "careless_operator.ts");
});

Deno.test("without the option it does end the process, as Deno does", async () => {
  const { code, stderr } = await run(Deno.execPath(), ["run", "--no-prompt", operator, "careless"], {});
  assertEquals(code, 1);
  assertStringIncludes(stderr, "error: Uncaught");
});
