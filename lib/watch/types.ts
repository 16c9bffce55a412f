/** What flows from a watch to the cache, and from the cache to the triggers. */

import type { KubeObject } from "../model/mod.ts";

/** One change that the API server told of. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  /** What happened to the object; for a watch with a selector, also that it came under it or left it. */
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The object as it is; for `DELETED`, as it was last. */
  readonly object: T;
}

/**
 * One chunk of a watch's stream: what one network read brought.
 *
 * - `init`: a list begins; pages received before and not completed by `synced` are void.
 * - `page`: part of that list.
 * - `synced`: the list is complete, as of `resourceVersion`; what was known before and is not in it has been deleted. With
 *   `restored`, the server's versions have gone back, as after a restore of etcd from a backup: this list is the truth and
 *   replaces all that was known, what is remembered of own writes included.
 * - `events`: live changes, in order. `resourceVersion` is the newest that the watch has seen, bookmarks included.
 */
export type WatchBatch<T extends KubeObject = KubeObject> =
  | { readonly type: "init" }
  | { readonly type: "page"; readonly objects: readonly T[] }
  | { readonly type: "synced"; readonly resourceVersion: string; readonly restored?: true }
  | { readonly type: "events"; readonly events: readonly WatchEvent<T>[]; readonly resourceVersion: string };

/**
 * How one object of the cache changed. `before` is absent when it is new, `after` when it is gone. They are made when they are
 * looked at: whoever does not need them pays nothing for them.
 */
export interface CacheChange<T extends KubeObject = KubeObject> {
  /** Where the object is: `namespace/name` or `name`. */
  readonly key: string;
  /** The object as it was known. */
  readonly before: T | undefined;
  /** The object as it is known now. */
  readonly after: T | undefined;
  /**
   * Where it was learnt: the first list, a later list (`relist`: `before` may be stale, events were missed), a live event,
   * the answer to one of this process's own writes, or to a live read.
   */
  readonly source: "initial" | "relist" | "event" | "write" | "live";
}
