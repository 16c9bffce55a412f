/** What a cache knows from this process's own writes and the watch has not shown yet: what must stay hidden. */

import { compareResourceVersions, isOlder, type KubeObject } from "../../model/mod.ts";

/**
 * How many removed objects are remembered at most. A removal's answer has no version, so nothing but the watch's own event
 * says that it has caught up; an event that came before the answer never comes again, and with a selector no event says it for
 * certain: then only this bound lets go of it. A watch would have to be behind by as many removals before one is seen again.
 */
const MOST_BURIED = 10_000;

/** Whether version `a` is the same as `b`, or certainly older. Versions that cannot be compared are taken for newer. */
export function isNotNewer(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order !== undefined && order <= 0;
}

/** Once the last finalizer and the grace are gone, the API server deletes the object with that very write. */
export function isEffectivelyGone({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** Remembers which objects are gone, and which versions are out of date. */
export class OwnWrites {
  /** UIDs of objects that this process removed. A UID never comes back. */
  readonly #buried = new Set<string>();
  /** Keys whose objects left the view by a write, and up to which version what was there is out of date. */
  readonly #left = new Map<string, string>();
  readonly #selective: boolean;

  /** @param selective Whether the watch has a selector: then it says that an object is deleted, too, when it only left that. */
  constructor(selective = false) {
    this.#selective = selective;
  }

  /** The object with this UID is gone. */
  bury(uid: string): void {
    this.#buried.add(uid);
    if (this.#buried.size <= MOST_BURIED) return;
    const [oldest] = this.#buried;
    this.#buried.delete(oldest!);
  }

  /** What was under this key, up to this version, is not to be seen. What was said of a newer version holds on. */
  leave(key: string, resourceVersion: string): void {
    const left = this.#left.get(key);
    if (left === undefined || !isNotNewer(resourceVersion, left)) this.#left.set(key, resourceVersion);
  }

  /**
   * Whether an object that the watch shows is out of date.
   *
   * @param key Where it is.
   * @param resourceVersion Its version.
   * @param uid Tells its UID; not called when that does not matter.
   */
  hides(key: string, resourceVersion: string, uid: () => string): boolean {
    if (this.#buried.size > 0 && this.#buried.has(uid())) return true;
    const left = this.#left.get(key);
    return left !== undefined && isNotNewer(resourceVersion, left);
  }

  /**
   * The watch has shown that the object is gone, and will not tell of it again. With a selector that is not certain: it may have
   * left the selection, and come back before it was removed; it stays buried.
   */
  shownGone(uid: string): void {
    if (!this.#selective) this.#buried.delete(uid);
  }

  /** Forgets everything: the server's history has gone back, and none of it is of any use. */
  clear(): void {
    this.#buried.clear();
    this.#left.clear();
  }

  /** The watch has come this far. A version that cannot be compared with that would never be passed: it is let go, too. */
  passed(resourceVersion: string): void {
    for (const [key, left] of this.#left) if (!isOlder(resourceVersion, left)) this.#left.delete(key);
  }
}
