/** One view of all caches of a kind: of one namespace, several, or all. */

import { formatKey, type KubeObject, type ResourceKind } from "../../model/mod.ts";
import type { CacheListOptions } from "../cache/mod.ts";
import type { CacheListener, Informer } from "./informer.ts";

/**
 * A view of the watched objects of one kind. Reading it makes no request. Foreign objects may be reduced to their metadata if
 * the scope has a claim: see `isReduced`.
 */
export class CachedKind<T extends KubeObject = KubeObject> {
  /** The kind. */
  readonly kind: ResourceKind<T>;
  /** The informers that keep it up to date: one for all namespaces, or one for each. */
  readonly informers: readonly Informer<T>[];

  /**
   * Combines the caches of several informers.
   *
   * @param kind The kind.
   * @param informers The informers; at least one.
   */
  constructor(kind: ResourceKind<T>, informers: readonly Informer<T>[]) {
    this.kind = kind;
    this.informers = informers;
  }

  /** Whether all objects of the watched namespaces are here: no informer has a label selector. */
  get complete(): boolean {
    return this.informers.every(({ labelSelector }) => labelSelector === undefined);
  }

  /** Whether the initial lists of all informers are complete. Before that, objects may be missing. */
  get synced(): boolean {
    return this.informers.every(({ cache }) => cache.synced);
  }

  /** How many objects there are. */
  get size(): number {
    return this.informers.reduce((size, { cache }) => size + cache.size, 0);
  }

  /** Resolves when the initial lists are complete; rejects if a watch ends before that. */
  async whenSynced(): Promise<void> {
    await Promise.all(this.informers.map(({ synced }) => synced));
  }

  /** Whether a namespace is watched; for `undefined`, whether all namespaces are, or the kind is cluster-scoped. */
  covers(namespace: string | undefined): boolean {
    return this.#informerOf(namespace) !== undefined;
  }

  /**
   * The object with this name, or `undefined` if there is none.
   *
   * @param namespace The namespace; `undefined` for cluster-scoped kinds.
   * @param name The name.
   * @throws {RangeError} If the namespace is not watched, so that nobody knows whether there is an object.
   */
  get(namespace: string | undefined, name: string): T | undefined {
    return this.#at(namespace).cache.get(formatKey({ namespace, name }));
  }

  /** The object with this key; `undefined` if there is none, or its namespace is not watched. */
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
   * @throws {SelectorError} If the label selector is invalid.
   */
  list(options: CacheListOptions = {}): readonly T[] {
    if (options.namespace !== undefined) return this.#at(options.namespace).cache.list(options);
    return this.informers.flatMap(({ cache }) => cache.list(options));
  }

  /** All objects with an owner reference to this UID. */
  byOwner(uid: string): readonly T[] {
    return this.informers.flatMap(({ cache }) => cache.byOwner(uid));
  }

  /**
   * Calls a listener with all present objects, and then with every change.
   *
   * @returns A function that unsubscribes the listener.
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
