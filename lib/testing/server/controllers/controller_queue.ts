/** The work of the controllers inside the server: done after the request that caused it, one piece at a time. */

import type { Clock, Timer } from "../../../time/mod.ts";
import { StatusError } from "../values/mod.ts";

/** Milliseconds after which work that was refused is tried again. */
const RETRY_DELAY = 1000;

/** Pieces of work by key; one that is added again before it was done is done once. */
export class ControllerQueue {
  readonly #work = new Map<string, () => void>();
  readonly #timers = new Set<Timer>();
  readonly #clock: Clock;
  readonly #delay: number;
  #scheduled = false;
  #closed = false;

  /** @param clock Whose time is meant. @param delay Milliseconds between cause and work; 0 is right after the request. */
  constructor(clock: Clock, delay: number) {
    this.#clock = clock;
    this.#delay = delay;
  }

  /** Adds a piece of work. */
  add(key: string, work: () => void): void {
    this.#work.set(key, work);
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#delay > 0) this.#later(this.#delay, () => this.#runNext());
    else queueMicrotask(() => this.#runNext());
  }

  /** Does nothing more. */
  close(): void {
    this.#closed = true;
    this.#work.clear();
    for (const timer of this.#timers) timer.cancel();
  }

  /** One piece a turn, so that each sees what the one before has caused. */
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

  /** What an admission hook refuses is tried again, as controllers do. */
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
