/** Echoes of own writes: what a watch tells a key of that its own Run has just done is no reason for that Run to hurry. */

import type { WriteResult } from "../../kube/mod.ts";
import type { Urgency } from "../../queue/mod.ts";
import type { CacheChange } from "../../watch/mod.ts";

/** How many changes are held for one key. When there are more, there is news enough for it, whatever one of them may be. */
const MOST_HELD = 32;

/** A change that may be an echo, told apart by which version of which object it brought. */
interface Held {
  readonly uid: string | undefined;
  /** `undefined` when the object is gone. */
  readonly resourceVersion: string | undefined;
  readonly urgency: Urgency;
}

/**
 * Tells echoes of own writes from what others did, for the keys of one controller.
 *
 * A watch often tells of a write before its answer comes, so nobody can say at once whose it was. The urgency of what comes
 * while a key is run is therefore held until the Run has ended: that is when the queue first asks for it. What the answers to
 * the Run's writes explain is dropped.
 *
 * **Caveat.** A write whose answer is lost cannot be told from what others did.
 */
export class OwnEchoes {
  readonly #held = new Map<string, Held[]>();
  readonly #isUnderWay: (key: string) => boolean;
  /** The key whose Run's write is being laid over the caches. */
  #writing: string | undefined;

  /** @param isUnderWay Whether a Run of a key is under way. */
  constructor(isUnderWay: (key: string) => boolean) {
    this.#isUnderWay = isUnderWay;
  }

  /** For how many keys something is held. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * What a change means to a key by now; `undefined` when it is an echo, or when only the end of the key's Run will tell. Never
   * throws.
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
      // An object that cannot be looked at.
      return urgency;
    }
  }

  /** Takes in the answer to a write of a key's Run, while the caches tell of it by `tell`. */
  answered(key: string, result: WriteResult, tell: () => void): void {
    if (this.#held.size > 0) this.#drop(key, result);
    this.#writing = key;
    try {
      tell();
    } finally {
      this.#writing = undefined;
    }
  }

  /** Most often there is one, and it is the echo. */
  #drop(key: string, result: WriteResult): void {
    const held = this.#held.get(key);
    const left = held?.filter((one) => !isEchoOf(one, result));
    if (left && left.length > 0) this.#held.set(key, left);
    else this.#held.delete(key);
  }

  /** The Run has ended. The greatest urgency of what was no echo. */
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
