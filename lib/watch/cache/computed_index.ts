/** One index of a cache that the user adds: by values that a function computes from each object. */

import { describeObject, type KubeObject, messageOf } from "../../model/mod.ts";
import { CacheIndex } from "./cache_index.ts";

/** Which values an object is to be found under. */
export type IndexValues<T extends KubeObject> = (object: T) => readonly string[];

/**
 * An index whose values are remembered for each object that has any: when it changes, what it was need not be asked.
 *
 * An object for which the function throws harms no other one, and not the cache. But it is not known where it would be found; so
 * while there is one, whoever looks something up is told.
 */
export class ComputedIndex<T extends KubeObject> {
  readonly #index = new CacheIndex();
  readonly #values = new Map<number, readonly string[]>();
  readonly #failures = new Map<number, IndexError>();
  readonly #valuesOf: IndexValues<T>;

  /** @param valuesOf Which values an object is to be found under. Must be pure. */
  constructor(valuesOf: IndexValues<T>) {
    this.#valuesOf = valuesOf;
  }

  /**
   * The slots of the objects that have the value.
   *
   * @throws {IndexError} If the function threw for one of the objects.
   */
  find(value: string): ReadonlySet<number> {
    for (const error of this.#failures.values()) throw error;
    return this.#index.find(value);
  }

  /** An object came. Never throws. */
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

  /** An object is let go. */
  remove(slot: number): void {
    for (const value of this.#values.get(slot) ?? []) this.#index.remove(value, slot);
    this.#values.delete(slot);
    this.#failures.delete(slot);
  }
}

/** The function of an index threw, or returned something else than texts. */
export class IndexError extends Error {
  /** Tells this error from others. */
  override readonly name = "IndexError";

  /**
   * Says what happened.
   *
   * @param object Which object it was given, for people.
   * @param cause What it threw.
   */
  constructor(object: string, cause: unknown) {
    super(`Cannot look anything up as the index's function threw for ${object}: ${messageOf(cause)}`, { cause });
  }
}

function checked(values: readonly string[]): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === "string")) return [...values];
  if ((values as unknown) instanceof Promise) (values as unknown as Promise<unknown>).catch(() => {});
  throw new TypeError("it must return a list of texts");
}
