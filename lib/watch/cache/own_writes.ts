/** Remembers what this process's own writes have made out of date and the watch may still show. */

import { compareResourceVersions, isOlder, type KubeObject } from "../../model/mod.ts";

/**
 * How many deleted objects are remembered at most. The answer to a deletion has no version, so only the watch's own event shows
 * that it has caught up. If that event came before the answer, it never comes again, and with a selector no event is certain;
 * then only this limit removes the entry. A deleted object could reappear only if the watch were behind by this many deletions.
 */
const MOST_BURIED = 10_000;

/** Whether version `a` is the same as `b` or older. False if they cannot be compared. */
export function isSameOrOlder(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order !== undefined && order <= 0;
}

/** Whether the API server has deleted the object by the write that it answered: no finalizer and no grace period are left. */
export function isFullyDeleted({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** Remembers which objects are deleted, and which versions are out of date. */
export class OwnWrites {
  /** Tombstones: UIDs of objects that this process deleted. A UID is never used again. */
  readonly #buried = new Set<string>();
  /** Keys of objects that left the view by an own write, each with the version up to which they are out of date. */
  readonly #left = new Map<string, string>();
  readonly #selective: boolean;

  /** @param selective Whether the watch has a selector. Then a `DELETED` event may mean that the object no longer matches. */
  constructor(selective = false) {
    this.#selective = selective;
  }

  /** Records that the object with this UID is deleted. */
  bury(uid: string): void {
    this.#buried.add(uid);
    if (this.#buried.size <= MOST_BURIED) return;
    const [oldest] = this.#buried;
    this.#buried.delete(oldest!);
  }

  /** Hides the object under this key up to this version. A newer version that was recorded before stays. */
  leave(key: string, resourceVersion: string): void {
    const left = this.#left.get(key);
    if (left === undefined || !isSameOrOlder(resourceVersion, left)) this.#left.set(key, resourceVersion);
  }

  /**
   * Whether an object that the watch shows must be hidden because it is out of date.
   *
   * @param key The object's key.
   * @param resourceVersion The object's version.
   * @param uid Returns the object's UID; only called if that is needed.
   */
  hides(key: string, resourceVersion: string, uid: () => string): boolean {
    if (this.#buried.size > 0 && this.#buried.has(uid())) return true;
    const left = this.#left.get(key);
    return left !== undefined && isSameOrOlder(resourceVersion, left);
  }

  /**
   * Removes a tombstone, when the watch has shown the deletion and will not show the object again. With a selector the
   * tombstone stays: the object may have ceased to match and matched again before it was deleted.
   */
  shownGone(uid: string): void {
    if (!this.#selective) this.#buried.delete(uid);
  }

  /** Forgets everything, when the server's history has gone back. */
  clear(): void {
    this.#buried.clear();
    this.#left.clear();
  }

  /** Forgets what the watch has passed by reaching this version, and versions that cannot be compared with it. */
  passed(resourceVersion: string): void {
    for (const [key, left] of this.#left) if (!isOlder(resourceVersion, left)) this.#left.delete(key);
  }
}
