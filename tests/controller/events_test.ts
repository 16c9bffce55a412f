import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { create, defineSteps, patch, serveController, TerminalError } from "../../mod.ts";
import { OptionsError } from "../../lib/doors/errors.ts";
import { ConfigMap, Event, Secret } from "../../lib/kube/kinds/mod.ts";
import { isWrite, refusal } from "./faults.ts";
import { Foo, Harness, Zone } from "./harness.ts";
import { ensureText } from "./plans.ts";

/** The Events of a namespace, as `kubectl` would show them: type, reason, object, how often, note. */
async function told(harness: Harness, namespace = "default"): Promise<string[]> {
  const events = await harness.list(Event, namespace);
  return events.sort((a, b) => a.eventTime < b.eventTime ? -1 : 1).map(
    ({ type, reason, regarding, series, note }) =>
      `${type} ${reason} ${regarding?.kind}/${regarding?.name} x${series?.count ?? 1} ${note}`,
  );
}

Deno.test("by default no Event is written", async () => {
  await using harness = await Harness.serving(ensureText);
  await harness.createFoo("a");
  assertEquals(harness.written(), ["create configmaps 201"]);
  assertEquals(await told(harness), []);
});

Deno.test("a change is told as an Event of the object, and a Run that finds nothing to do is not", async () => {
  await using harness = await Harness.serving(ensureText, { events: true, requeueEvery: "1m" });
  const { metadata } = await harness.createFoo("a");
  await harness.clock.advance(600_000);
  assert(harness.outcomes().length > 5);
  assertEquals(await told(harness), [
    "Normal Modified Foo/a x1 create the text: create ConfigMap default/a",
  ]);
  const [event] = await harness.list(Event, "default");
  assertEquals([event?.reportingController, event?.action], ["example.dev/foo", "CreateTheText"]);
  assert(event?.reportingInstance?.startsWith("foo-"));
  assertEquals(event?.regarding, {
    apiVersion: "example.dev/v1",
    kind: "Foo",
    namespace: "default",
    name: "a",
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
  });
});

Deno.test("waiting is told when what is waited for changes, not each time", async () => {
  let reason = "not ready";
  const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop({ requeueAfter: "10s", reason }));
  await using harness = await Harness.serving(steps, { events: true });
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  reason = "almost ready";
  await harness.clock.advance(60_000);
  assertEquals(await told(harness), [
    "Normal Stopped Foo/a x1 wait: not ready",
    "Normal Stopped Foo/a x1 wait: almost ready",
  ]);
});

Deno.test("a failure that repeats is one Event that counts", async () => {
  const steps = defineSteps(Foo).observe("look", () => {
    throw new Error("the shop is closed");
  });
  await using harness = await Harness.serving(steps, { events: true });
  await harness.createFoo("a");
  await harness.clock.advance(30_000);
  const failures = harness.outcomes().length;
  assert(failures > 3 && failures < 25);
  assertEquals(await told(harness), [`Warning Failed Foo/a x${failures} look: the shop is closed`]);
});

Deno.test("a failure that is not retried says so", async () => {
  const steps = defineSteps(Foo).observe("check", () => {
    throw new TerminalError("no such size");
  });
  await using harness = await Harness.serving(steps, { events: true });
  await harness.createFoo("a");
  assertEquals(await told(harness), [
    "Warning FailedForGood Foo/a x1 check: not tried again until the object changes: no such size",
  ]);
});

Deno.test("a change without effect is a warning", async () => {
  const steps = defineSteps(Foo)
    .observe("find", ({ kube }) => kube.get(ConfigMap, "a"))
    .change(
      "label",
      (_, found) => found && patch(ConfigMap, found, { merge: { metadata: { labels: { color: "red" } } } }),
    );
  await using harness = await Harness.start();
  await harness.create(ConfigMap, { metadata: { name: "a", labels: { color: "red" } } });
  await harness.serve({ resource: Foo, steps, owns: [ConfigMap], events: true });
  await harness.createFoo("a");
  assertEquals((await told(harness)).map((event) => event.replace(/ x\d+/, "")), [
    "Warning ModifiedWithoutEffect Foo/a " +
    "label: patch ConfigMap default/a had no effect: the step asks for what is there already",
  ]);
});

Deno.test({
  name: "without any permission, the process is named by chance",
  permissions: "none",
  fn: async () => {
    const steps = defineSteps(Foo).observe("wait", ({ stop }) => stop());
    await using harness = await Harness.serving(steps, { events: true });
    await harness.createFoo("a");
    assertEquals(await told(harness), ["Normal Stopped Foo/a x1 wait: waiting"]);
    const [event] = await harness.list(Event, "default");
    assertMatch(event!.reportingInstance!, /^foo-[0-9a-f]{8}$/);
  },
});

