/** One index of a cache: which keys have a value. */

import type { KubeObject } from "../model/mod.ts";

/** Which values an object is to be found under. */
export type IndexValues<T extends KubeObject> = (object: T) => readonly string[];

const NO_KEYS: ReadonlySet<string> = new Set();

/** Finds the keys of objects by a value that is computed from each. */
export class CacheIndex<T extends KubeObject> {
  readonly #valuesOf: IndexValues<T>;
  readonly #keys = new Map<string, Set<string>>();

  /** @param valuesOf Which values an object is to be found under. */
  constructor(valuesOf: IndexValues<T>) {
    this.#valuesOf = valuesOf;
  }

  /** The keys of the objects that have the value. */
  find(value: string): ReadonlySet<string> {
    return this.#keys.get(value) ?? NO_KEYS;
  }

  /** An object came, changed or went. */
  update(key: string, before: T | undefined, after: T | undefined): void {
    const old = before ? this.#valuesOf(before) : [];
    const values = after ? this.#valuesOf(after) : [];
    for (const value of old) if (!values.includes(value)) this.#remove(value, key);
    for (const value of values) if (!old.includes(value)) this.#add(value, key);
  }

  #add(value: string, key: string): void {
    const keys = this.#keys.get(value);
    if (keys) keys.add(key);
    else this.#keys.set(value, new Set([key]));
  }

  #remove(value: string, key: string): void {
    const keys = this.#keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(value);
  }
}
