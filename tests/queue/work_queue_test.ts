import { assertEquals, assertThrows } from "@std/assert";
import { type Due, DueHeap, type Next, WorkQueue } from "../../lib/queue/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

const WAIT: Next = { type: "wait" };
const NOW: Next = { type: "now", reason: "again" };
const backoff = (delay: number): Next => ({ type: "backoff", delay, reason: "retry" });
const after = (delay: number): Next => ({ type: "after", delay, reason: "later" });

function setup() {
  const clock = new VirtualClock();
  return { clock, queue: new WorkQueue({ clock }) };
}

/** Makes a key wait, as its Run asks for it. */
function delay(queue: WorkQueue, key: string, milliseconds: number): void {
  queue.add({ key, reason: "x" });
  assertEquals(queue.tryNext()?.key, key);
  queue.done(key, after(milliseconds));
}

/** Takes all ready keys, without waiting. */
async function takeReady(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) keys.push((await queue.next())!.key);
  return keys;
}

Deno.test("a key that is added twice is handed out once, with the first reason", async () => {
  const { queue } = setup();
  queue.add({ key: "a", reason: "first" });
  queue.add({ key: "a", reason: "second" });
  assertEquals(await queue.next(), { key: "a", reason: "first", waited: 0 });
  assertEquals([queue.depth, queue.running, queue.size], [0, 1, 1]);
});

Deno.test("a key that is being run is never handed out twice, and runs once more if it was added meanwhile", async () => {
  const { queue } = setup();
  queue.add({ key: "a", reason: "x" });
  await queue.next();
  queue.add({ key: "a", reason: "meanwhile" });
  queue.add({ key: "a", reason: "again" });
  assertEquals(queue.depth, 0);
  queue.done("a", WAIT);
  assertEquals((await queue.next())?.reason, "meanwhile");
  queue.done("a", WAIT);
  assertEquals([queue.depth, queue.size], [0, 0]);
});

Deno.test("keys come first in, first out; a key that was changed goes to the end", async () => {
  const { queue } = setup();
  for (const key of ["a", "b", "c"]) queue.add({ key, reason: "x" });
  assertEquals((await queue.next())?.key, "a");
  queue.done("a", NOW);
  assertEquals(await takeReady(queue), ["b", "c", "a"]);
});

Deno.test("a worker that waits gets the next key that becomes ready", async () => {
  const { queue } = setup();
  const first = queue.next();
  const second = queue.next();
  queue.add({ key: "a", reason: "x" });
  queue.add({ key: "b", reason: "x" });
  assertEquals([(await first)?.key, (await second)?.key, queue.depth], ["a", "b", 0]);
});

Deno.test("a delay is waited for, and the key says how long it was ready", async () => {
  const { clock, queue } = setup();
  delay(queue, "a", 1_000);
  await clock.advance(999);
  assertEquals(queue.depth, 0);
  await clock.advance(1);
  assertEquals(queue.depth, 1);
  await clock.advance(50);
  assertEquals(await queue.next(), { key: "a", reason: "later", waited: 50 });
});

Deno.test("an event shortens a requeue, which is then over once", async () => {
  const { clock, queue } = setup();
  delay(queue, "a", 60_000);
  queue.add({ key: "a", reason: "event" });
  assertEquals(queue.tryNext()?.reason, "event");
  queue.done("a", WAIT);
  await clock.advance(60_000);
  assertEquals([queue.depth, queue.size], [0, 0]);
});

Deno.test("an event does not shorten an error backoff, and endless events do not prolong it", async () => {
  const { clock, queue } = setup();
  queue.add({ key: "a", reason: "x" });
  await queue.next();
  queue.done("a", backoff(1_000));
  for (let passed = 0; passed < 900; passed += 100) {
    queue.add({ key: "a", reason: `event at ${passed}` });
    assertEquals(queue.depth, 0);
    await clock.advance(100);
  }
  await clock.advance(99);
  assertEquals(queue.depth, 0);
  await clock.advance(1);
  assertEquals((await queue.next())?.reason, "event at 800");
});

Deno.test("an event during a Run that fails waits for the backoff", async () => {
  const { clock, queue } = setup();
  queue.add({ key: "a", reason: "x" });
  await queue.next();
  queue.add({ key: "a", reason: "event" });
  queue.done("a", backoff(1_000));
  assertEquals(queue.depth, 0);
  await clock.advance(1_000);
  assertEquals((await queue.next())?.reason, "event");
});

Deno.test("a flood does not starve live events, nor do they starve the flood", async () => {
  const { queue } = setup();
  for (let i = 0; i < 1_000; i++) queue.add({ key: `bulk-${i}`, reason: "x", bulk: true });
  for (let i = 0; i < 1_000; i++) queue.add({ key: `live-${i}`, reason: "x" });
  const keys = await takeReady(queue);
  assertEquals(keys.slice(0, 6), ["live-0", "live-1", "live-2", "live-3", "bulk-0", "live-4"]);
  assertEquals([keys.length, new Set(keys).size], [2_000, 2_000]);
  assertEquals(keys.indexOf("live-999") < 1_250, true);
  assertEquals(keys.indexOf("bulk-100") < 510, true);
});

