/** Promises about `@std/testing/time`, kept by the package and by its drop-in alike. */

import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";

Deno.test("faked time moves only when told to, and fires what becomes due, in order", async () => {
  using time = new FakeTime(1_000);
  const fired: string[] = [];
  setTimeout(() => fired.push(`late ${Date.now()}`), 500);
  setInterval(() => fired.push(`each ${Date.now()}`), 200);
  clearTimeout(setTimeout(() => fired.push("never"), 100));
  await time.tickAsync(500);
  assertEquals(fired, ["each 1200", "each 1400", "late 1500"]);
  assertEquals([time.start, time.now, new Date().getTime()], [1_000, 1_500, 1_500]);
});

Deno.test("faked time can move on from timer to timer", async () => {
  using time = new FakeTime(0);
  setTimeout(() => Promise.resolve().then(() => setTimeout(() => {}, 30)), 20);
  assert(time.next());
  assertEquals(time.now, 20);
  await time.runMicrotasks();
  await time.runAllAsync();
  assertEquals(time.now, 50);
  assertFalse(time.next());
});

Deno.test("AbortSignal.timeout goes by faked time", () => {
  using time = new FakeTime();
  const signal = AbortSignal.timeout(5);
  time.tick(4);
  assertFalse(signal.aborted);
  time.tick(1);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("faked time does not go back, is not faked twice, and is given back", () => {
  const { setTimeout } = globalThis;
  {
    using time = new FakeTime(10);
    assertThrows(() => time.now = 9, RangeError);
    assertThrows(() => new FakeTime(), Error, "already faked");
    assertFalse(globalThis.setTimeout === setTimeout);
  }
  assert(globalThis.setTimeout === setTimeout);
});
