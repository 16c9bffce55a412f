import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../mod.ts";
import { TypedClient, WaitError } from "../../lib/client/mod.ts";
import { ConfigMap, Deployment, Secret } from "../../lib/kube/kinds/mod.ts";
import { type Clock, EmbeddedCluster, StatusError, VirtualClock } from "../../lib/testing/mod.ts";

/** A cluster in virtual time. */
function start(options: { historySize?: number } = {}) {
  const clock = new VirtualClock();
  const cluster = new EmbeddedCluster({ clock, ...options });
  const later = (milliseconds: number, act: () => unknown) => void clock.timer(milliseconds, () => void act());
  return { clock, cluster, later, [Symbol.dispose]: () => cluster.close() };
}

const data = (color: string) => ({ merge: { data: { color } } });

Deno.test("a wait takes as long as it takes in virtual time, and asks by one list and one watch", async () => {
  using world = start();
  const { clock, cluster, later } = world;
  const asked: string[] = [];
  cluster.onRequest(({ verb, code }) => asked.push(`${verb} ${code}`));
  later(5_000, () => cluster.create(ConfigMap, { metadata: { name: "a" } }));
  later(9_000, () => cluster.patch(ConfigMap, "a", data("red")));
  const found = await cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "red");
  assertEquals([found.data, clock.monotonic()], [{ color: "red" }, 9_000]);
  assertEquals(asked.filter((one) => /list|watch|get/.test(one)), ["list 200", "watch 200"]);
  assertEquals([cluster.watches.count, clock.pending], [0, 0]);
});

Deno.test("what is right already is found at once, and a version that passes by is seen", async () => {
  using world = start();
  const { clock, cluster, later } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a" }, data: { color: "blue" } });
  await cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "blue");
  assertEquals(clock.monotonic(), 0);
  later(1_000, async () => {
    await cluster.patch(ConfigMap, "a", data("red"));
    await cluster.patch(ConfigMap, "a", data("green"));
  });
  await cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "red");
});

Deno.test("a wait in vain says what was waited for, how long, and what there is instead", async () => {
  using world = start();
  const { clock, cluster, later } = world;
  const wait = () => cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "red", { timeout: "30s" });
  const none = await assertRejects(wait, WaitError);
  assertStringIncludes(none.message, `=== "red"`);
  assertStringIncludes(none.message, "for ConfigMap default/a as 30s of virtual time are over: there is none");
  assertEquals(clock.monotonic(), 30_000);
  await cluster.create(ConfigMap, { metadata: { name: "a" }, data: { color: "blue" } });
  const other = await assertRejects(wait, WaitError);
  assertStringIncludes(other.message, `"data":{"color":"blue"}`);
  assertEquals((other.object as ConfigMap).data, { color: "blue" });
  later(1_000, () => cluster.delete(ConfigMap, "a"));
  const gone = await assertRejects(wait, WaitError);
  assertStringIncludes(gone.message, "it was deleted");
  const what = "it is painted";
  const said = await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => false, { what }), WaitError);
  assertStringIncludes(
    said.message,
    "Cannot wait any longer until it is painted for ConfigMap default/a as 1m of virtual time are over",
  );
});

Deno.test("the error shows nothing of a Secret's data, nor what was written of it elsewhere, and no endless text", async () => {
  using world = start();
  const { cluster } = world;
  const secret = { password: btoa("hunter2") };
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(secret),
    other: secret.password,
  };
  await cluster.create(Secret, { metadata: { name: "a", annotations }, data: secret });
  const error = await assertRejects(() => cluster.waitFor(Secret, "a", () => false), WaitError);
  assertEquals(error.message.includes(secret.password), false, error.message);
  assertStringIncludes(error.message, "password; left out, as it is secret");
  await cluster.create(ConfigMap, { metadata: { name: "a", annotations }, data: { long: "x".repeat(500_000) } });
  const long = await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => false), WaitError);
  assert(long.message.length < 3_000, `${long.message.length}`);
  assertEquals(long.message.includes("last-applied"), false);
});

Deno.test("one that is deleted and made anew while it is waited for is found", async () => {
  using world = start();
  const { cluster, later } = world;
  const { metadata: { uid } } = await cluster.create(ConfigMap, { metadata: { name: "a" } });
  later(1_000, () => cluster.delete(ConfigMap, "a"));
  later(2_000, () => cluster.create(ConfigMap, { metadata: { name: "a" }, data: { color: "red" } }));
  const found = await cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "red");
  assert(found.metadata.uid !== uid);
});

Deno.test("what a condition throws ends the wait with just that, and leaves no watch behind", async () => {
  using world = start();
  const { cluster, clock } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  const mistake = new TypeError("Cannot read properties of undefined");
  const thrown = await assertRejects(() =>
    cluster.waitFor(ConfigMap, "a", () => {
      throw mistake;
    })
  );
  assertEquals(thrown === mistake, true);
  await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => Promise.reject(mistake)), TypeError, "Cannot read");
  assertEquals([cluster.watches.count, clock.pending], [0, 0]);
});