Deno.test("a live event moves a bulk key to the live lane", async () => {
  const { queue } = setup();
  for (let i = 0; i < 100; i++) queue.add({ key: `bulk-${i}`, reason: "x", bulk: true });
  queue.add({ key: "bulk-90", reason: "event" });
  const taken = await queue.next();
  assertEquals([taken?.key, taken?.reason, queue.depth], ["bulk-90", "event", 99]);
  queue.done("bulk-90", WAIT);
  assertEquals((await takeReady(queue)).includes("bulk-90"), false);
});

Deno.test("a closed queue hands out nothing, releases waiting workers, and takes keys back", async () => {
  const { clock, queue } = setup();
  queue.add({ key: "running", reason: "x" });
  await queue.next();
  delay(queue, "delayed", 1_000);
  const waiting = queue.next();
  queue.close();
  queue.add({ key: "late", reason: "x" });
  assertEquals([await waiting, await queue.next(), queue.running], [undefined, undefined, 1]);
  queue.done("running", NOW);
  await clock.advance(10_000);
  assertEquals([queue.depth, queue.running, queue.size], [0, 0, 0]);
});

Deno.test("giving back a key that is not handed out is refused", () => {
  const { queue } = setup();
  queue.add({ key: "a", reason: "x" });
  assertThrows(() => queue.done("a", WAIT), Error, 'Cannot give back key "a" as it is not handed out');
});

Deno.test("a key that events wake again and again leaves nothing behind in the heap", async () => {
  const { clock, queue } = setup();
  for (let i = 0; i < 10_000; i++) {
    queue.add({ key: "a", reason: "event" });
    await queue.next();
    queue.done("a", after(36_000_000));
  }
  assertEquals(queue.size, 1);
  await clock.advance(36_000_000);
  assertEquals(await takeReady(queue), ["a"]);
});

Deno.test("tryNext takes a ready key without a promise, and returns nothing if none is ready", () => {
  const { queue } = setup();
  delay(queue, "later", 1_000);
  assertEquals(queue.tryNext(), undefined);
  queue.add({ key: "a", reason: "x" });
  assertEquals(queue.tryNext(30), { key: "a", reason: "x", waited: 30 });
  assertEquals([queue.tryNext(), queue.running], [undefined, 1]);
  queue.done("a", NOW);
  queue.close();
  assertEquals(queue.tryNext(), undefined);
});

Deno.test("a key that is moved to the live lane has waited since it was added", async () => {
  const { clock, queue } = setup();
  queue.add({ key: "a", reason: "x", bulk: true });
  await clock.advance(70);
  queue.add({ key: "a", reason: "event" });
  assertEquals(queue.tryNext()?.waited, 70);
});

Deno.test("the heap returns the item that is due first, and equal ones in the order in which they were added", () => {
  const heap = new DueHeap<Due & { id: number }>();
  // A fixed permutation with many equals: 7 is coprime to 1000.
  for (let i = 0; i < 1_000; i++) heap.push({ due: (i * 7 % 1_000) % 50, order: 0, id: i });
  heap.retain(({ id }) => id % 10 !== 0);
  const order: (Due & { id: number })[] = [];
  for (let item = heap.pop(); item; item = heap.pop()) order.push(item);
  const sorted = [...order].sort((a, b) => a.due - b.due || a.id - b.id);
  assertEquals([order.length, order], [900, sorted]);
});

Deno.test("a key that is handed back goes before all ready keys, or to a waiting worker, and stays handed out", async () => {
  const { queue } = setup();
  queue.add({ key: "a", reason: "x" });
  queue.add({ key: "b", reason: "x" });
  const taken = queue.tryNext()!;
  queue.handBack(taken);
  queue.add({ key: "a", reason: "meanwhile" });
  assertEquals([queue.tryNext(), queue.running, queue.depth], [taken, 1, 1]);
  assertEquals([queue.tryNext()?.key, queue.tryNext()], ["b", undefined]);
  const waiting = queue.next();
  queue.handBack(taken);
  assertEquals(await waiting, taken);
  queue.done("a", WAIT);
  assertEquals(queue.tryNext()?.reason, "meanwhile");
  queue.handBack(taken);
  queue.close();
  assertEquals([queue.tryNext(), await queue.next()], [undefined, undefined]);
  queue.handBack(taken);
  assertEquals(queue.tryNext(), undefined);
  queue.done("a", WAIT);
  queue.done("b", WAIT);
  assertEquals(queue.size, 0);
});
