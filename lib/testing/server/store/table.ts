/** The objects of one resource, in order, with the history of their changes. */

import type { ServerObject } from "../values/mod.ts";

/** A change. `before` is the old state, `after` the new one; `last` is the final state of a removed object. */
export interface TableChange {
  readonly revision: number;
  readonly place: string;
  readonly before: ServerObject | undefined;
  readonly after: ServerObject | undefined;
  readonly last: ServerObject | undefined;
}

/** Objects by place, with their recent changes. */
export class Table {
  readonly #objects = new Map<string, ServerObject>();
  readonly #historySize: number;
  #places: string[] = [];
  #history: TableChange[] = [];
  #oldest: number;

  /**
   * @param name Its name. @param since The revision at which it begins. @param historySize How many changes it keeps.
   */
  constructor(readonly name: string, since: number, historySize: number) {
    this.#oldest = since;
    this.#historySize = historySize;
  }

  /** The oldest revision since which all changes are known. */
  get oldest(): number {
    return this.#oldest;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }

  get(place: string): ServerObject | undefined {
    return this.#objects.get(place);
  }

  /** All objects, ordered by place. */
  *objects(): Generator<ServerObject> {
    for (const place of this.#places) yield this.#objects.get(place)!;
  }

  /** The objects as they were at a revision, by place. The revision must not be older than `oldest`. */
  objectsAt(revision: number): Iterable<ServerObject> {
    const since = this.changesSince(revision);
    if (since.length === 0) return this.objects();
    const objects = new Map(this.#objects);
    for (const { place, before } of since.reverse()) {
      if (before) objects.set(place, before);
      else objects.delete(place);
    }
    return [...objects.keys()].sort().map((place) => objects.get(place)!);
  }

  /** The changes after a revision, in order. */
  changesSince(revision: number): TableChange[] {
    let index = this.#history.length;
    while (index > 0 && this.#history[index - 1]!.revision > revision) index--;
    return this.#history.slice(index);
  }

  /** For the store: puts an object. */
  put(place: string, after: ServerObject, revision: number): TableChange {
    const before = this.#objects.get(place);
    this.#objects.set(place, after);
    if (!before) this.#places.splice(this.#indexOf(place), 0, place);
    return this.#remember({ revision, place, before, after, last: undefined });
  }

  /** For the store: removes the object at a place. */
  remove(place: string, last: ServerObject, revision: number): TableChange {
    const before = this.#objects.get(place);
    this.#objects.delete(place);
    this.#places.splice(this.#indexOf(place), 1);
    return this.#remember({ revision, place, before, after: undefined, last });
  }

  /** For the store: forgets the changes up to a revision. */
  compact(revision: number): void {
    this.#oldest = Math.max(this.#oldest, revision);
    this.#history = this.changesSince(revision);
  }

  #remember(change: TableChange): TableChange {
    this.#history.push(change);
    // Lets the history grow by half before cutting it, so that the cost is spread.
    if (this.#history.length > this.#historySize * 1.5) {
      this.compact(this.#history[this.#history.length - this.#historySize - 1]!.revision);
    }
    return change;
  }

  /** The index of a place, or where it would be inserted. */
  #indexOf(place: string): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#places[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
