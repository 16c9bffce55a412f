/** The work queue: which key is to be run next, and which must wait. */

import type { Clock, Timer } from "../time/mod.ts";
import { Credit, earliestAtFirst } from "./credit.ts";
import { believed } from "./delay.ts";
import { DueHeap } from "./due_heap.ts";
import { Lanes } from "./lanes.ts";
import { Slot, type SlotState } from "./slot.ts";
import type { Next, QueueEntry, Taken, Urgency } from "./types.ts";

/** Options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  /** Whose time delays are measured by. */
  clock: Clock;
}

/** When a key is due that waits for events alone, or a running one once more that nobody has asked for. */
const NEVER = Infinity;

/** How many delays that no longer hold may lie in the heap before it is cleared of them, at the least. */
const STALE_DELAYS = 1024;

/**
 * Keys to be run.
 *
 * **Guarantees.** One slot a key: memory is bounded by the distinct keys. A key that is handed out is not handed out again
 * before `done`. A key added meanwhile runs once more. A delay keeps the earliest time. First in, first out; a flood does not
 * starve live events, nor they it. A delay that is no number, or a mad one, is a minute for its own key, and nothing to others.
 *
 * An event does not prolong the backoff of a key that failed. One without urgency does not shorten it. A release ends it at
 * once and another urgent event within a second, as long as the key has credit for early Runs; else within 2 s and 10 s. So a
 * storm of events costs no more than 15 Runs in a row and one every 2 s (releases), or 3 and one every 10 s (others), besides
 * those that the backoff itself brings.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #slots = new Map<string, Slot>();
  readonly #lanes = new Lanes<Slot>();
  readonly #delayed = new DueHeap<Slot>();
  /** Keys that are handed out, and wait for a worker again. */
  readonly #handedBack: Taken[] = [];
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
    return new WritableStream({ write: (batch) => this.addAll(batch) });
  }

  /** Adds a key because of an event. Dropped once the queue is closed. */
  add(entry: QueueEntry): void {
    this.#add(entry, undefined);
  }

  /** Adds the keys of a batch. The clock is read once for all of them. */
  addAll(batch: readonly QueueEntry[]): void {
    const now = this.#clock.monotonic();
    for (const entry of batch) this.#add(entry, now);
  }

  /** Adds a key that is due later. If it is due or ready earlier already, that stays. Dropped once the queue is closed. */
  addAfter(key: string, delay: number, reason: string): void {
    if (!this.#closed) this.#addAt(key, this.#clock.monotonic() + believed(delay), reason);
  }

  /**
   * The key whose turn it is; waits for one.
   *
   * @returns The key, or `undefined` once the queue is closed. Whoever gets a key must give it back by `done`.
   */
  next(): Promise<Taken | undefined> {
    const taken = this.tryNext();
    return taken || this.#closed ? Promise.resolve(taken) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * The key whose turn it is, without a promise.
   *
   * @param now The time by the clock's `monotonic`, where the caller has just read it; by default it is read here.
   * @returns The key, to be given back by `done`; `undefined` when none is ready, or the queue is closed.
   */
  tryNext(now?: number): Taken | undefined {
    if (this.#handedBack.length > 0) return this.#handedBack.shift();
    for (let slot = this.#lanes.shift(); slot; slot = this.#lanes.shift()) {
      if (slot.state !== "void") return this.#handOut(slot, now ?? this.#clock.monotonic());
    }
    return undefined;
  }

  /**
   * Hands a key back that cannot be run yet, or could not until now: it is still handed out, and whoever asks next gets it, as it
   * has had its turn. Dropped once the queue is closed.
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
   * @param next When it is run next, if nothing came meanwhile. If something came, it runs at once, except after a failure:
   * that is then as if it came now.
   * @throws {Error} If the key is not handed out.
   */
  done(key: string, next: Next): void {
    const slot = this.#slots.get(key);
    if (slot?.state !== "running") throw new Error(`Cannot give back key "${key}" as it is not handed out`);
    this.#running--;
    const { reason: again, due } = slot;
    if (this.#closed) this.#slots.delete(key);
    else if (next.type === "backoff") {
      this.#backOff(slot, next.reason, this.#clock.monotonic() + believed(next.delay), next.asked ? "asked" : "held");
    } else if (next.type === "wait" && next.failed) this.#backOff(slot, "", NEVER, "held");
    else if (next.type === "now") this.#ready(slot, next.reason, "live");
    else if (again !== undefined) this.#ready(slot, again, "live");
    else if (next.type === "after") {
      this.#delay(slot, this.#clock.monotonic() + believed(next.delay), next.reason, "delayed");
    } else this.#slots.delete(key);
    if (due !== NEVER && !this.#closed) this.#addAt(key, due, "requeued");
  }

  /** Closes the queue: nothing is handed out any more, what waits is dropped, keys handed out may still be given back. */
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

  #add(entry: QueueEntry, now: number | undefined): void {
    if (this.#closed) return;
    const { key, reason, bulk = false } = entry;
    const lane = bulk ? "bulk" : "live";
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#ready(this.#newSlot(key), reason, lane, now);
    else if (slot.state === "bulk" && !bulk) this.#promote(slot, reason);
    else if (slot.state === "delayed") this.#ready(this.#replace(slot), reason, lane, now);
    else this.#note(slot, entry, now);
  }

  /** Something comes to a key that is run, or that failed. */
  #note(slot: Slot, { reason, urgency, bulk }: QueueEntry, now: number | undefined): void {
    if (slot.state === "running") {
      slot.reason ??= reason;
      if (urgency !== undefined && slot.urgency !== "release") slot.urgency = urgency;
    } else if (slot.state === "held" || slot.state === "asked") {
      slot.reason = reason;
      if (urgency !== undefined) this.#hasten(slot, urgency, bulk ? "bulk" : "live", now ?? this.#clock.monotonic());
    }
  }

  /** Lets a key that failed run earlier, if it may. One that was let already is not put off by what comes later. */
  #hasten(slot: Slot, urgency: Urgency, lane: "live" | "bulk", now: number): void {
    const { state, reason } = slot;
    const due = earliest(slot, state, urgency, now);
    if (due >= slot.due) return;
    const early = this.#replace(slot);
    if (due <= now) this.#readyEarly(early, reason!, lane, urgency, now);
    else this.#delay(early, due, reason!, state as "held" | "asked", urgency);
  }

  /** Lets a key that failed wait. What came while it ran counts as if it came now. */
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

  #addAt(key: string, due: number, reason: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) this.#delay(this.#newSlot(key), due, reason, "delayed");
    else if (slot.state === "running") slot.due = Math.min(slot.due, due);
    else if (slot.state === "delayed" && due < slot.due) this.#delay(this.#replace(slot), due, reason, "delayed");
  }

  #newSlot(key: string): Slot {
    const slot = new Slot(key);
    this.#slots.set(key, slot);
    return slot;
  }

  /** A new slot in the place of one that lies in a lane or in the heap: to be taken out of there would cost a search. */
  #replace(slot: Slot): Slot {
    slot.state = "void";
    const next = this.#newSlot(slot.key);
    next.credit = slot.credit;
    return next;
  }

  /** A key of a flood to which something has just happened goes with the live ones; it has waited as long as before. */
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
    slot.due = NEVER;
    return taken;
  }

  #delay(slot: Slot, due: number, reason: string, state: "delayed" | "held" | "asked", urgency?: Urgency): void {
    slot.state = state;
    slot.reason = reason;
    slot.due = due;
    slot.urgency = urgency;
    if (due === NEVER) return;
    this.#delayed.push(slot);
    // Without this, a key that events wake before its delay is over would leave one entry in the heap each time.
    if (this.#delayed.size > STALE_DELAYS + 2 * this.#slots.size) this.#delayed.retain(({ state }) => state !== "void");
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

  /** Makes ready what is due. */
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

/** When an event that comes now may let a key run that failed. What the API server asked for, only a release ends. */
function earliest({ credit }: Slot, state: SlotState, urgency: Urgency, now: number): number {
  if (state === "asked" && urgency !== "release") return NEVER;
  return credit ? credit.earliest(urgency, now) : earliestAtFirst(urgency, now);
}
