/** The reconcile queue: which key is run next, and which must wait. */

import type { Clock, Timer } from "../time/mod.ts";
import { Credit, earliestAtFirst } from "./credit.ts";
import { believed } from "./delay.ts";
import { DueHeap } from "./due_heap.ts";
import { Lanes } from "./lanes.ts";
import { Slot, type SlotState } from "./slot.ts";
import type { Next, QueueEntry, Taken, Urgency } from "./types.ts";

/** Options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  /** Measures the delays. */
  clock: Clock;
}

/** The due time of a key that waits only for events. */
const NEVER = Infinity;

/** How many void slots the heap may hold, besides two for each key, before they are removed. */
const STALE_DELAYS = 1024;

/**
 * A deduplicating queue of keys with two lanes, delays and backoff.
 *
 * **Guarantees**, tested by `tests/queue/work_queue_test.ts` and, against a model, by `tests/queue/property_test.ts`:
 *
 * - Each key has one slot, so memory is bounded by the number of distinct keys.
 * - A key that is handed out is not handed out again before `done`. If it is added meanwhile, it runs once more.
 * - Keys of a lane come first in, first out. Neither lane starves the other.
 * - A nonsensical delay becomes a minute and affects no other key.
 *
 * After a failure, tested by `tests/queue/early_runs_test.ts`:
 *
 * - No event prolongs the backoff, and one without urgency does not shorten it.
 * - While the key has credit, a release ends the backoff at once, and another urgent event within a second. Without credit,
 *   this takes up to 2 s and 10 s. So a storm of releases causes at most 15 Runs in a row and then one every 2 s, and a storm
 *   of other urgent events 3 and then one every 10 s, besides the Runs of the backoff itself.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #slots = new Map<string, Slot>();
  readonly #lanes = new Lanes<Slot>();
  readonly #delayed = new DueHeap<Slot>();
  /** Keys that were given to {@link handBack} and wait for a worker. */
  readonly #handedBack: Taken[] = [];
  readonly #waiting: ((taken: Taken | undefined) => void)[] = [];
  #timer: { readonly due: number; readonly timer: Timer } | undefined;
  #depth = 0;
  #running = 0;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
  }

  /** How many keys are ready and wait for a worker. */
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

  /** Adds a key because of an event. Dropped once the queue is closed. */
  add(entry: QueueEntry): void {
    if (this.#closed) return;
    const { key, reason, bulk = false } = entry;
    const lane = bulk ? "bulk" : "live";
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#ready(this.#newSlot(key), reason, lane);
    else if (slot.state === "bulk" && !bulk) this.#promote(slot, reason);
    else if (slot.state === "delayed") this.#ready(this.#replace(slot), reason, lane);
    else this.#note(slot, entry);
  }

  /**
   * Waits for the next key.
   *
   * @returns The key, which must be given back with `done`; `undefined` once the queue is closed.
   */
  next(): Promise<Taken | undefined> {
    const taken = this.tryNext();
    return taken || this.#closed ? Promise.resolve(taken) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * The next key, without waiting and without a promise.
   *
   * @param now The current `monotonic` time of the clock, if the caller has just read it.
   * @returns The key, which must be given back with `done`; `undefined` if none is ready, or the queue is closed.
   */
  tryNext(now?: number): Taken | undefined {
    if (this.#handedBack.length > 0) return this.#handedBack.shift();
    for (let slot = this.#lanes.shift(); slot; slot = this.#lanes.shift()) {
      if (slot.state !== "void") return this.#handOut(slot, now ?? this.#clock.monotonic());
    }
    return undefined;
  }

  /**
   * Puts a key that was handed out, but could not be run yet, before all others: the next worker gets it. It counts as handed
   * out all the time. Dropped once the queue is closed.
   */
  handBack(taken: Taken): void {
    if (this.#closed) return;
    if (this.#waiting.length > 0) this.#waiting.shift()!(taken);
    else this.#handedBack.push(taken);
  }

  /**
   * Gives a key back.
   *
   * @param key The key.
   * @param next When the key is run next. If an event came while it ran, it runs again at once; after a failure, that event
   * counts as if it came now.
   * @throws {Error} If the key is not handed out.
   */
  done(key: string, next: Next): void {
    const slot = this.#slots.get(key);
    if (slot?.state !== "running") throw new Error(`Cannot give back key "${key}" as it is not handed out`);
    this.#running--;
    const again = slot.reason;
    if (this.#closed) this.#slots.delete(key);
    else if (next.type === "backoff") {
      this.#backOff(slot, next.reason, this.#clock.monotonic() + believed(next.delay), next.asked ? "asked" : "held");
    } else if (next.type === "wait" && next.failed) this.#backOff(slot, "", NEVER, "held");
    else if (next.type === "now") this.#ready(slot, next.reason, "live");
    else if (again !== undefined) this.#ready(slot, again, "live");
    else if (next.type === "after") {
      this.#delay(slot, this.#clock.monotonic() + believed(next.delay), next.reason, "delayed");
    } else this.#slots.delete(key);
  }

  /**
   * Closes the queue: waiting keys are dropped and no key is handed out any more. Keys that are handed out may still be given
   * back.
   */
  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#lanes.clear();
    this.#handedBack.length = 0;
    this.#delayed.retain(() => false);
    this.#depth = 0;
    for (const [key, slot] of this.#slots) if (slot.state !== "running") this.#slots.delete(key);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  /** An event for a key that is running, or that failed. */
  #note(slot: Slot, { reason, urgency, bulk }: QueueEntry): void {
    if (slot.state === "running") {
      slot.reason ??= reason;
      if (urgency !== undefined && slot.urgency !== "release") slot.urgency = urgency;
    } else if (slot.state === "held" || slot.state === "asked") {
      slot.reason = reason;
      if (urgency !== undefined) this.#hasten(slot, urgency, bulk ? "bulk" : "live");
    }
  }

  /** Shortens the backoff of a key that failed, as far as its credit allows. Never prolongs it. */
  #hasten(slot: Slot, urgency: Urgency, lane: "live" | "bulk"): void {
    const { state, reason } = slot;
    const now = this.#clock.monotonic();
    const due = earliest(slot, state, urgency, now);
    if (due >= slot.due) return;
    const early = this.#replace(slot);
    if (due <= now) this.#readyEarly(early, reason!, lane, urgency, now);
    else this.#delay(early, due, reason!, state as "held" | "asked", urgency);
  }

  /** Starts the backoff of a key that failed. An event that came while it ran counts as if it came now. */
  #backOff(slot: Slot, why: string, due: number, state: "held" | "asked"): void {
    const now = this.#clock.monotonic();
    const { urgency } = slot;
    const reason = slot.reason ?? why;
    const early = urgency === undefined ? NEVER : earliest(slot, state, urgency, now);
    if (early >= due) this.#delay(slot, due, reason, state);
    else if (early <= now) this.#readyEarly(slot, reason, "live", urgency!, now);
    else this.#delay(slot, early, reason, state, urgency);
  }

  #readyEarly(slot: Slot, reason: string, lane: "live" | "bulk", urgency: Urgency, now: number): void {
    (slot.credit ??= new Credit()).spend(urgency, now);
    this.#ready(slot, reason, lane, now);
  }

  #newSlot(key: string): Slot {
    const slot = new Slot(key);
    this.#slots.set(key, slot);
    return slot;
  }

  /** Replaces a slot that is in a lane or in the heap; removing it from there would need a search. */
  #replace(slot: Slot): Slot {
    slot.state = "void";
    const next = this.#newSlot(slot.key);
    next.credit = slot.credit;
    return next;
  }

  /** Moves a key from the bulk lane to the live lane, when a live event comes. Its waiting time goes on. */
  #promote(slot: Slot, reason: string): void {
    this.#enqueue(this.#replace(slot), reason, "live", slot.due);
  }

  #ready(slot: Slot, reason: string, lane: "live" | "bulk", now: number = this.#clock.monotonic()): void {
    this.#depth++;
    this.#enqueue(slot, reason, lane, now);
    if (this.#waiting.length > 0) this.#waiting.shift()!(this.tryNext());
  }

  #enqueue(slot: Slot, reason: string, lane: "live" | "bulk", since: number): void {
    slot.state = lane;
    slot.reason = reason;
    slot.due = since;
    this.#lanes.push(slot, lane === "bulk");
  }

  #handOut(slot: Slot, now: number): Taken {
    const taken = { key: slot.key, reason: slot.reason!, waited: now - slot.due };
    this.#depth--;
    this.#running++;
    slot.state = "running";
    slot.reason = undefined;
    slot.urgency = undefined;
    return taken;
  }

  #delay(slot: Slot, due: number, reason: string, state: "delayed" | "held" | "asked", urgency?: Urgency): void {
    slot.state = state;
    slot.reason = reason;
    slot.due = due;
    slot.urgency = urgency;
    if (due === NEVER) return;
    this.#delayed.push(slot);
    // Each delay that an event cuts short leaves a void slot in the heap.
    if (this.#delayed.size > STALE_DELAYS + 2 * this.#slots.size) this.#delayed.retain(({ state }) => state !== "void");
    this.#setTimer();
  }

  /** Sets the one timer to the earliest due time. */
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

  /** Makes ready all keys that are due. */
  #release(): void {
    const now = this.#clock.monotonic();
    for (let first = this.#delayed.peek(); first && first.due <= now; first = this.#delayed.peek()) {
      this.#delayed.pop();
      if (first.state === "void") continue;
      if (first.urgency === undefined) this.#ready(first, first.reason!, "live", now);
      else this.#readyEarly(first, first.reason!, "live", first.urgency, now);
    }
  }
}

/**
 * The earliest time at which an event that comes now may run a key that failed. Only a release ends a wait that the API server
 * asked for.
 */
function earliest({ credit }: Slot, state: SlotState, urgency: Urgency, now: number): number {
  if (state === "asked" && urgency !== "release") return NEVER;
  return credit ? credit.earliest(urgency, now) : earliestAtFirst(urgency, now);
}
