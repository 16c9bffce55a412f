/** How a list is taken into a cache: nothing of it is seen before it is complete. */

import { isOlder, keyOf, type KubeObject } from "../../model/mod.ts";
import type { Known } from "./known.ts";
import { KNOWN } from "./partial_list.ts";
import type { CacheChange } from "../types.ts";

/** A list that was taken in. */
export interface TakenList<T extends KubeObject> {
  readonly changes: readonly CacheChange<T>[];
  /** What was thrown, for each object that could not be. */
  readonly failures: readonly unknown[];
}

/** Takes in one list after the other. */
export class ListIntake<T extends KubeObject> {
  readonly #known: Known<T>;
  /** What was thrown for objects of the list that is not complete yet. */
  #failures: unknown[] = [];

  /** @param known What is known. */
  constructor(known: Known<T>) {
    this.#known = known;
  }

  /** A page of it has come. */
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

  /** A list begins: what came of another one is void. */
  begin(): void {
    this.#known.incoming.forget();
    this.#failures = [];
  }

  /**
   * The list is complete.
   *
   * @param resourceVersion Of which version it is.
   * @param history What is known of what was before: nothing, that it goes on, or that the server went back in time.
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
    // What is missing may be what could not be taken in.
    if (isWhole) this.#dropMissing(listed, resourceVersion, source, changes);
    for (const [key, slot] of listed) {
      if (slot !== KNOWN && this.#known.contents.slots.get(key) !== slot) this.#known.held.remove(slot);
    }
    return changes;
  }

  /**
   * The server's history has gone back: nothing that was known says anything of what there is. No change has both a `before`
   * and an `after` of one UID, as they cannot be compared, and whoever looks for a difference would find none.
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

  /** The first list, before anything else is known: it becomes what is held, as it is. */
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

  /** What is newer than the list was written by this process; the list says nothing of it. */
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

  /** A list is believed, too, when it has the known version with other content: a newer server may fill in more, say. */
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
