import { assertEquals, assertStringIncludes } from "@std/assert";
import { create, defineSteps, patch, perform, remove, replace, StepError, type Steps } from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { doubtAfter } from "../../lib/controller/key/doubt.ts";
import type { RunResult } from "../../lib/run/mod.ts";
import { isWrite, loseAnswerOnce, refusal, unreachable } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureText, ensureTextAndReport } from "./plans.ts";

const MINUTE = 60_000;

const onePart: Steps<Foo> = defineSteps(Foo)
  .observe("find", ({ kube }) => kube.list(ConfigMap, { owned: true }))
  .change(
    "create",
    (_, found) => found.length === 0 ? create(ConfigMap, { metadata: { generateName: "part-" } }) : found,
  );

Deno.test("a create whose answer is lost is not done twice, although the name is made up by the API server", async () => {
  await using harness = await Harness.serving(onePart);
  harness.cluster.watches.freeze({ plural: "configmaps" });
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  assertEquals((await harness.list(ConfigMap)).length, 1);
  assertEquals(harness.asked(), ["create configmaps 201", "get foos a 200", "list configmaps 200"]);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a create that was never carried out is done again", async () => {
  await using harness = await Harness.serving(onePart);
  let refused = 0;
  harness.cluster.intercept((request) => {
    if (request.user !== "operator" || !isWrite(request) || refused++ > 0) return;
    throw refusal(500, "InternalError", "no leader");
  });
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  assertEquals((await harness.list(ConfigMap)).length, 1);
  assertEquals(harness.written(), ["create configmaps 500", "create configmaps 201"]);
});

Deno.test("a status whose answer is lost is not written twice", async () => {
  await using harness = await Harness.serving(ensureTextAndReport);
  harness.cluster.intercept(loseAnswerOnce(({ subresource, user }) => subresource === "status" && user === "operator"));
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  assertEquals(harness.written().filter((line) => line.startsWith("patch foos/status")).length, 1);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("an object that exists against expectation is looked up, and no second create is sent", async () => {
  await using harness = await Harness.serving(ensureText);
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.create(ConfigMap, { metadata: { name: "a" }, data: { text: "hello" } });
  await harness.createFoo("a", { text: "hello" });
  await harness.clock.advance(MINUTE);
  assertEquals(harness.asked(), ["create configmaps 409", "get foos a 200", "get configmaps a 200"]);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("after a conflict the next Run reads the present state, and comes to rest", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
    .change("create", ({ object: { metadata: { name } } }, found) => found ?? create(ConfigMap, { metadata: { name } }))
    .change(
      "replace",
      ({ object: { spec } }, found) =>
        found.data?.["text"] === spec.text ? found : replace(ConfigMap, { ...found, data: { text: spec.text! } }),
    );
  await using harness = await Harness.serving(steps as Steps<Foo>);
  await harness.createFoo("a", { text: "hello" });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.merge(ConfigMap, "a", { metadata: { labels: { color: "red" } } });
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  await harness.clock.advance(MINUTE);
  const looked = ["get foos a 200", "get configmaps a 200"];
  assertEquals(harness.asked(), ["update configmaps a 409", ...looked, "update configmaps a 200"]);
  const { data, metadata } = (await harness.get(ConfigMap, "a"))!;
  assertEquals([data, metadata.labels], [{ text: "bye" }, { color: "red" }]);
});

Deno.test("after a patch of a gone object the next Run reads the present state, and comes to rest", async () => {
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a", { text: "hello" });
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.delete(ConfigMap, "a");
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "bye" } });
  await harness.clock.advance(MINUTE);
  const looked = ["get foos a 200", "get configmaps a 404"];
  // The step that patches has not been got past before the last Run.
  const lookedAgain = ["get foos a 200", "get configmaps a 200"];
  assertEquals(harness.asked(), ["patch configmaps a 404", ...looked, "create configmaps 201", ...lookedAgain]);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a removal of an object that somebody replaced is refused, and the new one is looked at first", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "old"))
    .change("remove", (_, found) => found && found.data?.["keep"] !== "yes" ? remove(ConfigMap, found) : undefined);
  await using harness = await Harness.serving(steps);
  await harness.create(ConfigMap, { metadata: { name: "old" }, data: { keep: "yes" } });
  await harness.createFoo("a");
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.merge(ConfigMap, "old", { data: { keep: "no" } });
  harness.cluster.watches.thaw();
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.delete(ConfigMap, "old");
  await harness.create(ConfigMap, { metadata: { name: "old" }, data: { keep: "yes" } });
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  await harness.clock.advance(MINUTE);
  assertEquals(harness.written(), ["delete configmaps old 409"]);
  assertEquals((await harness.get(ConfigMap, "old"))?.data, { keep: "yes" });
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a removal of an object that is already gone is no failure", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "old"))
    .change("remove", ({ object }, found) => found && object.spec.size === 1 ? remove(ConfigMap, found) : undefined);
  await using harness = await Harness.serving(steps);
  await harness.create(ConfigMap, { metadata: { name: "old" } });
  await harness.createFoo("a");
  harness.cluster.watches.freeze({ plural: "configmaps" });
  await harness.delete(ConfigMap, "old");
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  await harness.clock.advance(MINUTE);
  assertEquals(harness.outcomes().filter((outcome) => outcome.startsWith("Failed")), []);
  assertEquals(harness.written(), ["delete configmaps old 404"]);
});

