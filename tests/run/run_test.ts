import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import type { Performer } from "../../lib/kube/mod.ts";
import { Secret } from "../../lib/kube/kinds/mod.ts";
import { type CustomObject, kindOf, type ReadApi } from "../../lib/model/mod.ts";
import { Deadlines, executeRun, type FailedResult, type RunResult } from "../../lib/run/mod.ts";
import {
  type AnyChange,
  create,
  defineSteps,
  JoinError,
  perform,
  StepContractError,
  type StepError,
  type Steps,
  StepTimeoutError,
} from "../../lib/steps/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

type Foo = CustomObject<{ size: number }, { phase?: string; at?: Date }>;
const Foo = kindOf<Foo>({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
const object: Foo = {
  apiVersion: "example.dev/v1",
  kind: "Foo",
  metadata: {
    name: "a",
    namespace: "default",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  spec: { size: 1 },
  status: { phase: "Ready" },
};
const secret = create(Secret, { metadata: { name: "a" } });
const noReads: ReadApi = {
  get: () => Promise.reject(new Error("no reads here")),
  list: () => Promise.reject(new Error("no reads here")),
};

/** Runs steps with a performer that notes what it is asked for. */
function setup(options: { failOn?: string } = {}) {
  const clock = new VirtualClock();
  const shutdown = new AbortController();
  const asked: string[] = [];
  const warnings: string[] = [];
  const performer = (signal: AbortSignal): Performer => ({
    perform: async (change) => {
      asked.push(String(change));
      if (String(change) === options.failOn) throw new Error("the write failed");
      const { operation } = change;
      const result = operation.verb === "perform" ? await operation.action(signal) : { stored: true };
      return { result, hadEffect: true, description: String(change) };
    },
    bestEffort: (change: AnyChange) => {
      asked.push(`try ${change}`);
      return String(change) === options.failOn
        ? Promise.reject(new Error("the best-effort change failed"))
        : performed(String(change));
    },
    bestEffortStatus: (status: unknown) => {
      asked.push(`status ${JSON.stringify(status)}`);
      return options.failOn === "status" ? Promise.reject(new Error("the status failed")) : performed("status");
    },
  });
  const run = async (steps: Steps<Foo>) =>
    await executeRun({
      steps,
      object,
      kube: noReads,
      runStart: new Date(clock.now()),
      log: () => ({ ...silentLogger, warn: (message) => void warnings.push(message) }),
      deadlines: new Deadlines({ clock, signal: shutdown.signal, stepTimeout: 1_000 }),
      performer,
    });
  return { clock, shutdown, asked, warnings, run };
}

function performed(description: string) {
  return Promise.resolve({ result: undefined, hadEffect: true, description });
}

function failureOf(result: RunResult): StepError {
  assertEquals(result.outcome, "Failed");
  return (result as FailedResult).error;
}

Deno.test("a Run in which no step asks for a change is a NoOp, and has the last data", async () => {
  const { run, asked } = setup();
  const steps = defineSteps(Foo, { initial: ({ spec }) => spec.size })
    .observe("double", (_, size) => size * 2)
    .change("keep", (_, size) => Promise.resolve(size + 1));
  assertEquals(await run(steps), { outcome: "NoOp", data: 3 });
  assertEquals(asked, []);
});

Deno.test("the first change ends the Run: no later step is walked", async () => {
  const { run, asked } = setup();
  const steps = defineSteps(Foo).change("first", () => secret).change("second", () => {
    throw new Error("must not be walked");
  });
  const result = await run(steps);
  assertEquals([result.outcome, result.outcome === "Modified" && result.step], ["Modified", "first"]);
  assertEquals(asked, ["create Secret a"]);
});

Deno.test("stop ends the Run without a change", async () => {
  const { run, asked } = setup();
  const steps = defineSteps(Foo)
    .observe("wait", ({ stop }) => stop({ reason: "not ready", requeueAfter: "30s" }))
    .change("never", () => secret);
  assertEquals(await run(steps), { outcome: "Stopped", step: "wait", reason: "not ready", requeueAfter: 30_000 });
  assertEquals(asked, []);
});

Deno.test("a step that throws fails the Run, with the step's name and the cause", async () => {
  const cause = new Error("boom");
  const error = failureOf(await setup().run(defineSteps(Foo).observe("look", () => Promise.reject(cause))));
  assertEquals([error.step, error.message], ["look", 'Step "look" failed: boom']);
  assertStrictEquals(error.cause, cause);
});

Deno.test("a step may throw anything: the error is clear, and keeps it", async () => {
  for (
    const [thrown, message] of [["just text", "just text"], [{ a: 1 }, '{"a":1}'], [undefined, "undefined"]] as const
  ) {
    const error = failureOf(
      await setup().run(
        defineSteps(Foo).observe("look", () => {
          throw thrown;
        }),
      ),
    );
    assert(error.message.includes(message), error.message);
    assertStrictEquals(error.cause, thrown);
  }
});

Deno.test("initial data that cannot be made fails the Run, and is told apart from the steps", async () => {
  const steps = defineSteps(Foo, {
    initial: (): number => {
      throw new Error("no data");
    },
  });
  assertEquals(failureOf(await setup().run(steps)).message, 'Step "(initial data)" failed: no data');
});

Deno.test("a change that cannot be performed fails the Run in the step that asked for it", async () => {
  const error = failureOf(
    await setup({ failOn: "create Secret a" }).run(defineSteps(Foo).change("make", () => secret)),
  );
  assertEquals(error.message, 'Step "make" failed: the write failed');
});

Deno.test("branches run in parallel, and the next step gets what they return by name", async () => {
  const { run } = setup();
  let running = 0;
  let most = 0;
  const branch = async (value: number) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return value;
  };
  const steps = defineSteps(Foo).join("both", { a: () => branch(1), b: () => branch(2) });
  assertEquals([await run(steps), most], [{ outcome: "NoOp", data: { a: 1, b: 2 } }, 2]);
});

Deno.test("all errors of a join are collected", async () => {
  const steps = defineSteps(Foo).join("all", {
    a: () => Promise.reject(new Error("one")),
    b: () => 1,
    c: () => {
      throw "two";
    },
  });
  const error = failureOf(await setup().run(steps));
  assertInstanceOf(error.cause, JoinError);
  assertEquals(error.cause.errors.map(({ step, cause }) => [step, String(cause)]), [["all/a", "Error: one"], [
    "all/c",
    "two",
  ]]);
});

Deno.test("any stop of a join stops the Run; an error takes precedence", async () => {
  const { run } = setup();
  const stops = defineSteps(Foo).join("all", { a: () => 1, b: ({ stop }) => stop({ reason: "wait" }) });
  assertEquals((await run(stops)).outcome, "Stopped");
  const fails = defineSteps(Foo).join("all", { a: ({ stop }) => stop(), b: () => Promise.reject(new Error("x")) });
  assertEquals(failureOf(await run(fails)).step, "all/b");
});

Deno.test("a change from an observe step or a branch is refused, and nothing is performed", async () => {
  const { run, asked } = setup();
  // deno-lint-ignore no-explicit-any -- the types refuse it, too
  const returned = secret as any;
  for (
    const steps of [
      defineSteps(Foo).observe("look", () => returned),
      defineSteps(Foo).join("look", { a: () => returned }),
    ]
  ) {
    const error = failureOf(await run(steps));
    assertInstanceOf(error.cause, StepContractError);
    assert(error.message.includes('from step "look'), error.message);
  }
  assertEquals(asked, []);
});

Deno.test("a step that takes too long fails the Run, its signal is aborted, and what it returns later is dropped", async () => {
  const { run, clock, asked } = setup();
  let told: unknown;
  const late = Promise.withResolvers<typeof secret>();
  const running = run(
    defineSteps(Foo).change("slow", ({ signal }) => {
      signal.addEventListener("abort", () => told = signal.reason);
      return late.promise;
    }),
  );
  await clock.advance(1_000);
  const error = failureOf(await running);
  assertInstanceOf(error.cause, StepTimeoutError);
  assertEquals(
    error.message,
    'Step "slow" failed: Cannot finish step "slow" as it takes longer than stepTimeout: current value is 1s',
  );
  assertStrictEquals(told, error.cause);
  late.resolve(secret);
  await clock.settle();
  assertEquals([asked, clock.pending], [[], 0]);
});

Deno.test("an action is awaited after its abort: no other Run of the object may begin meanwhile", async () => {
  const { run, clock } = setup();
  const end = Promise.withResolvers<string>();
  let ended = false;
  const running = run(defineSteps(Foo).change("order", () => perform("order", () => end.promise))).then((result) => {
    ended = true;
    return result;
  });
  await clock.advance(10_000);
  assertEquals(ended, false);
  end.reject(new Error("gave up"));
  const error = failureOf(await running);
  assertInstanceOf(error.cause, StepTimeoutError);
  assertEquals((error.cause.cause as Error).message, "gave up");
});

Deno.test("an action that does not end is logged again and again, but not after the end of the Run", async () => {
  const { run, clock, shutdown, warnings } = setup();
  run(defineSteps(Foo).change("order", () => perform("order", () => new Promise(() => {}))));
  await clock.advance(3_500);
  assertEquals(warnings, Array(3).fill("waiting for a change that goes on after its signal was aborted"));
  shutdown.abort(new Error("shutting down"));
  await clock.advance(10_000);
  assertEquals([warnings.length, clock.pending], [3, 0]);
});

Deno.test("an action that succeeds late has succeeded", async () => {
  const { run, clock } = setup();
  const end = Promise.withResolvers<string>();
  const running = run(defineSteps(Foo).change("order", () => perform("order", () => end.promise)));
  await clock.advance(10_000);
  end.resolve("order 7");
  const result = await running;
  assertEquals(result.outcome === "Modified" && result.result, "order 7");
});

Deno.test("the end of a shutdown fails the Run in the step that it is in", async () => {
  const { run, clock, shutdown } = setup();
  const running = run(defineSteps(Foo).observe("wait", () => new Promise(() => {})));
  await clock.settle();
  shutdown.abort(new Error("shutting down"));
  assertEquals(failureOf(await running).message, 'Step "wait" failed: shutting down');
  const next = await run(defineSteps(Foo).change("never begun", () => secret));
  assertEquals(failureOf(next).message, 'Step "never begun" failed: shutting down');
  assertEquals(clock.pending, 0);
});

Deno.test("a status that is set already is not a change, and the walk goes on", async () => {
  const { run, asked } = setup();
  const steps = defineSteps(Foo)
    .change("report", ({ setStatus }) => setStatus({ phase: "Ready", at: undefined } as unknown as { phase: string }))
    .observe("after", () => "reached");
  assertEquals([await run(steps), asked], [{ outcome: "NoOp", data: "reached" }, []]);
  await run(defineSteps(Foo).change("report", ({ setStatus }) => setStatus({ phase: "Gone" })));
  assertEquals(asked, ["set the status"]);
});

Deno.test("the status and the best-effort changes are tried after a change, in order, with its result", async () => {
  const { run, asked } = setup();
  const change = perform("order", () => 7).alsoTry(perform("tell", () => 1)).withStatus((id) => ({
    phase: `order ${id}`,
  }));
  const result = await run(defineSteps(Foo).change("order", () => change));
  assertEquals(result.outcome === "Modified" && result.bestEffortFailures, []);
  assertEquals(asked, ["perform order", 'status {"phase":"order 7"}', "try perform tell"]);
});

Deno.test("a status or a best-effort change that fails never fails the Run", async () => {
  for (const failOn of ["status", "perform tell"]) {
    const { run } = setup({ failOn });
    const change = secret.withStatus({ phase: "x" }).alsoTry(perform("tell", () => 1));
    const result = await run(defineSteps(Foo).change("make", () => change));
    assertEquals(result.outcome === "Modified" && result.bestEffortFailures.length, 1);
  }
});

Deno.test("a status that cannot be made of the result never fails the Run", async () => {
  const change = secret.withStatus((): { phase: string } => {
    throw new Error("no status");
  });
  const result = await setup().run(defineSteps(Foo).change("make", () => change));
  assert(result.outcome === "Modified");
  assertEquals(String(result.bestEffortFailures[0]?.error), "Error: no status");
});

Deno.test("nothing is performed after the change itself has failed", async () => {
  const { run, asked } = setup({ failOn: "create Secret a" });
  const change = secret.withStatus({ phase: "x" }).alsoTry(perform("tell", () => 1));
  await run(defineSteps(Foo).change("make", () => change));
  assertEquals(asked, ["create Secret a"]);
});