Deno.test("a condition that never answers ends with the time", async () => {
  using world = start();
  const { cluster } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => new Promise<boolean>(() => {})), WaitError);
  assertEquals(cluster.watches.count, 0);
});

Deno.test("a watch that is cut, or whose version has expired, goes on", async () => {
  using world = start();
  const { cluster, later } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  later(1_000, () => cluster.watches.cut({}, new TypeError("connection reset")));
  later(1_001, async () => {
    await cluster.patch(ConfigMap, "a", data("blue"));
    cluster.compact();
  });
  later(20_000, () => cluster.watches.cut());
  later(25_000, () => cluster.patch(ConfigMap, "a", data("red")));
  await cluster.waitFor(ConfigMap, "a", ({ data }) => data?.["color"] === "red");
});

Deno.test("what the API server refuses for good ends the wait at once, and what passes is waited out", async () => {
  using world = start();
  const { cluster, clock } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a" } });
  {
    using _forbidden = cluster.intercept(() => {
      throw new StatusError(403, "Forbidden", "no");
    });
    await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => true), ApiError, "403 Forbidden");
    assertEquals(clock.monotonic(), 0);
  }
  let tries = 0;
  using _busy = cluster.intercept(() => {
    if (tries++ < 3) throw new StatusError(500, "InternalError", "etcd is away");
  });
  await cluster.waitFor(ConfigMap, "a", () => true);
  assert(tries > 3);
});

Deno.test("a watch in trouble until the end is told", async () => {
  using world = start();
  const { cluster } = world;
  using _away = cluster.intercept(() => {
    throw new StatusError(500, "InternalError", "etcd is away");
  });
  const error = await assertRejects(() => cluster.waitFor(ConfigMap, "a", () => true), WaitError);
  assertStringIncludes(error.message, "the watch is in trouble");
  assertStringIncludes(error.message, "etcd is away");
});

Deno.test("several may wait at once, each for its own time, and time never goes back", async () => {
  using world = start();
  const { clock, cluster, later } = world;
  for (const name of ["a", "b", "c"]) await cluster.create(ConfigMap, { metadata: { name } });
  const order: string[] = [];
  const readings: number[] = [];
  later(2_000, () => cluster.patch(ConfigMap, "a", data("red")));
  later(4_000, () => cluster.patch(ConfigMap, "b", data("red")));
  const wait = async (name: string, timeout: number) => {
    const isRed = ({ data }: ConfigMap) => data?.["color"] === "red";
    const ended = await cluster.waitFor(ConfigMap, name, isRed, { timeout }).then(() => "red", () => "in vain");
    readings.push(clock.monotonic());
    order.push(`${name} ${ended}`);
  };
  const late = clock.advance(1_000).then(() => readings.push(clock.monotonic()));
  await Promise.all([wait("a", 60_000), wait("b", 60_000), wait("c", 3_000), late]);
  assertEquals(order, ["a red", "c in vain", "b red"]);
  assertEquals(readings, readings.toSorted((a, b) => a - b));
  assertEquals(cluster.watches.count, 0);
});

Deno.test("a name that would mean something in a selector is refused", async () => {
  using world = start();
  for (const name of ["a,b", "a=b", "!a", "a\\,b"]) {
    await assertRejects(
      () => world.cluster.waitFor(ConfigMap, name, () => true),
      TypeError,
      "no object can have such a name",
    );
  }
});

Deno.test("a time that is none is refused", async () => {
  using world = start();
  for (const timeout of [-1, NaN, Infinity, Date.now()]) {
    await assertRejects(() => world.cluster.waitFor(ConfigMap, "a", () => true, { timeout }), RangeError, "timeout");
  }
});

Deno.test("by a clock of one's own that nobody moves, a wait still ends with what it waits for, and by its signal", async () => {
  const still: Clock = { now: () => 0, monotonic: () => 0, timer: () => ({ cancel() {} }) };
  using cluster = new EmbeddedCluster();
  const client = new TypedClient(cluster, { clock: still });
  const over = new AbortController();
  const waiting = client.waitFor(ConfigMap, "a", () => true, { signal: over.signal });
  const made = client.waitFor(ConfigMap, "b", () => true);
  await client.create(ConfigMap, { metadata: { name: "b" } });
  assertEquals((await made).metadata.name, "b");
  over.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("what is gone is waited for, with its finalizers", async () => {
  using world = start();
  const { cluster, clock, later } = world;
  await cluster.create(ConfigMap, { metadata: { name: "a", finalizers: ["example.dev/hold"] } });
  await cluster.delete(ConfigMap, "a");
  const error = await assertRejects(() => cluster.waitUntilGone(ConfigMap, "a", { timeout: "10s" }), WaitError);
  assertStringIncludes(error.message, `"finalizers":["example.dev/hold"]`);
  later(5_000, () => cluster.patch(ConfigMap, "a", { merge: { metadata: { finalizers: null } } }));
  await cluster.waitUntilGone(ConfigMap, "a");
  assertEquals(clock.monotonic(), 15_000);
  await cluster.waitUntilGone(Deployment, "never-there");
});
