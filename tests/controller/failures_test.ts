import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { create, defineSteps, patch, type Steps, TerminalError } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { loseAnswerOnce, refusal } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Values that a step may throw, and the error about each. */
const THROWN: readonly (readonly [what: string, thrown: unknown, said: string])[] = [
  ["an error", new Error("the shop is closed"), "the shop is closed"],
  ["a text", "the shop is closed", "the shop is closed"],
  ["nothing", undefined, "something that is not an error was thrown: undefined"],
  ["an object", { shop: "closed" }, 'something that is not an error was thrown: {"shop":"closed"}'],
  ["an error without words", new RangeError(), "RangeError"],
];

for (const [what, thrown, said] of THROWN) {
  Deno.test(`a step that throws ${what} fails its Run, is named, and is tried again`, async () => {
    let fails = true;
    const steps = defineSteps(Foo).observe("shop", () => {
      if (fails) throw thrown;
    });
    await using harness = await Harness.serving(steps);
    await harness.createFoo("a");
    assertEquals(harness.outcomes(), [`Failed: Step "shop" failed: ${said}`]);
    const [line] = harness.logger.saying("failed");
    assertEquals([line?.level, line?.fields["step"], line?.fields["error"]], ["warn", "shop", said]);
    fails = false;
    await harness.clock.advance(MINUTE);
    assertEquals(harness.outcomes().at(-1), "NoOp");
  });
}

Deno.test("a step that rejects later fails its Run as one that throws does", async () => {
  const steps = defineSteps(Foo).observe("shop", async () => {
    await Promise.resolve();
    throw new Error("closed");
  });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a");
  assertEquals(harness.outcomes(), ['Failed: Step "shop" failed: closed']);
});

Deno.test("the wait after a failure grows to its cap, and what is no edit does not end it", async () => {
  const steps = defineSteps(Foo).observe("shop", () => {
    throw new Error("closed");
  });
  await using harness = await Harness.serving(steps, { backoff: { base: "1s", cap: "1m" } });
  await harness.createFoo("a");
  await harness.clock.advance(12 * HOUR);
  const waits = harness.reports.map(({ nextIn }) => nextIn!);
  // Full jitter: each wait is a random part of its bound, so only many of them tell.
  waits.forEach((wait, at) => assert(wait <= Math.min(60_000, 1_000 * 2 ** at), `wait ${at} is ${wait}`));
  const late = waits.slice(10);
  const mean = late.reduce((sum, wait) => sum + wait, 0) / late.length;
  assert(mean > 25_000 && mean < 35_000, `${mean}`);

  harness.forget();
  for (let at = 1; at <= 100; at++) await harness.merge(Foo, "a", { metadata: { labels: { at: `${at}` } } });
  assertEquals(harness.reports, []);
  await harness.clock.advance(MINUTE);
  assert(harness.reports.length > 0);
});

Deno.test("a success begins the waits anew", async () => {
  let fails = true;
  const steps = defineSteps(Foo).observe("shop", () => {
    if (fails) throw new Error("closed");
  });
  await using harness = await Harness.serving(steps, { backoff: { base: "1s", cap: "1h" } });
  await harness.createFoo("a");
  await harness.clock.advance(3 * HOUR);
  fails = false;
  await harness.clock.advance(HOUR);
  fails = true;
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assert(harness.reports.at(-1)!.nextIn! <= 1_000);
});

Deno.test("an object that fails keeps no other waiting", async () => {
  const steps = defineSteps(Foo).observe("shop", ({ object }) => {
    if (object.metadata.name === "bad") throw new Error("closed");
  });
  await using harness = await Harness.serving(steps, { concurrency: 1 });
  await harness.createFoo("bad");
  await harness.createFoo("good");
  assertEquals(harness.outcomes("default/good"), ["NoOp"]);
});

Deno.test("a change that the schema does not allow is refused with a clear error, and waits longer each time", async () => {
  const steps = defineSteps(Foo)
    .change("enlarge", ({ object }) => patch(Foo, object, { merge: { spec: { size: "large" } } }));
  await using harness = await Harness.serving(steps, { writes: [Foo] });
  await harness.createFoo("a");
  await harness.clock.advance(HOUR);
  const [line] = harness.logger.saying("failed");
  assertEquals([line?.level, line?.fields["step"]], ["warn", "enlarge"]);
  const error = String(line?.fields["error"]);
  assertStringIncludes(error, "Cannot patch Foo default/a as the API server answered 422 Invalid");
  assertStringIncludes(error, "spec.size");
  assert(harness.reports.length < 90, `${harness.reports.length} Runs`);
  assert(harness.reports.at(-1)!.nextIn! > 0);
});

