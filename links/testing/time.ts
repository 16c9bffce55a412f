/**
 * A drop-in for `jsr:@std/testing/time`, for checkouts that cannot reach JSR. It has the part of the API that this
 * project uses.
 *
 * @module
 */

// @ts-types="@types/sinonjs__fake-timers"
import { install } from "@sinonjs/fake-timers";

/** Thrown when time is faked twice, or restored when it is not faked. */
class TimeError extends Error {
  override name = "TimeError";
}

const real = { setTimeout: globalThis.setTimeout, abortTimeout: AbortSignal.timeout, now: Date.now };
let current: FakeTime | undefined;

/** Replaces `Date`, timers and `AbortSignal.timeout` by fakes that only move on request. */
export class FakeTime {
  readonly #start: number;
  #clock: ReturnType<typeof install>;

  /** @param start The start of the fake time; by default now. */
  constructor(start?: number | string | Date | null) {
    if (current) throw new TimeError("Cannot construct FakeTime: time is already faked");
    this.#start = typeof start === "number" ? Math.floor(start) : start ? new Date(start).valueOf() : real.now();
    if (Number.isNaN(this.#start)) throw new TypeError("Cannot construct FakeTime: invalid start time NaN");
    this.#clock = fake(this.#start);
    current = this;
  }

  /** Restores the real time. */
  [Symbol.dispose](): void {
    this.restore();
  }

  /** Restores the real time. */
  static restore(): void {
    if (!current) throw new TimeError("Cannot restore time: time is already restored");
    current.restore();
  }

  /** The fake time, in milliseconds since the Unix epoch. Setting it fires the timers that become due. */
  get now(): number {
    return this.#clock.now;
  }
  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(`Cannot set current time in the past, time must be >= ${this.now}: received ${value}`);
    }
    this.#clock.tick(value - this.now);
  }

  /** The start of the fake time. */
  get start(): number {
    return this.#start;
  }

  /** Waits in real time. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => void real.setTimeout.call(globalThis, resolve, ms));
  }

  /** Lets pending microtasks run. */
  runMicrotasks(): Promise<void> {
    return this.delay(0);
  }

  /** Moves the time forward, and fires the timers that become due. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** Lets microtasks run, then {@link tick}s. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.tick(ms);
  }

  /** Moves on to the next timer. Returns false if there is none. */
  next(): boolean {
    if (this.#clock.countTimers() === 0) return false;
    this.#clock.next();
    return true;
  }

  /** Lets microtasks run, then moves on to the {@link next} timer. */
  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  /** Fires timers until there are none. */
  runAll(): void {
    while (this.next());
  }

  /** Fires timers, with microtasks between them, until there are none. */
  async runAllAsync(): Promise<void> {
    while (this.#clock.countTimers() > 0) await this.nextAsync();
  }

  /** Restores the real time. */
  restore(): void {
    if (current !== this) throw new TimeError("Cannot restore time: time is already restored");
    current = undefined;
    this.#clock.uninstall();
    AbortSignal.timeout = real.abortTimeout;
  }
}

function fake(now: number): ReturnType<typeof install> {
  const clock = install({ now, toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  AbortSignal.timeout = (delay) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("Signal timed out.", "TimeoutError")), delay);
    return controller.signal;
  };
  return clock;
}