Deno.test("a doubt stays until the API server could be asked", async () => {
  await using harness = await Harness.serving(onePart);
  harness.cluster.watches.freeze({ plural: "configmaps" });
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  let down = true;
  harness.cluster.intercept((request) => {
    if (down && request.user === "operator" && request.verb !== "create" && request.verb !== "watch") {
      throw unreachable();
    }
  });
  await harness.createFoo("a");
  await harness.clock.advance(10 * MINUTE);
  assertEquals((await harness.list(ConfigMap)).length, 1);
  down = false;
  await harness.clock.advance(10 * MINUTE);
  assertEquals((await harness.list(ConfigMap)).length, 1);
  assertEquals(harness.outcomes().at(-1), "NoOp");
  assertEquals(harness.written().length, 1);
});

Deno.test("when nothing is in doubt, nothing is read from the API server", async () => {
  await using harness = await Harness.serving(ensureTextAndReport);
  await harness.createFoo("a", { text: "hello" });
  await harness.merge(ConfigMap, "a", { data: { text: "nonsense" } });
  assertEquals(harness.asked().filter((line) => /^(get|list)/.test(line)), []);
});

Deno.test("a 422 leaves no doubt: the next Run reads from the cache", async () => {
  const steps = defineSteps(Foo)
    .change("write nonsense", ({ object }) => patch(Foo, object, { merge: { spec: { size: "large" } } }));
  await using harness = await Harness.serving(steps, { writes: [Foo] });
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  assertEquals(new Set(harness.asked()), new Set(["patch foos a 422"]));
});

Deno.test("a doubt stays while an earlier step stops or asks for a change of its own", async () => {
  let stops = false;
  let ordered = true;
  const steps = defineSteps(Foo)
    .observe("wait", ({ stop }) => stops ? stop({ requeueAfter: "10s" }) : undefined)
    .change("order", () => ordered ? undefined : perform("order", () => void (ordered = true)))
    .observe("find", ({ kube }) => kube.list(ConfigMap, { owned: true }))
    .change(
      "create",
      (_, found) => found.length === 0 ? create(ConfigMap, { metadata: { generateName: "part-" } }) : found,
    );
  await using harness = await Harness.serving(steps);
  harness.cluster.watches.freeze({ plural: "configmaps" });
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  await harness.createFoo("a");
  stops = true;
  await harness.clock.advance(MINUTE);
  stops = false;
  ordered = false;
  await harness.clock.advance(MINUTE);
  assertEquals(harness.outcomes().filter((outcome) => outcome === "perform order").length, 1);
  assertEquals(harness.outcomes().at(-1), "NoOp");
  assertEquals((await harness.list(ConfigMap)).length, 1);
});

Deno.test("a doubt is settled by the Run that gets past it: the next one reads from the cache again", async () => {
  await using harness = await Harness.serving(onePart);
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(harness.outcomes(), ["NoOp"]);
  assertEquals(harness.asked(), []);
});

Deno.test("a doubt is settled by a Run that waits at a later step, too", async () => {
  const steps = onePart.observe("wait", ({ stop }) => stop({ reason: "for ever" }));
  await using harness = await Harness.serving(steps);
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(harness.outcomes(), ["Stopped: for ever"]);
  assertEquals(harness.asked(), []);
});

