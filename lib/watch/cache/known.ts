/** The state of a cache: its contents, the list that is being received, and what own writes have made out of date. */

import type { KubeObject } from "../../model/mod.ts";
import { Contents } from "./contents.ts";
import type { Foreign } from "./foreign.ts";
import type { HeldObjects } from "./held_objects.ts";
import { isSameOrOlder, OwnWrites } from "./own_writes.ts";
import { PartialList } from "./partial_list.ts";
import type { CacheChange } from "../types.ts";

/** The state that lists, events and own writes change. */
export class Known<T extends KubeObject> {
  readonly contents: Contents<T>;
  readonly held: HeldObjects<T>;
  /** The list that is not complete yet. */
  readonly incoming: PartialList<T>;
  /** Versions that must stay hidden because an own write has made them out of date. */
  readonly own: OwnWrites;

  constructor(parsed: number, isSelective: boolean, foreign?: Foreign) {
    this.contents = new Contents(parsed, foreign);
    this.held = this.contents.held;
    this.incoming = new PartialList(this.held);
    this.own = new OwnWrites(isSelective);
  }

  /**
   * Whether a version that the watch shows is newer than the known one.
   *
   * @param key The object's key.
   * @param resourceVersion The version.
   * @param uid Returns the object's UID; only called if that is needed.
   */
  isNews(key: string, resourceVersion: string, uid: () => string): boolean {
    const known = this.contents.slots.get(key);
    if (known !== undefined && isSameOrOlder(resourceVersion, this.held.version(known))) return false;
    return !this.own.hides(key, resourceVersion, uid);
  }

  /** The one place where the contents change, except for the initial list. */
  set(key: string, after: number | undefined, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const before = this.contents.slots.get(key);
    changes.push(this.contents.set(key, after, source));
    // The list that is being received may contain the version that is replaced here.
    if (before !== undefined && !this.incoming.takeOver(key, before)) this.held.remove(before);
  }
}
