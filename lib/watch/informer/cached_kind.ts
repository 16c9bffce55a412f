/** One kind, as the caches hold it: in one namespace, in several or in all. */

import { formatKey, type KubeObject, type ResourceKind } from "../../model/mod.ts";
import type { CacheListOptions } from "../cache/mod.ts";
import type { CacheListener, Informer } from "./informer.ts";

/**
 * A view of the objects of one kind that are watched. Reading it asks nobody. Of an object that is nobody's here there may be
 * no more than the metadata, where that was agreed to: see `isReduced`.
 */
export class CachedKind<T extends KubeObject = KubeObject> {
  /** The kind. */
  readonly kind: ResourceKind<T>;
  /** What keeps it up to date: one for all namespaces, or one for each. */
  readonly informers: readonly Informer<T>[];

  /**
   * Puts together what several informers hold.
   *
   * @param kind The kind.
   * @param informers What keeps it up to date; at least one.
   */
  constructor(kind: ResourceKind<T>, informers: readonly Informer<T>[]) {
    this.kind = kind;
    this.informers = informers;
  }

  /** Whether all objects of the namespaces that are covered are here, and not only those that a selector lets pass. */
  get complete(): boolean {
    return this.informers.every(({ labelSelector }) => labelSelector === undefined);
  }

  /** Whether everything has been listed once. Before that, an object that is not here may exist. */
  get synced(): boolean {
    return this.informers.every(({ cache }) => cache.synced);
  }

  /** How many objects there are. */
  get size(): number {
    return this.informers.reduce((size, { cache }) => size + cache.size, 0);
  }

  /** Resolves when everything has been listed once; rejects when a watch ends before. */
  async whenSynced(): Promise<void> {
    await Promise.all(this.informers.map(({ synced }) => synced));
  }

  /** Whether the objects of a namespace are watched; of all namespaces and of none, for `undefined`. */
  covers(namespace: string | undefined): boolean {
    return this.#informerOf(namespace) !== undefined;
  }

  /**
   * One object, or `undefined` when there is none.
   *
   * @param namespace `undefined` for cluster-scoped kinds.
   * @param name The name.
   * @throws {RangeError} If the namespace is not watched: it is not known whether there is one.
   */
  get(namespace: string | undefined, name: string): T | undefined {
    return this.#at(namespace).cache.get(formatKey({ namespace, name }));
  }

  /** One object by its key; `undefined` when there is none, or its namespace is not watched. */
  find(key: string): T | undefined {
    for (const { cache } of this.informers) {
      const found = cache.get(key);
      if (found) return found;
    }
    return undefined;
  }

  /**
   * All objects that match, in no particular order.
   *
   * @throws {RangeError} If a namespace is given that is not watched.
   * @throws {SelectorError} If the labels are no selector.
   */
  list(options: CacheListOptions = {}): readonly T[] {
    if (options.namespace !== undefined) return this.#at(options.namespace).cache.list(options);
    return this.informers.flatMap(({ cache }) => cache.list(options));
  }

  /** All objects that have an owner with this UID. */
  byOwner(uid: string): readonly T[] {
    return this.informers.flatMap(({ cache }) => cache.byOwner(uid));
  }

  /**
   * Tells a listener of every change, and first of what is there already.
   *
   * @returns Ends it.
   */
  subscribe(listener: CacheListener<T>): () => void {
    const ends = this.informers.map((informer) => informer.subscribe(listener));
    return () => ends.forEach((end) => end());
  }

  #informerOf(namespace: string | undefined): Informer<T> | undefined {
    for (const informer of this.informers) {
      if (informer.namespace === undefined || informer.namespace === namespace) return informer;
    }
    return undefined;
  }

  #at(namespace: string | undefined): Informer<T> {
    const informer = this.#informerOf(namespace);
    if (informer) return informer;
    throw new RangeError(
      `Cannot read ${this.kind.kind} as its namespace is not watched: current value is ${
        namespace === undefined ? "no namespace" : `"${namespace}"`
      }`,
    );
  }
}
