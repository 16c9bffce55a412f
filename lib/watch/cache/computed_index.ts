/** An index of a cache by values that a user's function computes from each object. */

import { describeObject, type KubeObject, messageOf } from "../../model/mod.ts";
import { CacheIndex } from "./cache_index.ts";

/** Computes the values under which an object is found. */
export type IndexValues<T extends KubeObject> = (object: T) => readonly string[];

/**
 * An index that remembers the values of each object, so that the function need not be called again for the old object of a
 * change.
 *
 * If the function throws for an object, the cache and the other objects are not affected. But nobody knows under which values
 * the object belongs, so each lookup throws as long as there is such an object (tested by
 * `tests/watch/index_failures_test.ts`).
 */
export class ComputedIndex<T extends KubeObject> {
  readonly #index = new CacheIndex();
  readonly #values = new Map<number, readonly string[]>();
  readonly #failures = new Map<number, IndexError>();
  readonly #valuesOf: IndexValues<T>;

  /** @param valuesOf Computes the values of an object. Must be pure. */
  constructor(valuesOf: IndexValues<T>) {
    this.#valuesOf = valuesOf;
  }

  /**
   * The slots of the objects with this value.
   *
   * @throws {IndexError} If the function threw for any object.
   */
  find(value: string): ReadonlySet<number> {
    for (const error of this.#failures.values()) throw error;
    return this.#index.find(value);
  }

  /** Adds an object. Never throws. */
  add(object: T, slot: number): void {
    try {
      const values = checked(this.#valuesOf(object));
      if (values.length === 0) return;
      this.#values.set(slot, values);
      for (const value of values) this.#index.add(value, slot);
    } catch (cause) {
      this.#failures.set(slot, new IndexError(describeObject(object, object.metadata), cause));
    }
  }

  remove(slot: number): void {
    for (const value of this.#values.get(slot) ?? []) this.#index.remove(value, slot);
    this.#values.delete(slot);
    this.#failures.delete(slot);
  }
}

/** The function of an index threw, or did not return a list of strings. */
export class IndexError extends Error {
  /** The error's name. */
  override readonly name = "IndexError";

  /**
   * Made by lookups in an index.
   *
   * @param object The object that the function was called with: `Secret default/foo`.
   * @param cause What it threw.
   */
  constructor(object: string, cause: unknown) {
    super(`Cannot use the index as its function threw for ${object}: ${messageOf(cause)}`, { cause });
  }
}

function checked(values: readonly string[]): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === "string")) return [...values];
  if ((values as unknown) instanceof Promise) (values as unknown as Promise<unknown>).catch(() => {});
  throw new TypeError("it must return a list of texts");
}
