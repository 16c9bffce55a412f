import { assertEquals, assertRejects } from "@std/assert";
import { type Controller, defineSteps, perform, type Steps } from "../../mod.ts";
import { ShutdownError } from "../../lib/doors/errors.ts";
import { Gate } from "./gate.ts";
import { Foo, Harness } from "./harness.ts";
import { doNothing, ensureText } from "./plans.ts";

/** Whether a promise has settled by now. */
function follow(promise: Promise<unknown>): { done: boolean } {
  const state = { done: false };
  promise.then(() => state.done = true, () => state.done = true);
  return state;
}

async function servedWith(steps: Steps<Foo>, more: Parameters<typeof Harness.serving>[1] = {}) {
  const harness = await Harness.start();
  const controller = await harness.serve({ resource: Foo, steps, ...more });
  return { harness, controller };
}

/** Begins a shutdown. */
async function stopping(harness: Harness, controller: Controller): Promise<{ done: boolean }> {
  const stopped = follow(controller.shutdown());
  await harness.clock.settle();
  return stopped;
}

function nothingIsLeft(harness: Harness): void {
  assertEquals([harness.clock.pending, harness.cluster.watches.count], [0, 0]);
}

Deno.test("at a shutdown Runs under way finish, and no new one begins", async () => {
  const gate = new Gate();
  const steps = defineSteps(Foo).observe("work", ({ object }) => gate.pass(object.metadata.name));
  const { harness, controller } = await servedWith(steps, { concurrency: 2 });
  for (const name of ["a", "b", "c", "d"]) await harness.createFoo(name);
  const stopped = await stopping(harness, controller);
  await harness.createFoo("e");
  assertEquals([stopped.done, gate.inside], [false, ["a", "b"]]);
  await gate.letGo(1);
  assertEquals([stopped.done, gate.inside], [false, ["b"]]);
  await gate.letGo(1);
  assertEquals([stopped.done, gate.inside], [true, []]);
  assertEquals(harness.outcomes(), ["NoOp", "NoOp"]);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("a Run under way at a shutdown makes its change, and that is all", async () => {
  const gate = new Gate();
  const steps = defineSteps(Foo)
    .change(
      "order",
      ({ object }) => perform("order", () => gate.pass(object.metadata.name)).withStatus({ phase: "ordered" }),
    );
  const { harness, controller } = await servedWith(steps);
  await harness.createFoo("a");
  const stopped = await stopping(harness, controller);
  await gate.letGo();
  assertEquals(stopped.done, true);
  assertEquals(harness.outcomes(), ["perform order"]);
  assertEquals((await harness.get(Foo, "a"))?.status, { phase: "ordered" });
  await harness[Symbol.asyncDispose]();
});

Deno.test("at the end of shutdownTimeout the signals of steps are aborted", async () => {
  let reason: unknown;
  const steps = defineSteps(Foo).observe("call", ({ signal }) => {
    signal.addEventListener("abort", () => reason = signal.reason);
    return new Promise<void>(() => {});
  });
  const { harness, controller } = await servedWith(steps);
  await harness.createFoo("a");
  const stopped = await stopping(harness, controller);
  await harness.clock.advance(24_999);
  assertEquals([stopped.done, reason], [false, undefined]);
  await harness.clock.advance(1);
  assertEquals([stopped.done, reason instanceof ShutdownError], [true, true]);
  assertEquals(harness.outcomes(), ['Failed: Step "call" failed: the controller is shutting down']);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("an action that obeys its signal ends the shutdown at the end of shutdownTimeout", async () => {
  const steps = defineSteps(Foo).change(
    "order",
    () =>
      perform(
        "order",
        (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      ),
  );
  const { harness, controller } = await servedWith(steps, { shutdownTimeout: "3s" });
  await harness.createFoo("a");
  const stopped = await stopping(harness, controller);
  await harness.clock.advance(3_000);
  assertEquals(stopped.done, true);
  assertEquals(harness.logger.at("error"), []);
  await harness[Symbol.asyncDispose]();
});

Deno.test("an action that ignores its signal is only waited for during the grace period, and is named", async () => {
  const gate = new Gate();
  const steps = defineSteps(Foo)
    .change("order", () => perform("order", () => gate.pass("order")).withStatus({ phase: "ordered" }));
  const { harness, controller } = await servedWith(steps, { shutdownTimeout: "3s" });
  await harness.createFoo("a");
  const stopped = await stopping(harness, controller);
  await harness.clock.advance(4_999);
  assertEquals(stopped.done, false);
  await harness.clock.advance(1);
  assertEquals(stopped.done, true);
  const [left] = harness.logger.saying("giving up on Runs that do not end");
  assertEquals([left?.level, left?.fields["keys"]], ["error", "default/a"]);
  nothingIsLeft(harness);

  await gate.letGo();
  assertEquals(harness.written(), [], "what is left behind writes nothing any more");
  await harness[Symbol.asyncDispose]();
});

Deno.test("shutdown may be called twice, also at once", async () => {
  const { harness, controller } = await servedWith(doNothing);
  const calls = Promise.all([controller.shutdown(), controller.shutdown(), controller.finished]);
  await harness.settled(calls);
  await controller.shutdown();
  assertEquals(harness.logger.saying("shutting down").length, 1);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("finished resolves after a shutdown, and not before", async () => {
  const { harness, controller } = await servedWith(doNothing);
  const finished = follow(controller.finished);
  await harness.clock.advance(3_600_000);
  assertEquals(finished.done, false);
  await harness.settled(controller.shutdown());
  await controller.finished;
  await harness[Symbol.asyncDispose]();
});

Deno.test("the end of an await using block shuts down", async () => {
  const harness = await Harness.start();
  {
    await using controller = await harness.serve({ resource: Foo, steps: doNothing });
    await controller.ready;
    assertEquals(harness.cluster.watches.count, 1);
  }
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("the signal shuts down when it is aborted", async () => {
  const harness = await Harness.start();
  const stop = new AbortController();
  const controller = await harness.serve({ resource: Foo, steps: doNothing, signal: stop.signal });
  stop.abort();
  await harness.settled(controller.finished);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("with a signal that is aborted before the start nothing is run, and ready rejects", async () => {
  const harness = await Harness.start();
  await harness.createFoo("a");
  const signal = AbortSignal.abort();
  const controller = await harness.serveUnready({ resource: Foo, steps: ensureText, writes: [], signal });
  await harness.settled(controller.finished);
  await assertRejects(() => controller.ready, ShutdownError, "Cannot become ready as the controller was shut down");
  assertEquals([harness.reports, harness.written()], [[], []]);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("a shutdown before the kinds are listed ends at once, and ready rejects", async () => {
  const harness = await Harness.start({ kinds: [] });
  const controller = await harness.serveUnready({ resource: Foo, steps: doNothing });
  await harness.clock.advance(60_000);
  const stopped = await stopping(harness, controller);
  assertEquals(stopped.done, true);
  await assertRejects(() => controller.ready, ShutdownError);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("objects that wait for their backoff or for requeueEvery keep no shutdown waiting", async () => {
  const steps = defineSteps(Foo).observe("fail", ({ object, stop }) => {
    if (object.metadata.name === "b") return stop({ requeueAfter: "1h" });
    throw new Error("closed");
  });
  const { harness, controller } = await servedWith(steps);
  for (const name of ["a", "b"]) await harness.createFoo(name);
  const stopped = await stopping(harness, controller);
  assertEquals(stopped.done, true);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});

Deno.test("a watch that cannot go on ends the controller, and finished says why", async () => {
  const harness = await Harness.start();
  const denied = Object.assign(new Error("Requires net access to example.dev"), { name: "NotCapable" });
  const { performRequest: _, ...rest } = harness.cluster.client("operator");
  const client = { ...rest, performRequest: () => Promise.reject(denied) };
  const controller = await harness.serveUnready({ resource: Foo, steps: doNothing, client });
  await assertRejects(() => harness.settled(controller.finished), Error, "Requires net access");
  await assertRejects(() => controller.ready, Error, "Requires net access");
  await controller.shutdown();
  assertEquals(harness.logger.at("error"), ["cannot go on"]);
  nothingIsLeft(harness);
  await harness[Symbol.asyncDispose]();
});
