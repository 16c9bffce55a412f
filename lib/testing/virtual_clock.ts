/** A clock whose time only passes on request. */

import { setImmediate } from "node:timers";
import { checkDelay, type Clock, formatDuration, shownValue, type Timer } from "../time/mod.ts";
import { RealWork, type UnderWay } from "./real_work.ts";

/** Turns of the event loop in one settling: pending work may need a few to finish. */
const SETTLE_TURNS = 3;

/** Options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /**
   * What `now()` reads at the start, in milliseconds since the Unix epoch.
   * @default {1704067200000} (2024-01-01T00:00:00Z)
   */
  start?: number;
  /**
   * How long what is under way is waited for, in real milliseconds: see {@link VirtualClock.waitsFor}. With 0, time passes
   * whatever is under way.
   * @default {5000}
   */
  patience?: number;
}

/** Options of {@link VirtualClock.advanceUntil}. */
export interface AdvanceUntilOptions {
  /**
   * Virtual milliseconds after which it gives up.
   * @default {3600000} (an hour)
   */
  within?: number;
  /**
   * What is waited for, as a clause for the error.
   * @default {"the condition holds"}
   */
  what?: string;
}

interface PendingTimer {
  readonly due: number;
  readonly sequence: number;
  readonly fire: () => void;
}

/**
 * A clock for tests and simulations. Timers fire in the order of their due times; timers of one instant fire in the
 * order in which they were set. Everything that follows from a timer (promises, streams) finishes before the next one
 * fires. So a history depends only on the program.
 *
 * @example An hour in no time
 * ```ts
 * import { VirtualClock } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new VirtualClock();
 * const fired: number[] = [];
 * clock.timer(3_600_000, () => fired.push(clock.monotonic()));
 * await clock.advance(3_600_000);
 * assertEquals(fired, [3_600_000]);
 * ```
 */
export class VirtualClock implements Clock {
  readonly #start: number;
  readonly #work: RealWork;
  #elapsed = 0;
  #sequence = 0;
  #timers: PendingTimer[] = [];
  /** The move before; whoever moves the time waits for it. */
  #moving: Promise<unknown> = Promise.resolve();

  /**
   * Creates a clock that stands still.
   *
   * @param options Its start.
   * @throws {RangeError} If the start is not a time.
   */
  constructor(options: VirtualClockOptions = {}) {
    const { start = Date.UTC(2024, 0, 1), patience = 5_000 } = options;
    if (!Number.isFinite(start)) {
      throw new RangeError(
        `Cannot start the clock as start must be a finite number: current value is ${shownValue(start)}`,
      );
    }
    if (!(patience >= 0)) {
      throw new RangeError(
        `Cannot start the clock as patience must be a number from 0: current value is ${shownValue(patience)}`,
      );
    }
    this.#start = start;
    this.#work = new RealWork(patience);
  }

  /** The virtual wall clock, in milliseconds since the Unix epoch. */
  now(): number {
    return this.#start + this.#elapsed;
  }

  /** Virtual milliseconds since the clock was created. */
  monotonic(): number {
    return this.#elapsed;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  /**
   * Sets a timer; see {@link Clock.timer}.
   *
   * @throws {RangeError} If the delay is not finite.
   */
  timer(delay: number, fire: () => void): Timer {
    checkDelay(delay);
    const timer = { due: this.#elapsed + Math.max(0, delay), sequence: this.#sequence++, fire };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /**
   * Registers work that may take real time, such as a step that asks a server: time passes only when it has finished. If it takes
   * longer than `patience`, moving the time fails with an error that names it.
   *
   * @param underWay Returns what is under way at the moment.
   * @returns Ends the registration.
   */
  waitsFor(underWay: () => UnderWay): Disposable {
    return this.#work.add(underWay);
  }

  /** Lets everything finish that needs no time to pass. Does not fire due timers. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < SETTLE_TURNS; turn++) await eventLoopTurn();
  }

  /**
   * Lets time pass: fires the timers that come due, in order, and lets everything finish after each.
   *
   * @param milliseconds How much time passes.
   * @throws {RangeError} If the time is negative or not finite.
   * @throws {Error} If something is under way that takes too long in real time.
   */
  async advance(milliseconds: number): Promise<void> {
    checkForward(milliseconds);
    const target = this.#elapsed + milliseconds;
    await this.settle();
    while (await this.#move(target));
    // Somebody else may have moved it further meanwhile.
    this.#elapsed = Math.max(this.#elapsed, target);
  }

  /**
   * Lets time pass, timer by timer, until a condition is true.
   *
   * @param predicate Checked whenever everything has finished.
   * @param options When to give up.
   * @throws {Error} If it does not become true in time, or no timer is left that could change anything; or if something is under
   * way that takes too long in real time.
   * @throws {RangeError} If `within` is negative or not finite.
   */
  async advanceUntil(predicate: () => boolean | Promise<boolean>, options: AdvanceUntilOptions = {}): Promise<void> {
    const { within = 3_600_000, what = "the condition holds" } = options;
    checkForward(within);
    const target = this.#elapsed + within;
    await this.settle();
    while (!await predicate()) {
      if (await this.#move(target)) continue;
      // While the last move was waited for, it may have come true.
      if (await predicate()) return;
      throw new Error(
        `Cannot let time pass until ${what} as that is not so within ${formatDuration(within)} of virtual time: ` +
          `${this.#timers.length} timers are left`,
      );
    }
  }

  /**
   * Moves on to the next timer, one caller at a time: what follows from a timer comes to rest before the next one fires.
   *
   * @returns Whether there was one up to the target.
   */
  async #move(target: number): Promise<boolean> {
    const moved = this.#moving.then(() => this.#fireNext(target));
    this.#moving = moved.catch(() => {});
    return await moved;
  }

  async #fireNext(target: number): Promise<boolean> {
    await this.#work.waitFor(() => ({ now: this.#elapsed, next: Math.min(this.#timers[0]?.due ?? target, target) }));
    const next = this.#timers[0];
    if (next === undefined || next.due > target) return false;
    this.#timers.shift();
    // One that was overdue when the time was moved past it changes nothing of the time.
    this.#elapsed = Math.max(this.#elapsed, next.due);
    next.fire();
    await this.settle();
    return true;
  }

  /** The position after all timers that are due no later. */
  #placeOf(timer: PendingTimer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle]!.due <= timer.due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function checkForward(milliseconds: number): void {
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return;
  throw new RangeError(
    `Cannot advance the clock as time only goes forward: current value is ${shownValue(milliseconds)}`,
  );
}

/** One turn of the event loop, in which all promises that can resolve do so. It takes microseconds, unlike `setTimeout`. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => resolve()));
}
