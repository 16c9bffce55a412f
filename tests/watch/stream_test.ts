import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { added, bookmark, half, run, Secret, secret } from "./fixture.ts";
import { HeldWatch, list, refusal, ScriptedClient } from "./scripted_client.ts";
import { listWatch, type WatchState } from "../../lib/watch/mod.ts";
import { kindOf } from "../../lib/model/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

function open(script: ScriptedClient, clock = new VirtualClock(), signal?: AbortSignal, states: WatchState[] = []) {
  return listWatch({
    client: script.client,
    kind: Secret,
    clock,
    random: half,
    signal,
    streamingLists: false,
    onState: (state) => states.push(state),
  });
}

Deno.test("no request is made before the stream is read", async () => {
  const script = new ScriptedClient();
  const clock = new VirtualClock();
  const stream = open(script, clock);
  await clock.settle();
  assertEquals(script.asked, []);
  await stream.cancel();
});

Deno.test("the watch is pulled: while nobody reads, nothing is read from the network", async () => {
  const held = new HeldWatch();
  const script = new ScriptedClient(list("7", []), held.answer);
  const clock = new VirtualClock();
  const reader = open(script, clock).getReader();
  for (let batch = 0; batch < 3; batch++) await reader.read();
  const next = reader.read();
  held.send(bookmark(8));
  await next;
  for (let version = 9; version < 12; version++) held.send(bookmark(version));
  await clock.settle();
  assertEquals(held.waiting, 3);
  await reader.read();
  await clock.settle();
  assertEquals(held.waiting, 2);
  await reader.cancel();
});

Deno.test("a slow reader does not make the connection count as dead", async () => {
  const held = new HeldWatch();
  const states: WatchState[] = [];
  const clock = new VirtualClock();
  const reader = open(new ScriptedClient(list("7", []), held.answer), clock, undefined, states).getReader();
  for (let batch = 0; batch < 3; batch++) await reader.read();
  const next = reader.read();
  held.send(added(secret("a", 8)));
  await next;
  await clock.advance(3_600_000);
  held.send(added(secret("b", 9)));
  const { value } = await reader.read();
  assertEquals(value?.type, "events");
  assertEquals(states.at(-1)?.type, "watching");
  await reader.cancel();
});

for (
  const [name, answers] of [
    ["listing", []],
    ["connecting", [list("7", [])]],
    ["watching", [list("7", []), new HeldWatch().answer]],
    ["backing off", [refusal(500, "InternalError")]],
  ] as const
) {
  Deno.test(`aborted while ${name}, the stream closes at once and nothing is left pending`, async () => {
    const watch = await run(answers);
    watch.abort();
    await watch.clock.settle();
    assertEquals(watch.ended, "closed");
    assertEquals(watch.state, { type: "stopped" });
    assertEquals(watch.clock.pending, 0);
    assert(watch.script.asked.at(-1)!.signal!.aborted);
  });

  Deno.test(`cancelled while ${name}, the request ends at once and nothing is left pending`, async () => {
    const script = new ScriptedClient(...answers);
    const clock = new VirtualClock();
    const states: WatchState[] = [];
    const reader = open(script, clock, undefined, states).getReader();
    const reading = (async () => {
      while (!(await reader.read()).done);
    })();
    await clock.settle();
    await reader.cancel("enough");
    await reading;
    assertEquals(states.at(-1), { type: "stopped" });
    assertEquals(clock.pending, 0);
    assert(script.asked.at(-1)!.signal!.aborted);
  });
}

Deno.test("a signal that is aborted already makes a stream that is closed and asks for nothing", async () => {
  const script = new ScriptedClient();
  const { done } = await open(script, new VirtualClock(), AbortSignal.abort()).getReader().read();
  assertEquals([done, script.asked.length], [true, 0]);
});

Deno.test("if a client ignores the signal, a stream that arrives after the watch was stopped is cancelled", async () => {
  const held = new HeldWatch();
  const late = Promise.withResolvers<void>();
  const deaf = async () => {
    await late.promise;
    return held.answer({ method: "GET", path: "" });
  };
  const watch = await run([list("7", []), deaf]);
  watch.abort();
  await watch.clock.settle();
  assertEquals(watch.ended, "closed");
  late.resolve();
  await watch.clock.settle();
  assert(held.cancelled);
});

Deno.test(
  "a missing net permission ends the stream with an error that names the flag",
  { permissions: "none" },
  async () => {
    const states: WatchState[] = [];
    const script = Object.assign(new ScriptedClient(list("7", [])), { server: "https://10.0.0.1:6443" });
    const reader = open(script, new VirtualClock(), undefined, states).getReader();
    const error = await assertRejects(() => reader.read(), Error);
    assertStringIncludes(error.message, "--allow-net=10.0.0.1:6443");
    assertEquals(states.at(-1), { type: "stopped", error });
    assertEquals(script.asked, []);
  },
);

Deno.test("a client that runs into a missing permission of Deno ends the stream too", async () => {
  const denied = Object.assign(new Error("Requires net access"), { name: "NotCapable" });
  const script = new ScriptedClient(() => {
    throw denied;
  });
  await assertRejects(() => open(script).getReader().read(), Error, "Requires net access");
});

Deno.test("options out of range are refused", () => {
  const options = { client: new ScriptedClient().client, kind: Secret, clock: new VirtualClock(), random: half };
  assertThrows(() => listWatch({ ...options, pageSize: 0 }), RangeError, "Cannot use pageSize");
  assertThrows(() => listWatch({ ...options, timeoutSeconds: [10, 5] }), RangeError, "Cannot use timeoutSeconds");
  assertThrows(() => listWatch({ ...options, idleTimeout: -1 }), RangeError, "Cannot use idleTimeout");
  const Node = kindOf({ version: "v1", kind: "Node", plural: "nodes", scope: "Cluster" });
  assertThrows(() => listWatch({ ...options, kind: Node, namespace: "default" }), TypeError, "cluster-scoped");
});

Deno.test("a watch that has ended leaves no listener on the signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const counted = Object.assign(signal, {
    addEventListener: () => void listeners++,
    removeEventListener: () => void listeners--,
  });
  const reader = open(new ScriptedClient(list("7", [])), new VirtualClock(), counted).getReader();
  await reader.read();
  assertEquals(listeners, 1);
  await reader.cancel();
  assertEquals(listeners, 0);
});
