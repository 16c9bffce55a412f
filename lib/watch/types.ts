/** The types that flow from a watch to the cache, and from the cache to the triggers. */

import type { KubeObject } from "../model/mod.ts";

/** One event of a watch. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  /** What happened. With a selector, `ADDED` and `DELETED` also mean that the object begins or ceases to match. */
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The object; for `DELETED`, its last state. */
  readonly object: T;
}

/**
 * One chunk of a watch's stream: the content of one network read.
 *
 * - `init`: a list begins. Earlier pages that no `synced` has completed are void.
 * - `page`: a part of the list.
 * - `synced`: the list is complete, as of `resourceVersion`. Objects that were known before and are not in the list have been
 *   deleted. With `restored`, the server's versions have gone back, as after a restore of etcd from a backup: this list
 *   replaces everything that was known, including what is remembered of own writes.
 * - `events`: live changes, in order. `resourceVersion` is the newest version that the watch has seen, also by bookmarks.
 */
export type WatchBatch<T extends KubeObject = KubeObject> =
  | { readonly type: "init" }
  | { readonly type: "page"; readonly objects: readonly T[] }
  | { readonly type: "synced"; readonly resourceVersion: string; readonly restored?: true }
  | { readonly type: "events"; readonly events: readonly WatchEvent<T>[]; readonly resourceVersion: string };

/**
 * How one object of the cache changed. `before` is absent if the object is new, `after` if it is gone. Both are parsed only
 * when they are read.
 */
export interface CacheChange<T extends KubeObject = KubeObject> {
  /** The object's key: `namespace/name` or `name`. */
  readonly key: string;
  /** The object before the change. */
  readonly before: T | undefined;
  /** The object after the change. */
  readonly after: T | undefined;
  /**
   * Where the change comes from: the initial list, a later list (`relist`: events were missed, so `before` may be stale), a
   * watch event, the answer to an own write, or a live read.
   */
  readonly source: "initial" | "relist" | "event" | "write" | "live";
}
