/** The slot of a key: one object that changes its state, so that no new object is made for each state. */

import type { Credit } from "./credit.ts";
import type { Urgency } from "./types.ts";

/**
 * The states of a key. A key that the queue does not know has no slot.
 *
 * - `live`: ready, in the live lane. Left when it is taken.
 * - `bulk`: ready, in the bulk lane. Left when it is taken, or for `live` when a live event comes.
 * - `delayed`: waits for a due time (requeue after). Left when that comes, or when any event comes.
 * - `held`: failed, and waits for a due time (backoff) or, without one, only for an urgent event. Urgent events may end the
 *   wait earlier; other events do not.
 * - `asked`: like `held`, where the API server asked for the wait (`Retry-After`). Only a release may end it earlier.
 * - `running`: handed out. Left by `done`. A reason in it means that the key is dirty and runs once more.
 * - `void`: replaced by another slot. It may still be in a lane or in the heap, where it is skipped.
 */
export type SlotState = "live" | "bulk" | "delayed" | "held" | "asked" | "running" | "void";

/** What the queue knows about one key. A slot is in one lane, in the heap, or in neither. */
export class Slot {
  readonly key: string;
  state: SlotState = "live";
  /** Why the key is to be run, for logs. While it is running: why it must run once more, or `undefined` if it need not. */
  reason: string | undefined = undefined;
  /** When it became ready, or is due; `Infinity` means never. Meaningless while it is running. */
  due = 0;
  /**
   * While running: the highest urgency of the events that came. After a failure: that of the event that shortened the backoff.
   */
  urgency: Urgency | undefined = undefined;
  /** Credit for early Runs; `undefined` until the first one. */
  credit: Credit | undefined = undefined;
  order = 0;
  /** Set by the lane: the next slot. */
  behind: Slot | undefined = undefined;

  constructor(key: string) {
    this.key = key;
  }
}
