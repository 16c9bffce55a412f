/** Finds echoes: if a watch reports what a key's own Run has just written, that is no reason to run it again soon. */

import type { WriteResult } from "../../kube/mod.ts";
import type { Urgency } from "../../queue/mod.ts";
import type { CacheChange } from "../../watch/mod.ts";

/** The most changes to hold for one key. If there are more, they cannot all be echoes. */
const MOST_HELD = 32;

/** A change that may be an echo, identified by the object and version that it brought. */
interface Held {
  readonly uid: string | undefined;
  /** `undefined` if the object is gone. */
  readonly resourceVersion: string | undefined;
  readonly urgency: Urgency;
}

/**
 * Tells echoes of own writes from changes by others, for the keys of one controller.
 *
 * A watch often reports a write before its answer arrives, so it is not known at once whose write it was. Therefore the
 * urgency of changes during a key's Run is held until the Run has ended, which is when the queue first asks for it.
 * Changes that the answers to the Run's writes explain are dropped.
 *
 * **Caveat.** If the answer to a write is lost, its echo looks like a change by others.
 */
export class OwnEchoes {
  readonly #held = new Map<string, Held[]>();
  readonly #isUnderWay: (key: string) => boolean;
  /** The key whose write is being applied to the caches. */
  #writing: string | undefined;

  /** @param isUnderWay Whether a Run of the key is under way. */
  constructor(isUnderWay: (key: string) => boolean) {
    this.#isUnderWay = isUnderWay;
  }

  /** For how many keys changes are held. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * The urgency of a change for a key; `undefined` if it is an echo, or if only the end of the key's Run will show.
   * Never throws.
   */
  weigh(key: string, change: CacheChange, urgency: Urgency): Urgency | undefined {
    if (change.source === "write") return key === this.#writing ? undefined : urgency;
    if (!this.#isUnderWay(key)) return urgency;
    const held = this.#held.get(key);
    if (held && held.length >= MOST_HELD) return urgency;
    try {
      const one = versionIn(change, urgency);
      if (held) held.push(one);
      else this.#held.set(key, [one]);
      return undefined;
    } catch {
      // The object cannot be read.
      return urgency;
    }
  }

  /** Handles the answer to a write of a key's Run, while `tell` makes the caches report it. */
  answered(key: string, result: WriteResult, tell: () => void): void {
    if (this.#held.size > 0) this.#drop(key, result);
    this.#writing = key;
    try {
      tell();
    } finally {
      this.#writing = undefined;
    }
  }

  /** Usually there is one held change, and it is the echo. */
  #drop(key: string, result: WriteResult): void {
    const held = this.#held.get(key);
    const left = held?.filter((one) => !isEchoOf(one, result));
    if (left && left.length > 0) this.#held.set(key, left);
    else this.#held.delete(key);
  }

  /** Ends the Run of a key. Returns the greatest urgency among changes that were no echo. */
  ended(key: string): Urgency | undefined {
    if (this.#held.size === 0) return undefined;
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    return held.find(({ urgency }) => urgency === "release")?.urgency ?? held[0]?.urgency;
  }
}

function versionIn({ before, after }: CacheChange, urgency: Urgency): Held {
  return { uid: (after ?? before)?.metadata.uid, resourceVersion: after?.metadata.resourceVersion, urgency };
}

function isEchoOf({ uid, resourceVersion }: Held, result: WriteResult): boolean {
  if (result.type === "gone") return resourceVersion === undefined && uid === result.uid;
  if (result.type !== "stored") return false;
  const { metadata } = result.object;
  return resourceVersion === metadata.resourceVersion && uid === metadata.uid;
}
