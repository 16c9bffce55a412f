/** Runs the work of the server's internal controllers after the request that caused it, one task at a time. */

import type { Clock, Timer } from "../../../time/mod.ts";
import { StatusError } from "../values/mod.ts";

/** Milliseconds until refused work is retried. */
const RETRY_DELAY = 1000;

/** Tasks by key. A task that is added again before it has run only runs once. */
export class ControllerQueue {
  readonly #work = new Map<string, () => void>();
  readonly #timers = new Set<Timer>();
  readonly #clock: Clock;
  readonly #delay: number;
  #scheduled = false;
  #closed = false;

  /**
   * @param clock Measures the delay. @param delay Milliseconds between cause and work; 0 means right after the request.
   */
  constructor(clock: Clock, delay: number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  /** Adds a task. */
  add(key: string, work: () => void): void {
    this.#work.set(key, work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#delay > 0) this.#later(this.#delay, () => this.#runNext());
    else queueMicrotask(() => this.#runNext());
  }

  /** Runs no more tasks. */
  close(): void {
    this.#closed = true;
    this.#work.clear();
    for (const timer of this.#timers) timer.cancel();
  }

  /** Runs one task per turn, so that each sees the effects of the last one. */
  #runNext(): void {
    this.#scheduled = false;
    const [next] = this.#work;
    if (this.#closed || !next) return;
    const [key, work] = next;
    this.#work.delete(key);
    this.#run(key, work);
    if (this.#work.size === 0 || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#runNext());
  }

  /** Retries a task that an admission hook refuses, as real controllers do. */
  #run(key: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#later(RETRY_DELAY, () => this.add(key, work));
    }
  }

  #later(delay: number, fire: () => void): void {
    const timer = this.#clock.timer(delay, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}
