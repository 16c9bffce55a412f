/** The work queue: which key is to be run next, and which must wait. */

import type { Clock, Timer } from "../time/mod.ts";
import { DueHeap } from "./due_heap.ts";
import { Lanes } from "./lanes.ts";

/** A key to be run, and why. */
export interface QueueEntry {
  readonly key: string;
  /** Why, for logs: `Secret default/foo changed`. */
  readonly reason: string;
  /** Whether it is one of a flood, such as the first list, and may wait for what has just happened. */
  readonly bulk?: boolean;
}

/** A key that was handed out. Until it is given back by `done`, nobody else gets it. */
export interface Taken {
  readonly key: string;
  readonly reason: string;
  /** Milliseconds that the key has waited since it became ready. */
  readonly waited: number;
}

/**
 * When a key is run next, after a Run.
 *
 * - `wait`: when an event comes.
 * - `now`: at once, behind those that are ready.
 * - `after`: after a delay; an event may come before.
 * - `backoff`: after a delay that no event shortens: it failed.
 */
export type Next =
  | { readonly type: "wait" }
  | { readonly type: "now"; readonly reason: string }
  | { readonly type: "after" | "backoff"; readonly delay: number; readonly reason: string };

/** Options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  /** Whose time delays are measured by. */
  clock: Clock;
}

/**
 * The states of a key. A key that is in none of them has no slot.
 *
 * - `ready`: in a lane; left by being taken.
 * - `delayed`: due at a time; left when that comes, or by an event, unless `held`: then events wait, too.
 * - `running`: handed out; left by `done`. `again` is why it must run once more, if anything came meanwhile.
 */
type Slot =
  | {
    readonly state: "ready";
    readonly key: string;
    readonly reason: string;
    readonly since: number;
    readonly bulk: boolean;
  }
  | { readonly state: "delayed"; readonly key: string; reason: string; readonly due: number; readonly held: boolean }
  | { readonly state: "running"; readonly key: string; again: string | undefined; againAt: number | undefined };

type ReadySlot = Extract<Slot, { state: "ready" }>;
type DelayedSlot = Extract<Slot, { state: "delayed" }>;

/** How many delays that no longer hold may lie in the heap before it is cleared of them, at the least. */
const STALE_DELAYS = 1024;

