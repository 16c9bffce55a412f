import { assert, assertEquals } from "@std/assert";
import {
  anyOf,
  defineSteps,
  generationChanged,
  labelsChanged,
  patch,
  perform,
  type Steps,
  TerminalError,
  watchKind,
} from "../../mod.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { StatusError } from "../../lib/testing/mod.ts";
import { Foo, Harness } from "./harness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So long that nothing but an event ends it within a test. */
const LONG = { base: "1h", cap: "10h" } as const;

/** Fails for any object whose text is not "good". */
const picky: Steps<Foo> = defineSteps(Foo).observe("check", ({ object }) => {
  if (object.spec.text !== "good") throw new Error("bad spec");
});

/** A controller whose object "a" has failed for long. */
async function failing(more: Parameters<typeof Harness.serving>[1] = {}, steps = picky): Promise<Harness> {
  const harness = await Harness.serving(steps, { backoff: LONG, ...more });
  await harness.createFoo("a", { text: "bad" }, { finalizers: ["example.dev/other"] });
  await harness.clock.advance(MINUTE);
  harness.forget();
  return harness;
}

/** How long until the next Run, in milliseconds, whatever happens in it. */
async function nextRunIn({ clock, reports }: Harness): Promise<number> {
  const from = clock.monotonic();
  const before = reports.length;
  if (before === 0) await clock.advanceUntil(() => reports.length > before, { within: 20 * HOUR });
  return clock.monotonic() - from;
}

Deno.test("a corrected spec ends the backoff at once", async () => {
  await using harness = await failing();
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  assertEquals(await nextRunIn(harness), 0);
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("a deletion ends the backoff at once", async () => {
  const cleaned: string[] = [];
  const cleanup = defineSteps(Foo).observe("clean", ({ object }) => void cleaned.push(object.metadata.name));
  await using harness = await failing({ cleanup });
  await harness.delete(Foo, "a");
  assertEquals(await nextRunIn(harness), 0);
  assertEquals(cleaned[0], "a");
});

Deno.test("another object of that name is run at once, and its waits begin anew", async () => {
  await using harness = await failing({ backoff: { base: "1s", cap: "10h" } });
  await harness.clock.advance(20 * HOUR);
  await harness.merge(Foo, "a", { metadata: { finalizers: null } });
  await harness.delete(Foo, "a");
  harness.forget();
  await harness.createFoo("a", { text: "bad" });
  assertEquals(await nextRunIn(harness), 0);
  assertEquals(harness.outcomes(), ['Failed: Step "check" failed: bad spec']);
  assert(harness.reports[0]!.nextIn! <= 1_000, `${harness.reports[0]!.nextIn}`);
});

Deno.test("an object that replaces another one unobserved is recognized as another, too", async () => {
  await using harness = await failing({ backoff: { base: "1s", cap: "10h" } });
  await harness.clock.advance(20 * HOUR);
  harness.cluster.watches.freeze({ plural: "foos" });
  await harness.merge(Foo, "a", { metadata: { finalizers: null } });
  await harness.delete(Foo, "a");
  await harness.createFoo("a", { text: "bad" });
  harness.forget();
  harness.cluster.watches.thaw();
  await harness.clock.settle();
  assertEquals(await nextRunIn(harness), 0);
  assert(harness.reports.at(-1)!.nextIn! <= 1_000, `${harness.reports.at(-1)!.nextIn}`);
});

Deno.test("after an edit the waits begin low, though not at nothing", async () => {
  await using harness = await failing({ backoff: { base: "1s", cap: "10h" } });
  await harness.clock.advance(20 * HOUR);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "better" } });
  assertEquals(await nextRunIn(harness), 0);
  assert(harness.reports[0]!.nextIn! <= 8_000, `${harness.reports[0]!.nextIn}`);
});

