/** The slot of a key: one small object that moves from state to state, instead of a new one for each. */

import type { Credit } from "./credit.ts";
import type { Urgency } from "./types.ts";

/**
 * The states of a key. A key that is in none of them has no slot.
 *
 * - `live`: ready, in the lane for what has just happened; left by being taken.
 * - `bulk`: ready, in the lane for floods; left by being taken, or for `live` by an event.
 * - `delayed`: due at a time; left when that comes, or by an event.
 * - `held`: due at a time that events wait for, too, or at none: it failed. Left earlier by an urgent event.
 * - `asked`: the same, where the API server asked for the wait. Left earlier by a release.
 * - `running`: handed out; left by `done`.
 * - `void`: another slot has taken its place. It may still lie in a lane or in the heap, and is passed over there.
 */
export type SlotState = "live" | "bulk" | "delayed" | "held" | "asked" | "running" | "void";

/** What the queue knows of one key. It lies in a lane or in the heap or in neither, and never twice. */
export class Slot {
  /** Whose slot it is. */
  readonly key: string;
  /** Where the key is. */
  state: SlotState = "live";
  /** Why the key is to be run; of a running one why once more, `undefined` while nothing has come. */
  reason: string | undefined = undefined;
  /** When it is due, or became ready; of a running one when it is due once more. `Infinity` for never. */
  due = 0;
  /** Of a running key the greatest urgency that has come; of one that failed that by which its wait was shortened. */
  urgency: Urgency | undefined = undefined;
  /** What it has to spend on early Runs; `undefined` while it has not had any. */
  credit: Credit | undefined = undefined;
  /** Its place among those in the heap that are due at the same time. */
  order = 0;
  /** The one behind it in its lane. */
  behind: Slot | undefined = undefined;

  /** @param key Whose slot it is. */
  constructor(key: string) {
    this.key = key;
  }
}
