/** One index of a cache that the user adds: by values that a function computes from each object. */

import type { KubeObject } from "../model/mod.ts";
import { CacheIndex } from "./cache_index.ts";

/** Which values an object is to be found under. */
export type IndexValues<T extends KubeObject> = (object: T) => readonly string[];

/** An index whose values are remembered for each object that has any: when it changes, what it was need not be asked. */
export class ComputedIndex<T extends KubeObject> {
  readonly #index = new CacheIndex();
  readonly #values = new Map<number, readonly string[]>();
  readonly #valuesOf: IndexValues<T>;

  /** @param valuesOf Which values an object is to be found under. Must be pure. */
  constructor(valuesOf: IndexValues<T>) {
    this.#valuesOf = valuesOf;
  }

  /** The slots of the objects that have the value. */
  find(value: string): ReadonlySet<number> {
    return this.#index.find(value);
  }

  /** An object came. */
  add(object: T, slot: number): void {
    const values = this.#valuesOf(object);
    if (values.length === 0) return;
    this.#values.set(slot, [...values]);
    for (const value of values) this.#index.add(value, slot);
  }

  /** An object is let go. */
  remove(slot: number): void {
    for (const value of this.#values.get(slot) ?? []) this.#index.remove(value, slot);
    this.#values.delete(slot);
  }
}
