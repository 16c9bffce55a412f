/** What a cache knows: the versions that it holds, those of a list under way, and what own writes have made out of date. */

import type { KubeObject } from "../../model/mod.ts";
import { Contents } from "./contents.ts";
import type { Foreign } from "./foreign.ts";
import type { HeldObjects } from "./held_objects.ts";
import { isNotNewer, OwnWrites } from "./own_writes.ts";
import { PartialList } from "./partial_list.ts";
import type { CacheChange } from "../types.ts";

/** What lists, events and own writes work on. */
export class Known<T extends KubeObject> {
  /** What is held, by key. */
  readonly contents: Contents<T>;
  /** The versions, by slot. */
  readonly held: HeldObjects<T>;
  /** The list that is not complete yet. */
  readonly incoming: PartialList<T>;
  /** What must stay hidden. */
  readonly own: OwnWrites;

  /**
   * @param parsed How many objects are kept parsed at most.
   * @param isSelective Whether the watch has a selector.
   * @param foreign Tells which are nobody's.
   */
  constructor(parsed: number, isSelective: boolean, foreign?: Foreign) {
    this.contents = new Contents(parsed, foreign);
    this.held = this.contents.held;
    this.incoming = new PartialList(this.held);
    this.own = new OwnWrites(isSelective);
  }

  /**
   * Whether a version that the watch shows is newer than what is known.
   *
   * @param key Where it is.
   * @param resourceVersion Its version.
   * @param uid Tells its UID; not called when that does not matter.
   */
  isNews(key: string, resourceVersion: string, uid: () => string): boolean {
    const known = this.contents.slots.get(key);
    if (known !== undefined && isNotNewer(resourceVersion, this.held.version(known))) return false;
    return !this.own.hides(key, resourceVersion, uid);
  }

  /** The one place where the content changes, but for the first list. */
  set(key: string, after: number | undefined, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const before = this.contents.slots.get(key);
    changes.push(this.contents.set(key, after, source));
    // A list that is under way may hold the very version that goes.
    if (before !== undefined && !this.incoming.takeOver(key, before)) this.held.remove(before);
  }
}
