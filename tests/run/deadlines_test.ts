/** The deadlines of steps, which share one timer. */

import { assertEquals } from "@std/assert";
import { Deadlines } from "../../lib/run/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";

/** Deadlines of a second in virtual time, and what was told: who, when, and why. */
function watched() {
  const clock = new VirtualClock();
  const shutdown = new AbortController();
  const deadlines = new Deadlines({ clock, signal: shutdown.signal, stepTimeout: 1_000 });
  const told: [name: string, at: number, reason: unknown][] = [];
  const start = clock.monotonic();
  const arm = (name: string) =>
    deadlines.arm(name, (reason?: unknown) => void told.push([name, clock.monotonic() - start, reason]));
  return { clock, shutdown, deadlines, told, arm };
}

Deno.test("each deadline is told at its own time and once, though all share one timer", async () => {
  const { clock, deadlines, told, arm } = watched();
  using _deadlines = deadlines;
  arm("first");
  await clock.advance(400);
  arm("second");
  await clock.advance(300);
  arm("third");
  await clock.advance(10_000);
  assertEquals(told, [["first", 1_000, undefined], ["second", 1_400, undefined], ["third", 1_700, undefined]]);
});

Deno.test("a deadline that was taken back is not told, and those behind it are", async () => {
  const { clock, deadlines, told, arm } = watched();
  using _deadlines = deadlines;
  const first = arm("first");
  await clock.advance(400);
  arm("second");
  deadlines.disarm(first);
  await clock.advance(10_000);
  assertEquals(told, [["second", 1_400, undefined]]);
});

Deno.test("the end of a shutdown is told to all under way, and at once to whoever comes after it", async () => {
  const { clock, shutdown, deadlines, told, arm } = watched();
  using _deadlines = deadlines;
  arm("first");
  await clock.advance(100);
  shutdown.abort("over");
  arm("late");
  await clock.advance(10_000);
  assertEquals(told, [["first", 100, "over"], ["late", 100, "over"]]);
});
