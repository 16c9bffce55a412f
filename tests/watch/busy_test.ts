/** A process that is busy or asleep reads everything late, also the bytes that end a silence. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import type { Clock, Timer } from "../../lib/time/mod.ts";
import { SilentConnectionError } from "../../lib/watch/mod.ts";
import { SilenceGuard } from "../../lib/watch/bytes/silence.ts";

/** A clock whose timers fire late when the process is busy. */
class LateClock implements Clock {
  #time = 0;
  #timers: { readonly due: number; readonly fire: () => void }[] = [];

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  timer(delay: number, fire: () => void): Timer {
    const timer = { due: this.#time + delay, fire };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((one) => one !== timer)) };
  }

  /** Time passes, and the process does nothing but wait. */
  pass(milliseconds: number): void {
    const target = this.#time + milliseconds;
    for (let due = this.#earliest(); due <= target; due = this.#earliest()) this.busy(due - this.#time);
    this.#time = target;
  }

  /** Time passes while the process is busy; then one turn of the event loop fires what has become due. */
  busy(milliseconds: number): void {
    this.#time += milliseconds;
    const late = this.#timers.filter(({ due }) => due <= this.#time);
    this.#timers = this.#timers.filter(({ due }) => due > this.#time);
    for (const { fire } of late) fire();
  }

  #earliest(): number {
    return Math.min(Infinity, ...this.#timers.map(({ due }) => due));
  }
}

const LIMIT = 44_000;

/** A request that waits. */
function waiting() {
  const clock = new LateClock();
  const stop = new AbortController();
  const guard = new SilenceGuard(clock, LIMIT, stop.signal);
  const wait = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { done: guard.wait(promise), arrive: resolve };
  };
  return { clock, guard, wait };
}

Deno.test("an idle process notices silence exactly at its limit", () => {
  const { clock, guard, wait } = waiting();
  wait();
  clock.pass(LIMIT - 1);
  assertEquals(guard.signal.aborted, false);
  clock.pass(1);
  assertInstanceOf(guard.signal.reason, SilentConnectionError);
});

for (const [name, length] of [["busy for a minute", 60_000], ["asleep for eight hours", 8 * 3_600_000]] as const) {
  for (const at of [0, 20_000, LIMIT - 1_000, LIMIT - 1]) {
    Deno.test(`a process that was ${name}, ${at} ms into a silence, first reads what came meanwhile`, async () => {
      const { clock, guard, wait } = waiting();
      const read = wait();
      clock.pass(at);
      clock.busy(length);
      assertEquals(guard.signal.aborted, false);
      clock.pass(20);
      read.arrive();
      await read.done;
      wait();
      clock.pass(LIMIT - 1);
      assertEquals(guard.signal.aborted, false);
      clock.pass(1);
      assertInstanceOf(guard.signal.reason, SilentConnectionError);
    });

    Deno.test(`a connection that is dead when a process has been ${name}, ${at} ms into a silence, is noticed a second later`, () => {
      const { clock, guard, wait } = waiting();
      wait();
      clock.pass(at);
      clock.busy(length);
      clock.pass(2_000);
      assertInstanceOf(guard.signal.reason, SilentConnectionError);
    });
  }
}

Deno.test("a process that is always busy notices a dead connection too", () => {
  const { clock, guard, wait } = waiting();
  wait();
  for (let at = 0; at < 60 && !guard.signal.aborted; at++) clock.busy(3_000);
  assertInstanceOf(guard.signal.reason, SilentConnectionError);
});
