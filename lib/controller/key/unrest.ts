/** Finds objects that are changed again and again with Runs in between that find nothing to do: somebody undoes the changes. */

import type { KubeObject } from "../../model/mod.ts";

/** How long one change counts, in milliseconds. */
const COUNTS_FOR = 1_000;
/** Fewer changes than this are calm: unrest after that is reported again. */
const CALM_BELOW = 50;
/** The most objects to remember, at 150 bytes each. */
const MOST_OBJECTS = 10_000;

/** The recent changes of one object. */
interface Entry {
  readonly uid: string;
  readonly generation: number | undefined;
  /** When no change counts any more. */
  noneAt: number;
  isTold: boolean;
}

/**
 * Counts the recent changes of each object between edits.
 *
 * **Guarantees.** Each change counts for one second more. Changes after an edit do not count. If there are too many
 * objects, the oldest are forgotten. (Tests: `tests/controller/unrest_test.ts`.)
 */
export class Unrest {
  readonly #entries = new Map<string, Entry>();

  /** How many changes count now. */
  changesOf(key: string, object: KubeObject | undefined, now: number): number {
    const entry = this.#entryOf(key, object);
    return entry ? Math.max(0, Math.round((entry.noneAt - now) / COUNTS_FOR)) : 0;
  }

  /** Counts a change. */
  add(key: string, object: KubeObject, now: number): void {
    const before = this.#entryOf(key, object);
    const noneAt = Math.max(before?.noneAt ?? 0, now) + COUNTS_FOR;
    const isTold = before?.isTold === true && noneAt - now > CALM_BELOW * COUNTS_FOR;
    // While there are few entries, their order does not matter.
    if (before && this.#entries.size <= MOST_OBJECTS / 2) {
      before.noneAt = noneAt;
      before.isTold = isTold;
      return;
    }
    const { uid, generation } = object.metadata;
    this.#entries.delete(key);
    this.#entries.set(key, { uid, generation, noneAt, isTold });
    if (this.#entries.size <= MOST_OBJECTS) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Whether to report unrest of an object now. Returns true only once until the object was calm. */
  shouldWarn(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry?.isTold) return false;
    if (entry) entry.isTold = true;
    return true;
  }

  #entryOf(key: string, object: KubeObject | undefined): Entry | undefined {
    const entry = this.#entries.get(key);
    const isSame = entry?.uid === object?.metadata.uid && entry?.generation === object?.metadata.generation;
    return isSame ? entry : undefined;
  }
}
