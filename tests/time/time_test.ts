import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { toMilliseconds } from "../../mod.ts";
import { formatDuration, systemClock } from "../../lib/time/mod.ts";
import { portion, shownValue, sleep } from "../../lib/time/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { WorkQueue } from "../../lib/queue/mod.ts";
import { EDGES, ODD_NUMBERS } from "../odd_numbers.ts";

Deno.test("durations are texts with a unit, or milliseconds", () => {
  assertEquals(["250ms", "30s", "1.5m", "2h"].map((text) => toMilliseconds(text as "1s")), [
    250,
    30_000,
    90_000,
    7_200_000,
  ]);
  assertEquals(toMilliseconds(42), 42);
});

Deno.test("an invalid duration is refused, and the error names the option", () => {
  for (const wrong of ["30", "s", "-1s", "1 s", "1d", "", NaN, Infinity, -1, undefined, null, {}]) {
    assertThrows(
      () => toMilliseconds(wrong as "1s", "stepTimeout"),
      RangeError,
      "Cannot use stepTimeout as it must be",
    );
  }
});

Deno.test("durations are formatted in a readable unit", () => {
  assertEquals([0, 999, 1_000, 90_000, 5_400_000].map(formatDuration), ["0ms", "999ms", "1s", "1.5m", "1.5h"]);
});

Deno.test("a timer of the real clock fires once, after its delay", () => {
  using time = new FakeTime();
  let fired = 0;
  systemClock.timer(1_000, () => fired++);
  time.tick(999);
  assertEquals(fired, 0);
  time.tick(10_000);
  assertEquals(fired, 1);
});

Deno.test("a cancelled timer never fires", () => {
  using time = new FakeTime();
  let fired = 0;
  systemClock.timer(1_000, () => fired++).cancel();
  time.tick(10_000);
  assertEquals(fired, 0);
});

Deno.test("a delay beyond the 25 days of setTimeout is waited for, not cut to nothing", () => {
  using time = new FakeTime();
  let fired = 0;
  const month = 31 * 24 * 3_600_000;
  systemClock.timer(month, () => fired++);
  time.tick(month - 1);
  assertEquals(fired, 0);
  time.tick(1);
  assertEquals(fired, 1);
});

Deno.test("such a timer can be cancelled after its first part, too", () => {
  using time = new FakeTime();
  let fired = 0;
  const month = 31 * 24 * 3_600_000;
  const timer = systemClock.timer(month, () => fired++);
  time.tick(month - 1_000);
  timer.cancel();
  time.tick(month);
  assertEquals(fired, 0);
});

Deno.test("sleep ends with its time, or at once with the reason of its signal, and leaves no timer", async () => {
  const clock = new VirtualClock();
  let awake = false;
  sleep(clock, 1_000).then(() => awake = true);
  await clock.advance(999);
  assertEquals(awake, false);
  await clock.advance(1);
  assertEquals(awake, true);

  const controller = new AbortController();
  const sleeping = assertRejects(() => sleep(clock, 1_000, controller.signal), Error, "enough");
  controller.abort(new Error("enough"));
  await sleeping;
  await assertRejects(() => sleep(clock, 1_000, controller.signal), Error, "enough");
  assertEquals(clock.pending, 0);
});

for (const [name, value] of ODD_NUMBERS) {
  Deno.test(`no duration is made of ${name}, and the error can say what it was`, () => {
    const error = assertThrows(() => toMilliseconds(value as number, "stepTimeout"), RangeError);
    assertEquals(error.message.startsWith("Cannot use stepTimeout as it must be"), true);
    assertEquals(shownValue(value).length > 0, true);
  });
}

Deno.test("ten years are the longest duration: what is longer is a point in time", () => {
  assertEquals(toMilliseconds("87600h"), 315_360_000_000);
  assertThrows(() => toMilliseconds("87601h"), RangeError, "ten years at most");
  assertThrows(() => toMilliseconds(Date.now()), RangeError, "is it a point in time?");
});

Deno.test("the limits are durations; there is no negative zero", () => {
  assertEquals(EDGES.map((edge) => toMilliseconds(edge)), EDGES.map((edge) => edge + 0));
  assertEquals(Object.is(toMilliseconds(-0), 0), true);
});

Deno.test("clocks refuse a delay that is not finite: it would be a loop, or for ever", async () => {
  for (const clock of [systemClock, new VirtualClock()]) {
    for (const delay of [NaN, Infinity, -Infinity, undefined, "5", null, {}] as number[]) {
      assertThrows(() => clock.timer(delay, () => {}), RangeError, "must be a finite number");
      await assertRejects(() => sleep(clock, delay), RangeError, "must be a finite number");
    }
  }
  assertThrows(() => new VirtualClock({ start: NaN }), RangeError, "start must be a finite number");
  await assertRejects(() => new VirtualClock().advance(NaN), RangeError, "time only goes forward");
  await assertRejects(() => new VirtualClock().advanceUntil(() => false, { within: NaN }), RangeError);
});

Deno.test("a negative delay is as soon as possible", () => {
  using time = new FakeTime();
  let fired = 0;
  systemClock.timer(-1e308, () => fired++);
  assertEquals(fired, 0);
  time.tick(1);
  assertEquals(fired, 1);
});

Deno.test("a portion is from 0 to 1, whatever the source returns", () => {
  for (const [name, value] of ODD_NUMBERS) {
    if (name === "an object without a prototype" || name === "a symbol" || name === "a bigint") continue;
    const share = portion({ next: () => value as number });
    assertEquals(share >= 0 && share <= 1, true, name);
  }
});

for (const delay of [NaN, Infinity, -1, Date.UTC(2026, 0, 1), 2 ** 31, "soon" as never]) {
  Deno.test(`with the timers of the real clock, too, the delay ${delay} of one key is no loop and keeps no other waiting`, () => {
    using time = new FakeTime();
    // FakeTime leaves the monotonic time alone.
    const queue = new WorkQueue({ clock: { ...systemClock, monotonic: () => Date.now() } });
    const runs = { bad: 0, good: 0 };
    const work = () => {
      for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) {
        runs[taken.key as "bad" | "good"]++;
        const isBad = taken.key === "bad";
        queue.done(taken.key, { type: isBad ? "backoff" : "after", delay: isBad ? delay : 100, reason: "x" });
      }
    };
    for (const key of ["bad", "good"]) queue.add({ key, reason: "x" });
    for (let passed = 0; passed <= 61_000; passed += 100) {
      work();
      time.tick(100);
    }
    assertEquals(runs.good > 600, true, `${runs.good}`);
    // 2^31 ms is a delay like any other, and longer than setTimeout takes.
    assertEquals(runs.bad, delay === 2 ** 31 ? 1 : 2);
    queue.close();
  });
}