Deno.test("after a TerminalError nothing is tried until the object changes", async () => {
  const steps = defineSteps(Foo).observe("check", ({ object }) => {
    if (object.spec.size === 0) throw new TerminalError("size must be 1 or more");
  });
  await using harness = await Harness.serving(steps);
  await harness.createFoo("a", { size: 0 });
  await harness.clock.advance(48 * HOUR);
  assertEquals(harness.outcomes(), ['Failed: Step "check" failed: size must be 1 or more']);
  assertEquals(harness.logger.at("error"), ["failed, and is not tried again until the object changes"]);
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a refusal for lack of rights says which verb on which resource", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "a" } }));
  await using harness = await Harness.serving(steps);
  const why = 'configmaps is forbidden: User "operator" cannot create resource "configmaps" in API group "" in the ' +
    'namespace "default"';
  using _rights = harness.cluster.intercept(({ verb, user }) => {
    if (verb === "create" && user === "operator") throw refusal(403, "Forbidden", why);
  });
  await harness.createFoo("a");
  const { error } = harness.logger.saying("failed")[0]!.fields;
  assertEquals(
    error,
    "Cannot create ConfigMap default/a as the API server answered 403 Forbidden: the account operator lacks the right " +
      "to create configmaps in namespace default. Give it a Role with the rule " +
      '{"apiGroups":[""],"resources":["configmaps"],"verbs":["create"]}; the operator\'s command manifests prints all ' +
      "the rules that it needs",
  );
});

Deno.test("a step that takes too long is given up, its signal is aborted, and the Run fails", async () => {
  let aborted: unknown;
  const steps = defineSteps(Foo).observe("call", ({ signal }) => {
    signal.addEventListener("abort", () => aborted = signal.reason);
    return new Promise<void>(() => {});
  });
  await using harness = await Harness.serving(steps, { stepTimeout: "30s" });
  await harness.createFoo("a");
  await harness.clock.advance(30_000);
  const said = 'Cannot finish step "call" as it takes longer than stepTimeout: current value is 30s';
  assertEquals(harness.outcomes(), [`Failed: Step "call" failed: ${said}`]);
  assertEquals((aborted as Error).message, said);
});

Deno.test("a change returned by a step that only looks is a failure that names the step", async () => {
  const steps = defineSteps(Foo).observe(
    "look",
    (() => create(ConfigMap, { metadata: { name: "a" } })) as () => unknown,
  );
  await using harness = await Harness.serving(steps as Steps<Foo>);
  await harness.createFoo("a");
  assertStringIncludes(harness.outcomes()[0]!, 'Cannot take a Change from step "look" as an observe step only looks');
  assertEquals(harness.written(), []);
});

Deno.test("a function that chooses no plan is a failure of the object, not of the controller", async () => {
  const steps = (object: Foo) => object.metadata.name === "bad" ? undefined as never : defineSteps(Foo);
  await using harness = await Harness.start();
  await harness.serve({ resource: Foo, steps });
  await harness.createFoo("bad");
  await harness.createFoo("good");
  assertStringIncludes(harness.outcomes("default/bad")[0]!, "must return a plan made by defineSteps");
  assertEquals(harness.outcomes("default/good"), ["NoOp"]);
});

Deno.test("an API server that never answers a read keeps its object no longer than stepTimeout, and no other at all", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a", { live: true }))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "a" } }));
  await using harness = await Harness.serving(steps, { stepTimeout: "30s" });
  let asked = 0;
  const hanging = harness.cluster.intercept(({ user, verb }) => {
    if (user === "operator" && verb === "get") return asked++ < 1 ? new Promise<void>(() => {}) : undefined;
  });
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  hanging[Symbol.dispose]();
  await harness.clock.advance(MINUTE);
  assertStringIncludes(harness.outcomes()[0]!, "takes longer than stepTimeout");
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("an API server that never answers the look at an object in doubt keeps it no longer than stepTimeout", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change("create", (_, found) => found ?? create(ConfigMap, { metadata: { name: "a" } }));
  await using harness = await Harness.serving(steps, { stepTimeout: "30s" });
  harness.cluster.intercept(loseAnswerOnce(({ verb, user }) => verb === "create" && user === "operator"));
  const hanging = harness.cluster.intercept(({ user, verb }) => {
    if (user === "operator" && verb === "get") return new Promise<void>(() => {});
  });
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  hanging[Symbol.dispose]();
  await harness.clock.advance(10 * MINUTE);
  assert(harness.outcomes().some((outcome) => outcome.includes("takes longer than stepTimeout")));
  assertEquals(harness.outcomes().at(-1), "NoOp");
});
