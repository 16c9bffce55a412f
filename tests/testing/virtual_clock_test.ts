/** The virtual clock: order, rest, and its limits. */

import { assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { sleep } from "../../lib/time/mod.ts";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";

Deno.test("timers fire in the order of their due times, and of one instant in the order they were set", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  clock.timer(20, () => fired.push("late"));
  clock.timer(10, () => fired.push("first"));
  clock.timer(10, () => fired.push("second"));
  await clock.advance(20);
  assertEquals(fired, ["first", "second", "late"]);
});

Deno.test("a timer that is not due does not fire, and its time stays", async () => {
  const clock = new VirtualClock();
  let fired = 0;
  clock.timer(10, () => fired++);
  await clock.advance(9);
  assertEquals([fired, clock.pending], [0, 1]);
  await clock.advance(1);
  assertEquals([fired, clock.pending], [1, 0]);
});

Deno.test("a timer with no delay does not fire at once", async () => {
  const clock = new VirtualClock();
  let fired = false;
  clock.timer(0, () => fired = true);
  await clock.settle();
  assertEquals(fired, false);
  await clock.advance(0);
  assertEquals(fired, true);
});

Deno.test("a cancelled timer does not fire, and cancelling twice is harmless", async () => {
  const clock = new VirtualClock();
  let fired = false;
  const timer = clock.timer(1, () => fired = true);
  timer.cancel();
  timer.cancel();
  await clock.advance(10);
  assertEquals(fired, false);
});

Deno.test("everything that follows from a timer finishes before the next one fires", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const chain = async () => {
    for (let turn = 0; turn < 50; turn++) await null;
    seen.push(`rested at ${clock.monotonic()}`);
  };
  clock.timer(1, () => void chain());
  clock.timer(2, () => seen.push("next"));
  await clock.advance(2);
  assertEquals(seen, ["rested at 1", "next"]);
});

Deno.test("data in streams is delivered before the next timer, too", async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const { readable, writable } = new TransformStream<number, number>();
  const piped = readable
    .pipeThrough(new TransformStream({ transform: (value, controller) => controller.enqueue(value + 1) }))
    .pipeTo(new WritableStream({ write: (value) => void seen.push(value) }));
  const writer = writable.getWriter();
  clock.timer(1, () => void writer.write(1));
  clock.timer(2, () => void seen.push(0));
  await clock.advance(2);
  assertEquals(seen, [2, 0]);
  await writer.close();
  await piped;
});

Deno.test("a timer that sets a timer is followed while time lasts", async () => {
  const clock = new VirtualClock();
  const at: number[] = [];
  const again = () => {
    at.push(clock.monotonic());
    clock.timer(10, again);
  };
  clock.timer(10, again);
  await clock.advance(35);
  assertEquals([at, clock.monotonic()], [[10, 20, 30], 35]);
});

Deno.test("sleeping takes the time it takes", async () => {
  const clock = new VirtualClock({ start: 1_000 });
  let woken = 0;
  const sleeping = sleep(clock, 500).then(() => woken = clock.now());
  await clock.advance(500);
  await sleeping;
  assertEquals(woken, 1_500);
});

Deno.test("time advances until a condition holds, and not further", async () => {
  const clock = new VirtualClock();
  let done = false;
  clock.timer(5_000, () => done = true);
  clock.timer(6_000, () => done = false);
  await clock.advanceUntil(() => done);
  assertEquals(clock.monotonic(), 5_000);
});

Deno.test("a condition that does not come about in time is an error", async () => {
  const clock = new VirtualClock();
  clock.timer(5_000, () => {});
  await assertRejects(() => clock.advanceUntil(() => false, { within: 1_000 }), Error, "1 timers are left");
});

Deno.test("time does not go backwards", async () => {
  await assertRejects(() => new VirtualClock().advance(-1), RangeError);
});

Deno.test("the same seed gives the same numbers, another seed others, all from 0 to 1", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random.next());
  };
  assertEquals(draw(1), draw(1));
  assertEquals(draw(1).some((value, index) => value === draw(2)[index]), false);
  assertEquals(draw(3).every((value) => value >= 0 && value < 1), true);
  const mean = draw(4).reduce((sum, value) => sum + value) / 1000;
  assertEquals(Math.abs(mean - 0.5) < 0.05, true);
});

Deno.test("several may let time pass at once: a timer fires once, what follows rests before the next, time never goes back", async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  for (const due of [10, 20, 30, 40]) {
    clock.timer(due, async () => {
      seen.push(`${due} at ${clock.monotonic()}`);
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${due} rests`);
    });
  }
  const readings: number[] = [];
  const read = () => readings.push(clock.monotonic());
  await Promise.all([
    clock.advance(15).then(read),
    clock.advanceUntil(() => seen.includes("40 rests")).then(read),
    clock.advance(35).then(read),
  ]);
  assertEquals(seen, [10, 20, 30, 40].flatMap((due) => [`${due} at ${due}`, `${due} rests`]));
  assertEquals(readings, readings.toSorted((a, b) => a - b));
  assertEquals(clock.monotonic(), 40);
});

Deno.test("what is under way in real time is waited for before time passes, by whoever lets it pass", async () => {
  const clock = new VirtualClock();
  const what: string[] = [];
  using _work = clock.waitsFor(() => ({ what, ended: 0 }));
  const fired: boolean[] = [];
  clock.timer(60_000, () => fired.push(what.length === 0));
  for (const pass of [() => clock.advance(30_000), () => clock.advanceUntil(() => fired.length > 0)]) {
    what.push("an order");
    const timeout = setTimeout(() => what.pop(), 250);
    await pass();
    clearTimeout(timeout);
  }
  assertEquals([fired, clock.monotonic()], [[true], 60_000]);
});

Deno.test("what waits by the virtual clock itself gets some of its time", async () => {
  const clock = new VirtualClock();
  const what = ["a request that is sent again"];
  using _work = clock.waitsFor(() => ({ what, ended: 0 }));
  clock.timer(15_000, () => what.pop());
  await clock.advance(60_000);
  assertEquals([what, clock.monotonic()], [[], 60_000]);
});

Deno.test("what is under way for too long is an error that says what, and time has not passed", async () => {
  const clock = new VirtualClock({ patience: 300 });
  const work = clock.waitsFor(() => ({ what: ["an order"], ended: 0 }));
  await assertRejects(() => clock.advance(60_000), Error, "Cannot let virtual time pass as an order is under way");
  assertEquals(clock.monotonic(), 0);
  work[Symbol.dispose]();
  await clock.advance(60_000);
  assertEquals(clock.monotonic(), 60_000);
});

Deno.test("work after work is no work that takes too long", async () => {
  const clock = new VirtualClock({ patience: 300 });
  let ended = 0;
  const begin = performance.now();
  using _work = clock.waitsFor(() => {
    ended = Math.floor((performance.now() - begin) / 50);
    return { what: ended < 12 ? ["an order"] : [], ended };
  });
  await clock.advance(60_000);
  assertEquals([ended >= 12, clock.monotonic()], [true, 60_000]);
});
