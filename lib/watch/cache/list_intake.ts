/** Puts a list into a cache. Nothing of the list is visible before it is complete. */

import { isOlder, keyOf, type KubeObject } from "../../model/mod.ts";
import type { Known } from "./known.ts";
import { KNOWN } from "./partial_list.ts";
import type { CacheChange } from "../types.ts";

/** The result of a complete list. */
export interface TakenList<T extends KubeObject> {
  readonly changes: readonly CacheChange<T>[];
  /** What was thrown for objects that could not be put into the cache. */
  readonly failures: readonly unknown[];
}

/** Processes one list after another. */
export class ListIntake<T extends KubeObject> {
  readonly #known: Known<T>;
  /** What was thrown for objects of the current list. */
  #failures: unknown[] = [];

  /** @param known The state of the cache. */
  constructor(known: Known<T>) {
    this.#known = known;
  }

  /** Adds a page. */
  receive(objects: readonly T[]): void {
    for (const object of objects) {
      try {
        const key = keyOf(object);
        this.#known.contents.reader.kind ||= object.kind;
        this.#known.incoming.receive(key, object, this.#known.contents.slots.get(key));
      } catch (error) {
        this.#failures.push(error);
      }
    }
  }

  /** Begins a list, and drops what arrived of an incomplete one. */
  begin(): void {
    this.#known.incoming.forget();
    this.#failures = [];
  }

  /**
   * Completes the list.
   *
   * @param resourceVersion The list's resource version.
   * @param history How the list relates to what was known: nothing was known, the history goes on, or the server went
   * back in time.
   */
  end(resourceVersion: string, history: "none" | "goes on" | "set back"): TakenList<T> {
    const listed = this.#known.incoming.complete();
    const failures = this.#failures;
    this.#failures = [];
    if (history === "set back") return { changes: this.#replace(listed), failures };
    if (history === "none" && this.#known.contents.size === 0) return { changes: this.#adopt(listed), failures };
    const source = history === "none" ? "initial" : "relist";
    return { changes: this.#takeList(listed, resourceVersion, source, failures.length === 0), failures };
  }

  #takeList(
    listed: ReadonlyMap<string, number>,
    resourceVersion: string,
    source: "initial" | "relist",
    isWhole: boolean,
  ): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    this.#merge(listed, source, changes);
    // A missing object may be one that could not be put into the cache.
    if (isWhole) this.#dropMissing(listed, resourceVersion, source, changes);
    for (const [key, slot] of listed) {
      if (slot !== KNOWN && this.#known.contents.slots.get(key) !== slot) this.#known.held.remove(slot);
    }
    return changes;
  }

  /**
   * Replaces everything, because the server's history has gone back. No change has both a `before` and an `after` of one UID:
   * they cannot be compared, and a listener that looks for a difference would find none.
   */
  #replace(listed: ReadonlyMap<string, number>): readonly CacheChange<T>[] {
    const { slots } = this.#known.contents;
    const changes: CacheChange<T>[] = [];
    this.#known.own.clear();
    for (const key of slots.keys()) if (!listed.has(key)) this.#known.set(key, undefined, "relist", changes);
    for (const [key, slot] of listed) {
      const before = slots.get(key);
      if (slot === KNOWN) {
        changes.push(this.#known.contents.changeOf(key, undefined, before, "relist"));
        continue;
      }
      const isSame = before !== undefined && this.#known.held.uid(before) === this.#known.held.uid(slot);
      if (isSame) this.#known.set(key, undefined, "relist", changes);
      this.#known.set(key, slot, "relist", changes);
    }
    return changes;
  }

  /** Takes the first list as it is, because nothing else is known. */
  #adopt(listed: Map<string, number>): readonly CacheChange<T>[] {
    for (const [key, slot] of listed) {
      if (!this.#known.own.hides(key, this.#known.held.version(slot), () => this.#known.held.uid(slot))) continue;
      listed.delete(key);
      this.#known.held.remove(slot);
    }
    this.#known.contents.become(listed);
    return this.#known.contents.asListed();
  }

  #merge(listed: ReadonlyMap<string, number>, source: "initial" | "relist", changes: CacheChange<T>[]): void {
    for (const [key, slot] of listed) {
      if (slot !== KNOWN && this.#isListedNews(key, slot)) this.#known.set(key, slot, source, changes);
    }
  }

  /** Removes objects that the list lacks, except those that are newer than the list: this process wrote them. */
  #dropMissing(
    listed: ReadonlyMap<string, number>,
    resourceVersion: string,
    source: "initial" | "relist",
    changes: CacheChange<T>[],
  ): void {
    for (const [key, slot] of this.#known.contents.slots) {
      if (!this.#isSameObject(listed.get(key), slot) && !isOlder(resourceVersion, this.#known.held.version(slot))) {
        this.#known.set(key, undefined, source, changes);
      }
    }
  }

  /**
   * Whether a listed object replaces the known one; also if the version is the same and the content differs, as after
   * an upgrade of the server.
   */
  #isListedNews(key: string, slot: number): boolean {
    const version = this.#known.held.version(slot);
    const uid = () => this.#known.held.uid(slot);
    const known = this.#known.contents.slots.get(key);
    if (known === undefined || this.#known.held.version(known) !== version) {
      return this.#known.isNews(key, version, uid);
    }
    return !this.#known.own.hides(key, version, uid) && !this.#known.held.says(known, this.#known.held.read(slot));
  }

  #isSameObject(listed: number | undefined, slot: number): boolean {
    if (listed === undefined) return false;
    return listed === KNOWN || listed === slot || this.#known.held.uid(listed) === this.#known.held.uid(slot);
  }
}
