/** Objects that are changed again and again, though Runs in between find nothing to do: somebody undoes what is done. */

import type { KubeObject } from "../../model/mod.ts";

/** How long a change counts, in milliseconds, when none comes after it. */
const COUNTS_FOR = 1_000;
/** Below so many changes, what begins anew is said anew. */
const CALM = 50;
/** Of how many objects something is remembered at most: 150 bytes each. */
const MOST = 10_000;

/** What is remembered of an object that was changed. */
interface Entry {
  readonly uid: string;
  readonly generation: number | undefined;
  /** The time at which no change counts any more. */
  noneAt: number;
  isTold: boolean;
}

/**
 * How many changes were made for each object lately, while nobody edited it.
 *
 * **Guarantees.** Each change counts for a second more. What an edit asks for does not count. The oldest objects are forgotten when
 * there are too many.
 */
export class Unrest {
  readonly #entries = new Map<string, Entry>();

  /** How many changes count. */
  changesOf(key: string, object: KubeObject | undefined, now: number): number {
    const entry = this.#entryOf(key, object);
    return entry ? Math.max(0, Math.round((entry.noneAt - now) / COUNTS_FOR)) : 0;
  }

  /** A change was made. */
  add(key: string, object: KubeObject, now: number): void {
    const before = this.#entryOf(key, object);
    const noneAt = Math.max(before?.noneAt ?? 0, now) + COUNTS_FOR;
    const isTold = before?.isTold === true && noneAt - now > CALM * COUNTS_FOR;
    // Far from too many, it does not matter which is the oldest.
    if (before && this.#entries.size <= MOST / 2) {
      before.noneAt = noneAt;
      before.isTold = isTold;
      return;
    }
    const { uid, generation } = object.metadata;
    this.#entries.delete(key);
    this.#entries.set(key, { uid, generation, noneAt, isTold });
    if (this.#entries.size <= MOST) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Whether it is to be said of an object that it does not come to rest: not again before it was calm. */
  isNews(key: string): boolean {
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
