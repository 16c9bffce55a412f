import { assert, assertEquals, assertThrows } from "@std/assert";
import { DueHeap, type Next, type Urgency, WorkQueue } from "../../lib/queue/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

const MINUTE = 60_000;
const backoff = (delay: number): Next => ({ type: "backoff", delay, reason: "retry" });
const asked = (delay: number): Next => ({ type: "backoff", delay, reason: "retry", asked: true });

/** A queue whose key "a" has failed just now. */
function failing(next: Next) {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock });
  queue.add({ key: "a", reason: "x" });
  queue.tryNext();
  queue.done("a", next);
  return { clock, queue };
}

/** When "a" is ready, in milliseconds from now; it is taken then. */
async function readyIn(clock: VirtualClock, queue: WorkQueue): Promise<number> {
  const from = clock.monotonic();
  await clock.advanceUntil(() => queue.depth > 0);
  assertEquals(queue.tryNext()?.key, "a");
  return clock.monotonic() - from;
}

Deno.test("a release ends a backoff at once, and says why", () => {
  const { queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "the spec changed", urgency: "release" });
  assertEquals(queue.tryNext(), { key: "a", reason: "the spec changed", waited: 0 });
});

Deno.test("another urgent event ends a backoff within a second; further ones do not delay that", async () => {
  const { clock, queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  await clock.advance(900);
  queue.add({ key: "a", reason: "y", urgency: "soon" });
  assertEquals(queue.depth, 0);
  assertEquals(await readyIn(clock, queue), 100);
});

Deno.test("an event without urgency neither shortens nor prolongs a backoff that another has shortened", async () => {
  const { clock, queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  queue.add({ key: "a", reason: "y" });
  assertEquals(await readyIn(clock, queue), 1_000);
});

Deno.test("a backoff that ends sooner than the event would end it is not changed", async () => {
  const { clock, queue } = failing(backoff(300));
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  assertEquals(await readyIn(clock, queue), 300);
});

Deno.test("a release overtakes what an event before it has shortened", () => {
  const { queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  queue.add({ key: "a", reason: "y", urgency: "release" });
  assertEquals([queue.tryNext()?.reason, queue.size], ["y", 1]);
});

for (const [urgency, expected] of [["release", 0], ["soon", 1_000]] as const) {
  Deno.test(`what comes while a key runs outlives its failure: ${urgency}`, async () => {
    const { clock, queue } = failing(backoff(MINUTE));
    await readyIn(clock, queue);
    queue.add({ key: "a", reason: "x", urgency });
    queue.add({ key: "a", reason: "y", urgency: "soon" });
    queue.add({ key: "a", reason: "z" });
    queue.done("a", backoff(MINUTE));
    assertEquals(await readyIn(clock, queue), expected);
  });
}

Deno.test("an event from before a Run does not shorten the backoff after it", async () => {
  const { clock, queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "x", urgency: "release" });
  assertEquals(await readyIn(clock, queue), 0);
  queue.done("a", backoff(MINUTE));
  assertEquals(await readyIn(clock, queue), MINUTE);
});

Deno.test("a delay that the API server asked for is ended by a release and by no other event", async () => {
  const { clock, queue } = failing(asked(MINUTE));
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  await clock.advance(30_000);
  assertEquals(queue.depth, 0);
  queue.add({ key: "a", reason: "y", urgency: "release" });
  assertEquals(await readyIn(clock, queue), 0);
  queue.add({ key: "a", reason: "x", urgency: "soon" });
  queue.done("a", asked(MINUTE));
  assertEquals(await readyIn(clock, queue), MINUTE);
});

/** Lets events come every 20 ms while each Run fails, and tells when the Runs were. */
async function storm(
  urgency: Urgency,
  duration: number,
): Promise<{ runs: number[]; clock: VirtualClock; queue: WorkQueue }> {
  const { clock, queue } = failing(backoff(10 * MINUTE));
  const runs: number[] = [];
  for (let passed = 0; passed < duration; passed += 20) {
    queue.add({ key: "a", reason: "storm", urgency });
    for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) {
      runs.push(clock.monotonic());
      queue.done(taken.key, backoff(10 * MINUTE));
    }
    await clock.advance(20);
  }
  return { runs, clock, queue };
}

Deno.test("a storm of releases causes 15 Runs in a row and one every 2 s, and the last one takes effect within 2 s", async () => {
  const { runs, clock, queue } = await storm("release", 10 * MINUTE);
  // Credit returns while the first Runs are made.
  assert(runs.filter((at) => at < 1_000).length <= 16, `${runs.length}`);
  const late = runs.filter((at) => at >= MINUTE && at < 9 * MINUTE);
  assertEquals(late.length, 8 * 30);
  queue.add({ key: "a", reason: "the last", urgency: "release" });
  assert(await readyIn(clock, queue) <= 2_000);
});

Deno.test("a storm of other events causes 3 Runs in a row and one every 10 s, and the last one takes effect within 10 s", async () => {
  const { runs, clock, queue } = await storm("soon", 10 * MINUTE);
  assertEquals(runs.filter((at) => at < 5_000).length, 3);
  const late = runs.filter((at) => at >= MINUTE && at < 9 * MINUTE);
  assertEquals(late.length, 8 * 6);
  queue.add({ key: "a", reason: "the last", urgency: "soon" });
  assert(await readyIn(clock, queue) <= 10_000);
});

Deno.test("a release takes effect within 2 s whatever credit other events have spent", async () => {
  for (const quiet of [0, 500, 1_500, 5_000]) {
    const { clock, queue } = await storm("soon", 2 * MINUTE);
    await clock.advance(quiet);
    queue.add({ key: "a", reason: "the user's", urgency: "release" });
    assert(await readyIn(clock, queue) <= 2_000);
  }
});

Deno.test("credit returns with time", async () => {
  const { clock, queue } = await storm("release", MINUTE);
  await clock.advance(MINUTE);
  for (let run = 0; run < 15; run++) {
    queue.add({ key: "a", reason: "x", urgency: "release" });
    assertEquals(await readyIn(clock, queue), 0);
    queue.done("a", backoff(10 * MINUTE));
  }
});

Deno.test("a storm leaves nothing behind in the queue", async () => {
  const { queue, clock } = await storm("release", MINUTE);
  assertEquals(queue.size, 1);
  assertEquals(clock.pending, 1);
});

Deno.test("a success in between does not restore credit", async () => {
  const { clock, queue } = failing(backoff(MINUTE));
  let early = 0;
  for (let round = 0; round < 100; round++) {
    queue.add({ key: "a", reason: "x", urgency: "release" });
    if (queue.tryNext()) {
      early++;
      queue.done("a", { type: "after", delay: 10 * MINUTE, reason: "later" });
      queue.add({ key: "a", reason: "x" });
      queue.tryNext();
      queue.done("a", backoff(MINUTE));
    }
    await clock.advance(10);
  }
  assert(early <= 16, `${early} early Runs in a second`);
});

Deno.test("an urgent bulk event stays in the bulk lane", () => {
  const { queue } = failing(backoff(MINUTE));
  queue.add({ key: "a", reason: "listed", bulk: true, urgency: "release" });
  queue.add({ key: "b", reason: "x" });
  assertEquals([queue.tryNext()?.key, queue.tryNext()?.key], ["b", "a"]);
});

const ODD = [NaN, Infinity, -Infinity, -1, 1e308, Date.UTC(2026, 0, 1), "soon", undefined, {}] as number[];

for (const delay of ODD) {
  Deno.test(`a nonsensical delay is a minute for its key, and does not affect others: ${delay}`, async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    const runs = new Map<string, number[]>([["bad", []], ["worse", []], ["good", []]]);
    const work = () => {
      for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) {
        const { key } = taken;
        runs.get(key)!.push(clock.monotonic());
        if (key === "good") queue.done(key, { type: "after", delay: 10_000, reason: "x" });
        else queue.done(key, { type: key === "bad" ? "backoff" : "after", delay, reason: "x" });
      }
    };
    for (const key of runs.keys()) queue.add({ key, reason: "x" });
    for (let second = 0; second < 180; second++) {
      work();
      await clock.advance(1_000);
    }
    const odd = [0, MINUTE, 2 * MINUTE];
    assertEquals([runs.get("bad"), runs.get("worse")], [odd, odd]);
    assertEquals(runs.get("good")!.length, 18);
  });
}

Deno.test("the heap refuses a due time that is not finite", () => {
  const heap = new DueHeap();
  for (const due of [NaN, Infinity, -Infinity]) {
    assertThrows(() => heap.push({ due, order: 0 }), RangeError, "Cannot wait for a time that is not finite");
  }
  assertEquals(heap.size, 0);
});
