/** What steps return by mistake: refused by the step's name, and never without a cause. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Performer } from "../../lib/kube/mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import type { KubeObject, ReadApi } from "../../lib/model/mod.ts";
import { Deadlines, decideNext, executeRun, NO_HISTORY, type RunResult } from "../../lib/run/mod.ts";
import { create, defineSteps, perform, type StepContext, type Steps, stop } from "../../lib/steps/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { secret } from "../watch/fixture.ts";
// Another copy of the module, as two versions in one graph of dependencies are. Not by `import()`: that takes a permission.
import * as copyOfChange from "../../lib/steps/change.ts?copy";
import * as copyOfStop from "../../lib/steps/stop.ts?copy";
import * as copyOfErrors from "../../lib/steps/errors.ts?copy";

const object: KubeObject = secret("a", 5);
const draft = () => create(ConfigMap, { metadata: { name: "a" } });
const kube: ReadApi = { get: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };
const performer = (signal: AbortSignal): Performer => ({
  perform: async ({ operation }) => ({
    result: operation.verb === "perform" ? await operation.action(signal) : object,
    hadEffect: true,
    description: "done",
  }),
  bestEffort: () => Promise.reject(new Error("no best-effort change here")),
  bestEffortStatus: () => Promise.reject(new Error("no status here")),
});

async function run(steps: Steps<KubeObject>): Promise<RunResult> {
  const clock = new VirtualClock();
  using deadlines = new Deadlines({ clock, signal: new AbortController().signal, stepTimeout: 1_000 });
  const log = () => silentLogger;
  return await executeRun({ steps, object, kube, runStart: new Date(0), log, deadlines, performer });
}

// deno-lint-ignore no-explicit-any
type Any = any;

/** A change step that does this, which the types may not allow. */
const changing = (act: (context: StepContext<KubeObject>) => unknown) =>
  defineSteps<KubeObject>(Secret as Any).change("make it", act as Any) as Steps<KubeObject>;

const observing = (act: () => unknown) =>
  defineSteps<KubeObject>(Secret as Any).observe("look at it", act as Any) as Steps<KubeObject>;

function messageOf(result: RunResult): string {
  return result.outcome === "Failed" ? result.error.message : result.outcome;
}

const MISTAKES: readonly (readonly [what: string, act: (context: StepContext<KubeObject>) => unknown, said: string])[] =
  [
    ["a list with a Change", () => [draft()], "a list with a Change in it"],
    ["a list with a Change behind others", () => [1, undefined, null, draft()], "a list with a Change in it"],
    ["a promise of a list with a Change", () => Promise.resolve([draft(), draft()]), "a list with a Change in it"],
    ["an object with a Change", () => ({ found: 1, change: draft() }), 'a Change in its field "change"'],
    ["nothing, after it made a Change", () => void draft(), "it made a Change and returned nothing"],
    [
      "nothing later, after it made a Change",
      async () => {
        draft();
        await Promise.resolve();
      },
      "it made a Change and returned nothing",
    ],
    [
      "a Change of another copy",
      () => new copyOfChange.Change(draft().operation),
      "a Change of another copy of @staircase",
    ],
    ["a Stop of another copy", () => copyOfStop.stop({ reason: "x" }), "a Stop of another copy of @staircase/operator"],
    ["a Change out of an action", () => perform("order", () => draft()), "an action only returns a result"],
  ];

for (const [what, act, said] of MISTAKES) {
  Deno.test(`a step that returns ${what} is refused by its name`, async () => {
    const message = messageOf(await run(changing(act)));
    assertStringIncludes(message, 'Step "make it" failed: Cannot');
    assertStringIncludes(message, said);
  });
}

Deno.test("a hidden Change of an observe step or a branch is found as well, and named", async () => {
  assertStringIncludes(messageOf(await run(observing(() => [draft()]))), 'after step "look at it"');
  const joined = defineSteps<KubeObject>(Secret as Any).join("look" as Any, { here: () => ({ it: draft() }) } as Any);
  assertStringIncludes(messageOf(await run(joined as Steps<KubeObject>)), 'after step "look/here"');
  const begun = defineSteps<KubeObject, unknown>(Secret as Any, { initial: () => [draft()] });
  assertStringIncludes(messageOf(await run(begun as Steps<KubeObject>)), '"(initial data)"');
});

Deno.test("a terminal error of another copy is terminal", async () => {
  const result = await run(changing(() => {
    throw new copyOfErrors.TerminalError("no use");
  }));
  const options = { backoff: { base: 1, cap: 1 }, requeueEvery: undefined, random: { next: () => 0.5 } };
  assertEquals(decideNext(result, NO_HISTORY, options).next, { type: "wait", failed: true });
});

const FINE: readonly (readonly [what: string, act: (context: StepContext<KubeObject>) => unknown, outcome: string])[] =
  [
    ["a Change that was made with others", () => draft().withStatus({}).alsoTry(perform("x", () => 1)), "Modified"],
    ["data, and makes a Change to compare it with", () => (draft(), object), "NoOp"],
    ["stop, and has made a Change", () => (draft(), stop()), "Stopped"],
    ["nothing", () => undefined, "NoOp"],
    ["an object whose fields throw", () => ({
      get field() {
        throw new Error("not to be looked at");
      },
    }), "NoOp"],
    ["what is no plain object", () => new Map([["change", draft()]]), "NoOp"],
  ];

for (const [what, act, outcome] of FINE) {
  Deno.test(`a step that returns ${what} is not refused`, async () => {
    assertEquals((await run(changing(act))).outcome, outcome);
  });
}

Deno.test("Changes that other Runs make meanwhile are not counted for a waiting step", async () => {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const waiting = run(changing(async () => {
    begun.resolve();
    await goOn.promise;
  }));
  await begun.promise;
  for (let other = 0; other < 3; other++) assertEquals((await run(changing(() => draft()))).outcome, "Modified");
  goOn.resolve();
  assertEquals((await waiting).outcome, "NoOp");
});

Deno.test("Changes of another plan's steps that a step runs by hand are not counted for it", async () => {
  const inner = changing(() => draft());
  let nested: Promise<RunResult> | undefined;
  const outer = changing(() => {
    nested = run(inner);
  });
  assertEquals([(await run(outer)).outcome, (await nested)?.outcome], ["NoOp", "Modified"]);
});

Deno.test("a malformed Change can still be described", () => {
  assertEquals(String(create(ConfigMap, {} as Any)), "create");
});