Deno.test("Events of an object without a namespace are in the namespace default", async () => {
  await using harness = await Harness.start({ kinds: [Zone] });
  const steps = defineSteps(Zone).observe("wait", ({ stop }) => stop({ reason: "for rain" }));
  await harness.serve({ resource: Zone, steps, events: true });
  await harness.create(Zone, { metadata: { name: "north" } });
  assertEquals(await told(harness), ["Normal Stopped Zone/north x1 wait: for rain"]);
});

Deno.test("Events that are refused or that hang change nothing of the Runs: how they end, and when", async () => {
  const history = async (before: () => void | Promise<void>) => {
    await using harness = await Harness.serving(ensureText, { events: true });
    harness.cluster.intercept({ before: ({ resource }) => resource === "events" ? before() : undefined });
    const start = harness.clock.monotonic();
    for (const name of ["a", "b", "c"]) await harness.createFoo(name);
    await harness.merge(Foo, "a", { spec: { text: "new" } });
    const { reports } = harness;
    assertEquals(harness.clock.monotonic(), start);
    return reports.map(({ key, trigger, result, nextIn }) => ({ key, trigger, outcome: result.outcome, nextIn }));
  };
  const undisturbed = await history(() => {});
  assertEquals(undisturbed.map(({ outcome }) => outcome).filter((outcome) => outcome === "Modified").length, 4);
  const refused = await history(() => {
    throw refusal(403, "Forbidden", "no");
  });
  const withoutChance = (runs: typeof undisturbed) =>
    runs.map(({ nextIn, ...rest }) => ({ ...rest, soon: nextIn === 0 }));
  assertEquals(withoutChance(refused), withoutChance(undisturbed));
  assertEquals(withoutChance(await history(() => new Promise(() => {}))), withoutChance(undisturbed));
});

for (const [each, written, took] of [[500, 3, 1_500], [3_600_000, 0, 2_000]] as const) {
  Deno.test(`a shutdown waits two seconds at most for Events that take ${each} ms each`, async () => {
    await using harness = await Harness.start();
    const controller = await harness.serve({ resource: Foo, steps: ensureText, owns: [ConfigMap], events: true });
    const wait = () => new Promise<void>((resolve) => void harness.clock.timer(each, resolve));
    using _slow = harness.cluster.intercept({
      before: ({ resource, user }) => resource === "events" && user === "operator" ? wait() : undefined,
    });
    for (const name of ["a", "b", "c"]) await harness.createFoo(name);
    const start = harness.clock.monotonic();
    await harness.settled(controller.shutdown());
    assertEquals(harness.clock.monotonic() - start, took);
    assertEquals((await told(harness)).length, written);
  });
}

const PLANTED = "hunter2-hunter2";

Deno.test("a Secret's data is in no Event, whatever the API server or a step says of it", async () => {
  const secret = { metadata: { name: "a" }, stringData: { pass: PLANTED } };
  let thrown: unknown = undefined;
  const steps = defineSteps(Foo)
    .observe("look", () => {
      if (thrown !== undefined) throw thrown;
    })
    .observe("find", ({ kube }) => kube.get(Secret, "a"))
    .change("create", (_, found) => found ?? create(Secret, secret).withStatus({ phase: "made" }));
  await using harness = await Harness.serving(steps, { events: true, owns: [Secret] });
  const quote = refusal(422, "Invalid", `Secret "a" is invalid: data: Invalid value: ${PLANTED}`);
  let faults = 2;
  harness.cluster.intercept({
    before: (request) => {
      if (request.resource === "secrets" && isWrite(request) && faults-- > 0) throw quote;
    },
  });
  await harness.createFoo("a");
  await harness.clock.advance(60_000);
  const bad = [secret, new SyntaxError(`Unexpected token 'h', "${PLANTED}" is not valid JSON`)];
  for (const [size, value] of bad.entries()) {
    thrown = value;
    await harness.merge(Foo, "a", { spec: { size } });
    await harness.clock.advance(60_000);
  }
  const notes = (await told(harness)).map((event) => event.replace(/ x\d+/, ""));
  assertMatch(
    notes[0]!,
    /^Warning Failed Foo\/a create: Cannot create Secret default\/a as the API server answered 422/,
  );
  assertEquals(notes.slice(1), [
    "Normal Modified Foo/a create: create Secret default/a",
    "Warning Failed Foo/a look: something that is not an error was thrown",
    "Warning Failed Foo/a look: SyntaxError (its words are in the log only, as they may quote data)",
  ]);
  assertEquals(JSON.stringify(await harness.list(Event, "default")).includes(PLANTED), false);
});

Deno.test("events must be true or false", async () => {
  const events = "yes" as unknown as boolean;
  await assertRejects(
    () => serveController({ resource: Foo, steps: ensureText, events }),
    OptionsError,
    'Cannot serve as events must be true or false: current value is "yes"',
  );
});