/**
 * Keys to be run.
 *
 * **Guarantees.** One slot a key: memory is bounded by the distinct keys. A key that is handed out is not handed out again
 * before `done`. A key added meanwhile runs once more. A delay keeps the earliest time. An event does not shorten an error
 * backoff, and does not prolong it. First in, first out; a flood does not starve live events, nor they it.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #slots = new Map<string, Slot>();
  /** Lanes and heap may hold slots that have moved on: only the one in `#slots` counts. */
  readonly #lanes = new Lanes<ReadySlot>();
  readonly #delayed = new DueHeap<DelayedSlot>();
  readonly #waiting: ((taken: Taken | undefined) => void)[] = [];
  #timer: { readonly due: number; readonly timer: Timer } | undefined;
  #depth = 0;
  #running = 0;
  #closed = false;

  /** @param options Whose time is meant. */
  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
  }

  /** How many keys are ready, and wait for a worker. */
  get depth(): number {
    return this.#depth;
  }

  /** How many keys are handed out. */
  get running(): number {
    return this.#running;
  }

  /** How many keys have a slot: ready, delayed or running. */
  get size(): number {
    return this.#slots.size;
  }

  /** Where triggers are piped to; a chunk is a batch of entries. Closing it closes nothing: a watch may be begun again. */
  writable(): WritableStream<readonly QueueEntry[]> {
    return new WritableStream({
      write: (batch) => {
        for (const entry of batch) this.add(entry);
      },
    });
  }

  /** Adds a key because of an event. Dropped once the queue is closed. */
  add({ key, reason, bulk = false }: QueueEntry): void {
    if (this.#closed) return;
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#ready(key, reason, bulk);
    else if (slot.state === "ready" && slot.bulk && !bulk) this.#promote(slot, reason);
    else if (slot.state === "running") slot.again ??= reason;
    else if (slot.state === "delayed" && slot.held) slot.reason = reason;
    else if (slot.state === "delayed") this.#ready(key, reason, bulk);
  }

  /** Adds a key that is due later. If it is due or ready earlier already, that stays. Dropped once the queue is closed. */
  addAfter(key: string, delay: number, reason: string): void {
    if (this.#closed) return;
    const due = this.#clock.monotonic() + delay;
    const slot = this.#slots.get(key);
    if (slot?.state === "running") slot.againAt = Math.min(slot.againAt ?? due, due);
    else if (slot === undefined || (slot.state === "delayed" && !slot.held && due < slot.due)) {
      this.#delay({ state: "delayed", key, reason, due, held: false });
    }
  }

  /**
   * The key whose turn it is; waits for one.
   *
   * @returns The key, or `undefined` once the queue is closed. Whoever gets a key must give it back by `done`.
   */
  next(): Promise<Taken | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const taken = this.#take();
    return taken ? Promise.resolve(taken) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Gives a key back.
   *
   * @param key The key.
   * @param next When it is run next, if nothing came meanwhile. If something came, it runs at once, except after a failure:
   * a backoff is waited for.
   * @throws {Error} If the key is not handed out.
   */
  done(key: string, next: Next): void {
    const slot = this.#slots.get(key);
    if (slot?.state !== "running") throw new Error(`Cannot give back key "${key}" as it is not handed out`);
    this.#running--;
    this.#slots.delete(key);
    if (this.#closed) return;
    if (next.type === "backoff") this.#delayBy(key, next.delay, slot.again ?? next.reason, true);
    else if (next.type === "now") this.#ready(key, next.reason, false);
    else if (slot.again !== undefined) this.#ready(key, slot.again, false);
    else if (next.type === "after") this.#delayBy(key, next.delay, next.reason, false);
    if (slot.againAt !== undefined) this.addAfter(key, slot.againAt - this.#clock.monotonic(), "requeued");
  }

  /** Closes the queue: nothing is handed out any more, what waits is dropped, keys handed out may still be given back. */
  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#lanes.clear();
    this.#depth = 0;
    for (const [key, slot] of this.#slots) if (slot.state !== "running") this.#slots.delete(key);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #ready(key: string, reason: string, bulk: boolean): void {
    this.#depth++;
    this.#enqueue({ state: "ready", key, reason, since: this.#clock.monotonic(), bulk });
    const resolve = this.#waiting.shift();
    if (resolve) resolve(this.#take());
  }

  /** A key of a flood to which something has just happened goes with the live ones. */
  #promote(slot: ReadySlot, reason: string): void {
    this.#enqueue({ ...slot, reason, bulk: false });
  }

  #enqueue(slot: ReadySlot): void {
    this.#slots.set(slot.key, slot);
    this.#lanes.push(slot, slot.bulk);
  }

  #take(): Taken | undefined {
    for (let slot = this.#lanes.shift(); slot; slot = this.#lanes.shift()) {
      if (this.#slots.get(slot.key) !== slot) continue;
      this.#depth--;
      this.#running++;
      this.#slots.set(slot.key, { state: "running", key: slot.key, again: undefined, againAt: undefined });
      return { key: slot.key, reason: slot.reason, waited: this.#clock.monotonic() - slot.since };
    }
    return undefined;
  }

  #delayBy(key: string, delay: number, reason: string, held: boolean): void {
    this.#delay({ state: "delayed", key, reason, due: this.#clock.monotonic() + delay, held });
  }

  #delay(slot: DelayedSlot): void {
    this.#slots.set(slot.key, slot);
    this.#delayed.push(slot);
    // Without this, a key that events wake before its delay is over would leave one entry in the heap each time.
    if (this.#delayed.size > STALE_DELAYS + 2 * this.#slots.size) {
      this.#delayed.retain((delayed) => this.#slots.get(delayed.key) === delayed);
    }
    this.#setTimer();
  }

  /** One timer, for the earliest delay. */
  #setTimer(): void {
    const due = this.#delayed.peek()?.due;
    if (due === undefined || (this.#timer && this.#timer.due <= due)) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.timer(due - this.#clock.monotonic(), () => {
      this.#timer = undefined;
      this.#release();
      this.#setTimer();
    });
    this.#timer = { due, timer };
  }

  /** Makes ready what is due. Entries of the heap whose slot has moved on are passed over. */
  #release(): void {
    const now = this.#clock.monotonic();
    for (let first = this.#delayed.peek(); first && first.due <= now; first = this.#delayed.peek()) {
      this.#delayed.pop();
      if (this.#slots.get(first.key) === first) this.#ready(first.key, first.reason, false);
    }
  }
}
