/** What a controller remembers about objects between Runs: one entry per key, and usually none for an object at rest. */

import type { KubeObject } from "../../model/mod.ts";
import type { Doubt } from "./doubt.ts";
import { afterEdit, NO_HISTORY, type RunHistory } from "../../run/mod.ts";

/** What is remembered about one object. A restart loses it without harm. */
export interface Remembered {
  /** The history that the policy needs. */
  readonly history: RunHistory;
  /** What is in doubt after a write. */
  readonly doubt: Doubt | undefined;
  /** What it waits for, as it was logged. */
  readonly wait: string | undefined;
  /** The status change that the API server did not store, so that it is not requested again. */
  readonly refusedStatus?: string | undefined;
}

const NOTHING: Remembered = { history: NO_HISTORY, doubt: undefined, wait: undefined };

/** With the identity of the object. */
interface Entry extends Remembered {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly isDeleted: boolean;
}

/**
 * What one controller remembers about its objects.
 *
 * **Guarantees.** Failures and waits of an object never count for another object with the same name. After a change of
 * the spec or a request for deletion, earlier failures count little. A doubt stays, because it is about what exists in
 * the cluster, also about what a former object with this name left behind. There is no entry for an object that is
 * gone, nor for one at rest, unless the API server stores its status differently than it was set. (Tests:
 * `tests/controller/key_memory_test.ts`.)
 */
export class KeyMemory {
  readonly #entries = new Map<string, Entry>();

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  doubtOf(key: string): Doubt | undefined {
    return this.#entries.get(key)?.doubt;
  }

  /** The entry for an object that a Run has just read; `undefined` if the Run failed before it found one. */
  recall(key: string, object: KubeObject | undefined): Remembered {
    const entry = this.#entries.get(key);
    if (entry === undefined) return NOTHING;
    if (object === undefined || entry.uid === undefined) return entry;
    const { uid, generation, deletionTimestamp } = object.metadata;
    if (entry.uid !== uid) return { ...NOTHING, doubt: entry.doubt };
    const isSame = entry.generation === generation && entry.isDeleted === (deletionTimestamp !== undefined);
    return isSame ? entry : { ...entry, history: afterEdit(entry.history) };
  }

  /** The status change of an object that the API server did not store. */
  refusedStatusOf(key: string, object: KubeObject): string | undefined {
    const entry = this.#entries.get(key);
    return entry?.refusedStatus !== undefined && entry.uid === object.metadata.uid ? entry.refusedStatus : undefined;
  }

  /** Replaces the entry of an object after a Run. */
  keep(key: string, object: KubeObject | undefined, remembered: Remembered): void {
    const { history, doubt, wait, refusedStatus } = remembered;
    if (history === NO_HISTORY && (doubt ?? wait ?? refusedStatus) === undefined) return this.forget(key);
    const { uid, generation, isDeleted } = object ? identityOf(object) : this.#entries.get(key) ?? UNKNOWN;
    this.#entries.set(key, { uid, generation, isDeleted, history, doubt, wait, refusedStatus });
  }

  /** Removes the entry of an object that is gone. */
  forget(key: string): void {
    if (this.#entries.size > 0) this.#entries.delete(key);
  }
}

type Identity = Omit<Entry, keyof Remembered>;

const UNKNOWN: Identity = { uid: undefined, generation: undefined, isDeleted: false };

function identityOf({ metadata: { uid, generation, deletionTimestamp } }: KubeObject): Identity {
  return { uid, generation, isDeleted: deletionTimestamp !== undefined };
}
