import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { DeadConnections } from "./dead_connections.ts";
import { broken, refusal, unreachable } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { ensureTextAndReport } from "./plans.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Three objects at rest. */
async function served(): Promise<Harness> {
  const harness = await Harness.serving(ensureTextAndReport);
  for (const name of ["a", "b", "c"]) await harness.createFoo(name, { text: "old" });
  harness.forget();
  return harness;
}

/** What happens behind the controller's back: a change, a deletion, a new object, a dependent that is lost. */
async function disturb(harness: Harness): Promise<void> {
  await harness.merge(Foo, "a", { spec: { text: "new" } });
  await harness.delete(Foo, "b");
  await harness.createFoo("d", { text: "fresh" });
  await harness.delete(ConfigMap, "c");
}

/** Whether all that `disturb` did has been dealt with, by no more writes than it takes. */
async function assertCaughtUp(harness: Harness): Promise<void> {
  const texts = (await harness.list(ConfigMap)).map(({ metadata: { name }, data }) => `${name} ${data?.["text"]}`);
  assertEquals(texts.sort(), ["a new", "c old", "d fresh"]);
  assertEquals((await harness.get(Foo, "d"))?.status, { observed: 1 });
  const patches = harness.written().filter((line) => line !== "create configmaps 201");
  assertEquals(patches.sort(), ["patch configmaps a 200", "patch foos/status a 200", "patch foos/status d 200"]);
}

Deno.test("watches that end normally continue where they were: nothing is lost, and nothing is logged", async () => {
  await using harness = await served();
  harness.cluster.watches.cut();
  await disturb(harness);
  await harness.clock.advance(MINUTE);
  await assertCaughtUp(harness);
  assertEquals(harness.asked().filter((line) => line.startsWith("list")), []);
  assertEquals(harness.logger.at("warn", "error"), []);
});

Deno.test("watches whose connection breaks continue where they were", async () => {
  await using harness = await served();
  for (let time = 0; time < 20; time++) {
    harness.cluster.watches.cut({}, broken());
    await harness.clock.advance(MINUTE);
  }
  harness.cluster.watches.cut({}, broken());
  await disturb(harness);
  await harness.clock.advance(MINUTE);
  await assertCaughtUp(harness);
});

Deno.test("after a compaction everything is listed again, and gone objects are noticed", async () => {
  await using harness = await served();
  const down = harness.cluster.intercept(({ user }) => {
    if (user === "operator") throw unreachable();
  });
  harness.cluster.watches.cut();
  await disturb(harness);
  harness.cluster.compact();
  down[Symbol.dispose]();
  await harness.clock.advance(5 * MINUTE);
  await assertCaughtUp(harness);
});

Deno.test("a running watch that is told that its version is too old starts again", async () => {
  await using harness = await served();
  let refused = 0;
  harness.cluster.intercept(({ user, verb, query }) => {
    if (user !== "operator" || verb !== "watch" || query.get("sendInitialEvents") === "true" || refused >= 2) return;
    refused++;
    throw refusal(410, "Expired", "too old resource version");
  });
  harness.cluster.watches.cut();
  await disturb(harness);
  await harness.clock.advance(5 * MINUTE);
  assertEquals(refused, 2);
  await assertCaughtUp(harness);
});

Deno.test("a silently dead connection is given up, and nothing is lost", async () => {
  await using harness = await Harness.start();
  const connections = new DeadConnections(harness.cluster.client("operator"));
  const { client } = connections;
  await harness.serve({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], client });
  for (const name of ["a", "b", "c"]) await harness.createFoo(name, { text: "old" });
  // By now the server has ended its first watches, and is known to do so in time.
  await harness.clock.advance(MINUTE);
  harness.forget();
  connections.kill();
  await disturb(harness);
  await harness.clock.advance(1_000);
  assertEquals(harness.reports, [], "nothing comes over a dead connection");
  await harness.clock.advance(44_000);
  await assertCaughtUp(harness);
  assert(harness.logger.saying("the server sent nothing for").length >= 1);
});