Deno.test("a flood of edits makes no hot loop, and the last of them is seen within two seconds", async () => {
  await using harness = await failing({ backoff: {} });
  await harness.clock.advance(HOUR);
  harness.forget();
  for (let size = 1; size <= 600; size++) {
    await harness.merge(Foo, "a", { spec: { size } });
    await harness.clock.advance(100);
  }
  const runs = harness.reports.length;
  assert(runs >= 30 && runs <= 75, `${runs} Runs in a minute`);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  assert(await nextRunIn(harness) <= 2_000);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("an edit that comes while the Run fails is not lost", async () => {
  const gate = Promise.withResolvers<void>();
  const steps = defineSteps(Foo).observe("check", async ({ object }) => {
    if (object.spec.text === "slow") await gate.promise;
    if (object.spec.text !== "good") throw new Error("bad spec");
  });
  await using harness = await failing({}, steps);
  await harness.merge(Foo, "a", { spec: { text: "slow" } });
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  assertEquals(harness.outcomes(), []);
  gate.resolve();
  await harness.clock.settle();
  assertEquals(harness.outcomes(), ['Failed: Step "check" failed: bad spec', "NoOp"]);
});

Deno.test("a dependent that goes, or comes to be ready, ends the backoff within a second", async () => {
  const steps = defineSteps(Foo).observe("check", async ({ kube }) => {
    const found = await kube.get(ConfigMap, "a");
    if (found?.data?.["ready"] !== "yes") throw new Error("not yet");
  });
  await using harness = await failing({}, steps);
  const { metadata: { uid } } = (await harness.get(Foo, "a"))!;
  const ownerReferences = [{ apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true }];
  await harness.create(ConfigMap, { metadata: { name: "a", ownerReferences } });
  assertEquals(await nextRunIn(harness), 1_000);
  harness.forget();
  await harness.merge(ConfigMap, "a", { data: { ready: "yes" } });
  assertEquals(await nextRunIn(harness), 1_000);
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("an object that is mapped to another ends its backoff within a second", async () => {
  const steps = defineSteps(Foo).observe("check", async ({ kube }) => {
    if (!await kube.get(Secret, "key")) throw new Error("no key");
  });
  const watches = [watchKind(Secret, { map: ({ metadata: { namespace } }) => [{ name: "a", namespace: namespace! }] })];
  await using harness = await failing({ watches }, steps);
  await harness.create(Secret, { metadata: { name: "key" } });
  assertEquals(await nextRunIn(harness), 1_000);
  assertEquals(harness.outcomes(), ["NoOp"]);
});

Deno.test("a storm of events of a dependent does not defeat the backoff", async () => {
  await using harness = await failing();
  const { metadata: { uid } } = (await harness.get(Foo, "a"))!;
  const ownerReferences = [{ apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true }];
  await harness.create(ConfigMap, { metadata: { name: "a", ownerReferences } });
  for (let beat = 1; beat <= 1_200; beat++) {
    await harness.merge(ConfigMap, "a", { data: { beat: String(beat) } });
    await harness.clock.advance(100);
  }
  const runs = harness.reports.length;
  assert(runs >= 12 && runs <= 16, `${runs} Runs in two minutes`);
});

Deno.test("a status that somebody else writes shortens the backoff only where the predicate lets it pass", async () => {
  await using quiet = await failing();
  await quiet.merge(Foo, "a", { status: { phase: "odd" } }, { subresource: "status" });
  assert(await nextRunIn(quiet) > MINUTE);

  await using awake = await failing({ predicate: () => true });
  await awake.merge(Foo, "a", { status: { phase: "odd" } }, { subresource: "status" });
  assertEquals(await nextRunIn(awake), 1_000);
});

Deno.test("labels end the backoff within a second where the predicate asks for them", async () => {
  await using harness = await failing({ predicate: anyOf(generationChanged, labelsChanged) });
  await harness.merge(Foo, "a", { metadata: { labels: { color: "red" } } });
  assertEquals(await nextRunIn(harness), 1_000);
});

Deno.test("what an object's own Run writes is no reason to hurry, also where it counts up the generation", async () => {
  const steps = defineSteps(Foo).change(
    "flip",
    ({ object }) => patch(Foo, object, { merge: { spec: { size: object.spec.size === 1 ? 2 : 1 } } }),
  );
  await using harness = await Harness.serving(steps, { writes: [Foo] });
  await harness.createFoo("a", { size: 1 });
  await harness.clock.advance(HOUR);
  harness.forget();
  await harness.clock.advance(MINUTE);
  // Slowed down to once a second: each of its own changes would otherwise release it.
  assertEquals(harness.reports.length, 60);
});

Deno.test("a write by another object's Run counts like anybody's", async () => {
  const steps = defineSteps(Foo)
    .observe("look", ({ kube }) => kube.get(Foo, "a"))
    .change("help", ({ object }, a) => {
      if (object.metadata.name === "a" && object.spec.text !== "good") throw new Error("bad spec");
      if (object.metadata.name === "helper" && a!.spec.text !== "good") {
        return patch(Foo, a!, { merge: { spec: { text: "good" } } });
      }
    });
  await using harness = await failing({ writes: [Foo] }, steps);
  await harness.createFoo("helper");
  assertEquals(harness.outcomes("default/a"), ["NoOp"]);
});

Deno.test("an edit ends the wait of an object that is slowed down, and does not make it fast", async () => {
  const steps = defineSteps(Foo)
    .change("again", ({ object }) => object.spec.text === "good" ? undefined : perform("again", () => {}));
  await using harness = await failing({}, steps);
  await harness.clock.advance(500);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { size: 1 } });
  assertEquals(harness.outcomes(), ["perform again"]);
  for (let size = 2; size <= 600; size++) {
    await harness.merge(Foo, "a", { spec: { size } });
    await harness.clock.advance(100);
  }
  const runs = harness.reports.length;
  assert(runs <= 60 + 45, `${runs} Runs in a minute`);
  harness.forget();
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  await harness.clock.advance(1_000);
  assertEquals(harness.outcomes().at(-1), "NoOp");
});

Deno.test("a wait that the API server asked for is kept against events, and ended by an edit", async () => {
  const steps = defineSteps(Foo).change(
    "again",
    ({ object }) =>
      object.spec.text === "good" ? undefined : patch(Foo, object, { merge: { metadata: { labels: { a: "b" } } } }),
  );
  await using harness = await Harness.serving(steps, { backoff: { base: "1ms", cap: "1ms" }, writes: [Foo] });
  const busy = () => new StatusError(503, "ServiceUnavailable", "busy", { retryAfterSeconds: 90 });
  harness.cluster.intercept(({ verb, user }) => {
    if (verb === "patch" && user === "operator") throw busy();
  });
  await harness.createFoo("a", { text: "bad" });
  await harness.clock.advance(20_000);
  harness.forget();
  const { metadata: { uid } } = (await harness.get(Foo, "a"))!;
  const ownerReferences = [{ apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true }];
  await harness.create(ConfigMap, { metadata: { name: "a", ownerReferences } });
  await harness.clock.advance(60_000);
  assertEquals(harness.outcomes(), []);
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  assertEquals(harness.outcomes(), ["NoOp"]);
});

/** Kinds that count no generations. */
const plain = defineSteps(ConfigMap).observe("check", ({ object }) => {
  if (object.data?.["text"] !== "good") throw new Error("bad text");
});

async function failingPlain(): Promise<Harness> {
  const harness = await Harness.start();
  await harness.serve({ resource: ConfigMap, steps: plain, backoff: LONG });
  await harness.create(ConfigMap, { metadata: { name: "a" }, data: { text: "bad" } });
  await harness.clock.advance(MINUTE);
  harness.forget();
  return harness;
}

for (
  const [what, change] of [
    ["its data", { data: { text: "good" } }],
    ["a field that is gone", { data: null }],
    ["its labels", { metadata: { labels: { color: "red" } } }],
    ["its annotations", { metadata: { annotations: { note: "x" } } }],
  ] as const
) {
  Deno.test(`an edit of an object whose kind counts no generations ends its backoff at once: ${what}`, async () => {
    await using harness = await failingPlain();
    await harness.merge(ConfigMap, "a", change);
    assertEquals(await nextRunIn(harness), 0);
  });
}

Deno.test("a storm of events makes no loop of an object that failed for good, and an edit is run at once", async () => {
  const steps = defineSteps(Foo).observe("check", ({ object }) => {
    if (object.spec.text !== "good") throw new TerminalError("bad spec");
  });
  await using harness = await failing({}, steps);
  const { metadata: { uid } } = (await harness.get(Foo, "a"))!;
  const ownerReferences = [{ apiVersion: "example.dev/v1", kind: "Foo", name: "a", uid, controller: true }];
  await harness.create(ConfigMap, { metadata: { name: "a", ownerReferences } });
  for (let beat = 1; beat <= 600; beat++) {
    await harness.merge(ConfigMap, "a", { data: { beat: String(beat) } });
    await harness.clock.advance(100);
  }
  const runs = harness.reports.length;
  assert(runs >= 6 && runs <= 10, `${runs} Runs in a minute`);
  await harness.clock.advance(HOUR);
  harness.forget();
  await harness.clock.advance(HOUR);
  assertEquals(harness.outcomes(), []);
  await harness.merge(Foo, "a", { spec: { text: "good" } });
  assertEquals([await nextRunIn(harness), harness.outcomes()], [0, ["NoOp"]]);
});
