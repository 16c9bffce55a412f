/** What a controller remembers of objects between Runs: one entry a key, about one object; hardly any of an object at rest. */

import type { KubeObject } from "../../model/mod.ts";
import type { Doubt } from "./doubt.ts";
import { afterEdit, NO_HISTORY, type RunHistory } from "../../run/mod.ts";

/** What is remembered of one object. Lost at a restart, without harm. */
export interface Remembered {
  /** What policy counts. */
  readonly history: RunHistory;
  /** What a write left open. */
  readonly doubt: Doubt | undefined;
  /** What it waits for, as it was logged. */
  readonly wait: string | undefined;
  /** What the API server was asked to change of its status in vain: it is not asked for just that again. */
  readonly refusedStatus?: string | undefined;
}

const NOTHING: Remembered = { history: NO_HISTORY, doubt: undefined, wait: undefined };

/** With the object that it is about. */
interface Entry extends Remembered {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly isDeleted: boolean;
}

/**
 * What is remembered of the objects of one controller.
 *
 * **Guarantees.** No failure and no wait of an object counts for another one that has its name. When the spec of an object has
 * changed, or its deletion was asked for, its failures so far count for little. A doubt is about what there is in the cluster,
 * also about what a former object of that name has left there, so it stays. There is no entry for an object at rest, unless
 * the API server makes something else of its status, nor for one that is gone.
 */
export class KeyMemory {
  readonly #entries = new Map<string, Entry>();

  /** How many objects something is remembered of. */
  get size(): number {
    return this.#entries.size;
  }

  /** What is in doubt at a key. */
  doubtOf(key: string): Doubt | undefined {
    return this.#entries.get(key)?.doubt;
  }

  /** What is remembered for an object, as a Run has just found it; `undefined` when the Run found none before it failed. */
  recall(key: string, object: KubeObject | undefined): Remembered {
    const entry = this.#entries.get(key);
    if (entry === undefined) return NOTHING;
    if (object === undefined || entry.uid === undefined) return entry;
    const { uid, generation, deletionTimestamp } = object.metadata;
    if (entry.uid !== uid) return { ...NOTHING, doubt: entry.doubt };
    const isSame = entry.generation === generation && entry.isDeleted === (deletionTimestamp !== undefined);
    return isSame ? entry : { ...entry, history: afterEdit(entry.history) };
  }

  /** What the API server was asked in vain to change of the status of an object. */
  refusedStatusOf(key: string, object: KubeObject): string | undefined {
    const entry = this.#entries.get(key);
    return entry?.refusedStatus !== undefined && entry.uid === object.metadata.uid ? entry.refusedStatus : undefined;
  }

  /** Remembers what holds after a Run of an object, instead of what held before. */
  keep(key: string, object: KubeObject | undefined, remembered: Remembered): void {
    const { history, doubt, wait, refusedStatus } = remembered;
    if (history === NO_HISTORY && (doubt ?? wait ?? refusedStatus) === undefined) return this.forget(key);
    const { uid, generation, isDeleted } = object ? identityOf(object) : this.#entries.get(key) ?? UNKNOWN;
    this.#entries.set(key, { uid, generation, isDeleted, history, doubt, wait, refusedStatus });
  }

  /** The object is gone. */
  forget(key: string): void {
    if (this.#entries.size > 0) this.#entries.delete(key);
  }
}

type Identity = Omit<Entry, keyof Remembered>;

const UNKNOWN: Identity = { uid: undefined, generation: undefined, isDeleted: false };

function identityOf({ metadata: { uid, generation, deletionTimestamp } }: KubeObject): Identity {
  return { uid, generation, isDeleted: deletionTimestamp !== undefined };
}