Deno.test("an API server that refuses for an hour is waited for, and then nothing is lost", async () => {
  await using harness = await served();
  const down = harness.cluster.intercept(({ user }) => {
    if (user === "operator") throw unreachable();
  });
  harness.cluster.watches.cut();
  await disturb(harness);
  await harness.clock.advance(HOUR);
  down[Symbol.dispose]();
  await harness.clock.advance(2 * MINUTE);
  await assertCaughtUp(harness);
});

Deno.test("trouble of a watch is logged when it begins, once a minute, and when it is over", async () => {
  await using harness = await served();
  const down = harness.cluster.intercept(({ user }) => {
    if (user === "operator") throw unreachable();
  });
  harness.cluster.watches.cut();
  await harness.clock.advance(1_000);
  const first = harness.logger.entries.filter(({ level }) => level === "warn");
  assertEquals(first.map(({ message }) => message.slice(0, 40)).sort(), [
    ...["Cannot watch ConfigMap objects as the AP", "Cannot watch Foo objects as the API serv"],
  ]);
  await harness.clock.advance(HOUR);
  const warnings = harness.logger.entries.filter(({ level }) => level === "warn");
  assert(warnings.length >= 2 * 40 && warnings.length <= 2 * 62, `${warnings.length} warnings`);
  assert(warnings.slice(2).every(({ fields }) => fields["lasts"] !== undefined));
  down[Symbol.dispose]();
  await harness.clock.advance(2 * MINUTE);
  const over = harness.logger.saying("works again");
  assertEquals(over.map(({ message }) => message).sort(), [
    ...["the watch of ConfigMap works again", "the watch of Foo works again"],
  ]);
  assertStringIncludes(String(over[0]?.fields["lasted"]), "1h");
  await harness.clock.advance(HOUR);
  assertEquals(harness.logger.entries.filter(({ level }) => level === "warn").length, warnings.length);
});

Deno.test("dependents of an owner that is gone, when only their watch is well, are not made without end", async () => {
  await using harness = await served();
  const down = harness.cluster.intercept(({ user, verb, resource }) => {
    if (user === "operator" && verb === "watch" && resource === "foos") throw unreachable();
  });
  harness.cluster.watches.cut({ plural: "foos" });
  // The garbage collector takes each that is made.
  await harness.delete(Foo, "b");
  await harness.clock.advance(10 * MINUTE);
  const made = harness.written().length;
  assert(made >= 100 && made <= 100 + 600, `${made} were made`);
  down[Symbol.dispose]();
  await harness.clock.advance(MINUTE);
  harness.forget();
  await harness.clock.advance(HOUR);
  assertEquals(harness.written(), []);
});

Deno.test("an API server that is overloaded is not asked often", async () => {
  await using harness = await served();
  harness.cluster.intercept(({ user }) => {
    if (user === "operator") throw refusal(429, "TooManyRequests", "try again later");
  });
  harness.cluster.watches.cut();
  harness.forget();
  await harness.clock.advance(HOUR);
  const asked = harness.requests.records.filter(({ user }) => user === "operator").length;
  assert(asked < 2 * 300, `${asked} requests in an hour`);
});

Deno.test("reads and writes go on while a watch is in trouble, and are not done twice when it works again", async () => {
  await using harness = await served();
  const down = harness.cluster.intercept(({ user, verb, resource }) => {
    if (user === "operator" && verb === "watch" && resource === "configmaps") throw unreachable();
  });
  harness.cluster.watches.cut({ plural: "configmaps" });
  await harness.createFoo("d", { text: "fresh" });
  await harness.merge(Foo, "a", { spec: { text: "new" } });
  await harness.clock.advance(HOUR);
  assertEquals((await harness.get(ConfigMap, "d"))?.data, { text: "fresh" });
  const written = harness.written();
  assertEquals(written.length, 4);
  down[Symbol.dispose]();
  await harness.clock.advance(HOUR);
  assertEquals(harness.written(), written);
});
