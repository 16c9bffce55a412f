import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { formatDuration, systemClock, toMilliseconds } from "../../mod.ts";
import { sleep } from "../../lib/time/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

Deno.test("durations are texts with a unit, or milliseconds", () => {
  assertEquals(["250ms", "30s", "1.5m", "2h"].map((text) => toMilliseconds(text as "1s")), [
    250,
    30_000,
    90_000,
    7_200_000,
  ]);
  assertEquals(toMilliseconds(42), 42);
});

Deno.test("what is no duration is refused, saying what it was for", () => {
  for (const wrong of ["30", "s", "-1s", "1 s", "1d", "", NaN, Infinity, -1, undefined, null, {}]) {
    assertThrows(
      () => toMilliseconds(wrong as "1s", "stepTimeout"),
      RangeError,
      "Cannot use stepTimeout as it must be",
    );
  }
});

Deno.test("durations are shown in the unit that a person would choose", () => {
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

Deno.test("a timer that was taken back never fires", () => {
  using time = new FakeTime();
  let fired = 0;
  systemClock.timer(1_000, () => fired++).cancel();
  time.tick(10_000);
  assertEquals(fired, 0);
});

Deno.test("a delay past the 25 days that setTimeout takes is waited for, not cut to nothing", () => {
  using time = new FakeTime();
  let fired = 0;
  const month = 31 * 24 * 3_600_000;
  systemClock.timer(month, () => fired++);
  time.tick(month - 1);
  assertEquals(fired, 0);
  time.tick(1);
  assertEquals(fired, 1);
});

Deno.test("such a timer can be taken back after its first part, too", () => {
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