/** The idiom of the guide, for a kind that is not watched, by labels. */
const oneToken: Steps<Foo> = defineSteps(Foo)
  .observe(
    "find the token",
    async ({ kube, object: { metadata } }) => (await kube.list(Secret, { labels: { "token-of": metadata.name } }))[0],
  )
  .change(
    "create the token",
    ({ object: { metadata } }, found) =>
      found ?? create(Secret, { metadata: { generateName: "token-", labels: { "token-of": metadata.name } } }),
  );

Deno.test("a step that lists before creating an object with a generated name creates one only, whatever answers are lost", async () => {
  await using harness = await Harness.serving(oneToken, {
    owns: [],
    writes: [{ kind: Secret, verbs: ["create"] }],
    reads: [{ kind: Secret, verbs: ["list"] }],
  });
  const lose = () =>
    harness.cluster.intercept(
      loseAnswerOnce((request) => request.resource === "secrets" && request.user === "operator"),
    );
  // The list is lost, then the answer to the create, then a list again.
  for (let i = 0; i < 3; i++) lose();
  await harness.createFoo("a");
  await harness.clock.advance(10 * MINUTE);
  assertEquals((await harness.list(Secret)).length, 1);
  assertEquals(harness.written().length, 1);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a second object with a generated name is never created without a look", async () => {
  let mayLook = false;
  const steps = defineSteps(Foo)
    .observe("look elsewhere", ({ kube }) => kube.list(Secret, { owned: true }))
    .observe("look", async ({ kube }) => mayLook ? await kube.list(ConfigMap, { owned: true }) : [])
    .change(
      "create",
      (_, found) => found.length > 0 ? found : create(ConfigMap, { metadata: { generateName: "part-" } }),
    );
  await using harness = await Harness.serving(steps, { owns: [ConfigMap, Secret] });
  harness.cluster.intercept(loseAnswerOnce((request) => request.verb === "create" && request.user === "operator"));
  await harness.createFoo("a");
  await harness.clock.advance(10 * MINUTE);
  assertEquals((await harness.list(ConfigMap)).length, 1);
  assertEquals(harness.written().length, 1);
  const error = harness.reports.at(-1)!.result;
  assertStringIncludes(
    error.outcome === "Failed" ? String(error.error.cause) : "",
    "list ConfigMap objects in an observe step before, and create none when it is there",
  );
  mayLook = true;
  await harness.clock.advance(10 * MINUTE);
  assertEquals(harness.outcomes().at(-1), "NoOp");
  assertEquals(harness.written().length, 1);
});

Deno.test("an object with a generated name whose creation was refused is created again without a look", async () => {
  let attempts = 0;
  const steps = defineSteps(Foo)
    .change("create", () => attempts < 2 ? create(ConfigMap, { metadata: { generateName: "part-" } }) : undefined);
  await using harness = await Harness.serving(steps);
  harness.cluster.intercept((request) => {
    if (request.user !== "operator" || request.verb !== "create" || attempts++ > 0) return;
    throw refusal(409, "AlreadyExists", "of all names, this one");
  });
  await harness.createFoo("a");
  await harness.clock.advance(MINUTE);
  assertEquals(harness.written(), ["create configmaps 409", "create configmaps 201"]);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("of two steps in doubt the later one is kept, and with it what may have been made there", () => {
  const names = ["first", "second", "third"];
  const failedIn = (step: string): RunResult => ({ outcome: "Failed", error: new StepError(step, new Error("x")) });
  const open = { isUncertain: true, unnamed: [] };
  const none = { isUncertain: false, unnamed: [] };
  const before = doubtAfter(failedIn("second"), names, undefined, { isUncertain: true, unnamed: [ConfigMap] });
  assertEquals(before, { step: "second", unnamed: [ConfigMap] });
  // A conflict in a step before it.
  const both = doubtAfter(failedIn("first"), names, before, open);
  assertEquals(both, before);
  assertEquals(doubtAfter(failedIn("third"), names, before, open), { step: "third", unnamed: [] });
  const again = doubtAfter(failedIn("second"), names, both, { isUncertain: true, unnamed: [ConfigMap, Secret] });
  assertEquals(again, { step: "second", unnamed: [ConfigMap, Secret] });
  assertEquals(doubtAfter(failedIn("first"), names, again, none), again);
  assertEquals(doubtAfter({ outcome: "NoOp" } as RunResult, names, again, none), undefined);
});
