/** The objects of one kind, as a watch has shown them, with this process's own writes laid over. */

import {
  deepFreeze,
  formatKey,
  isOlder,
  keyOf,
  type KubeObject,
  type LabelSelector,
  matchesSelector,
  type ObjectRef,
  parseSelector,
} from "../model/mod.ts";
import type { WriteResult } from "../kube/mod.ts";
import { CacheIndex, type IndexValues } from "./cache_index.ts";
import { isNotNewer, OwnWrites } from "./own_writes.ts";
import type { CacheChange, WatchBatch, WatchEvent } from "./types.ts";

/** What a cache keeps. */
export interface ObjectCacheOptions<T extends KubeObject> {
  /**
   * Whether the watch would show an object: own writes of others are not laid over.
   * @default {all objects}
   */
  accepts?: (object: T) => boolean;
}

/** Which objects of a cache are meant. */
export interface CacheListOptions {
  /**
   * Only objects in this namespace.
   * @default {all namespaces}
   */
  namespace?: string | undefined;
  /** Only objects whose labels match. */
  labels?: LabelSelector | undefined;
}

/** What a live read found. */
export type LiveRead<T extends KubeObject> =
  /** The object, as the API server holds it. */
  | { readonly object: T }
  /** Nothing. `uid` is the UID of what was thought to be there; when that was nothing either, nothing is learnt. */
  | { readonly gone: ObjectRef; readonly uid: string | undefined };

/**
 * The objects of one kind, by key.
 *
 * ## Guarantees
 * - **It never goes back in time.** An object is only ever replaced by a newer version, wherever that comes from: the watch,
 *   the answer to a write ({@link ObjectCache.overlay}) or a live read ({@link ObjectCache.observeLive}). So a Run never acts on
 *   a view that is older than one it has acted on before.
 * - A list that is not complete is not seen. When it is, what it does not hold is gone, and so is reported.
 * - A version that is known already makes no change: neither the echo of a write, nor an object that a later list repeats.
 * - Under one name, a new object in the place of a removed one is one change whose `before` and `after` have different UIDs.
 * - Objects are frozen, and hold no `metadata.managedFields`.
 *
 * ## Caveats
 * Versions that are no whole numbers cannot be compared; then what comes last is believed.
 *
 * @example Usage
 * ```ts
 * import { type KubeObject, ObjectCache } from "@staircase/operator";
 * import { assertEquals } from "@std/assert";
 *
 * const cache = new ObjectCache<KubeObject>();
 * const metadata = { name: "foo", namespace: "default", uid: "1", resourceVersion: "7", creationTimestamp: "" };
 * cache.apply({ type: "init" });
 * cache.apply({ type: "page", objects: [{ apiVersion: "v1", kind: "Secret", metadata }] });
 * assertEquals(cache.size, 0);
 * cache.apply({ type: "synced", resourceVersion: "9" });
 * assertEquals(cache.get("default/foo")?.metadata.uid, "1");
 * ```
 */
export class ObjectCache<T extends KubeObject = KubeObject> {
  readonly #accepts: (object: T) => boolean;
  readonly #objects = new Map<string, T>();
  readonly #own = new OwnWrites();
  readonly #byNamespace = new CacheIndex<T>(({ metadata }) =>
    metadata.namespace === undefined ? [] : [metadata.namespace]
  );
  readonly #byOwner = new CacheIndex<T>(({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid) ?? []);
  readonly #indexes = new Map<string, CacheIndex<T>>();
  #incoming = new Map<string, T>();
  #resourceVersion = "";
  #synced = false;

  /**
   * Makes an empty cache.
   *
   * @param options What is kept.
   */
  constructor({ accepts = () => true }: ObjectCacheOptions<T> = {}) {
    this.#accepts = accepts;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }

  /** How far the watch has come; empty before the first list is complete. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Whether a list was ever complete. Before that, an object that is not here may exist. */
  get synced(): boolean {
    return this.#synced;
  }

  /** The object under a key, or `undefined`. */
  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  /** All objects that match, in no particular order. */
  list({ namespace, labels }: CacheListOptions = {}): readonly T[] {
    const objects = namespace === undefined ? [...this.#objects.values()] : this.#at(this.#byNamespace.find(namespace));
    if (labels === undefined) return objects;
    const selector = parseSelector(labels);
    return objects.filter((object) => matchesSelector(object.metadata.labels, selector));
  }

  /** All objects that have an owner with this UID. */
  byOwner(uid: string): readonly T[] {
    return this.#at(this.#byOwner.find(uid));
  }

  /** Adds an index, or replaces the one of that name. The function must be pure: it is called for each version of an object. */
  index(name: string, valuesOf: IndexValues<T>): void {
    const index = new CacheIndex(valuesOf);
    for (const [key, object] of this.#objects) index.update(key, undefined, object);
    this.#indexes.set(name, index);
  }

  /**
   * All objects that an index has under a value.
   *
   * @throws {RangeError} If there is no such index.
   */
  byIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new RangeError(`Cannot look up "${value}" as there is no such index: current name is "${name}"`);
    return this.#at(index.find(value));
  }

  /** Takes in what the watch brought. */
  apply(batch: WatchBatch<T>): readonly CacheChange<T>[] {
    switch (batch.type) {
      case "init":
        this.#incoming = new Map();
        return [];
      case "page":
        for (const object of batch.objects) this.#incoming.set(keyOf(object), withoutManagedFields(object));
        return [];
      case "synced":
        return this.#applyList(batch.resourceVersion);
      case "events":
        return this.#applyEvents(batch.events, batch.resourceVersion);
    }
  }

  /** Takes in what a write of this process did, before the watch shows it. A result that is uncertain changes nothing. */
  overlay(result: WriteResult): readonly CacheChange<T>[] {
    switch (result.type) {
      case "stored":
        return this.#layOver(result.object as T, "write");
      case "gone":
        return this.#bury(formatKey(result.ref), result.uid, "write");
      case "uncertain":
        return [];
    }
  }

  /** Takes in what a live read found, which the watch may not have shown yet. */
  observeLive(read: LiveRead<T>): readonly CacheChange<T>[] {
    if ("object" in read) return this.#layOver(read.object, "live");
    return read.uid === undefined ? [] : this.#bury(formatKey(read.gone), read.uid, "live");
  }

  #at(keys: ReadonlySet<string>): T[] {
    const objects: T[] = [];
    for (const key of keys) objects.push(this.#objects.get(key)!);
    return objects;
  }

  #applyList(resourceVersion: string): readonly CacheChange<T>[] {
    const source = this.#synced ? "relist" : "initial";
    const incoming = this.#incoming;
    this.#incoming = new Map();
    const changes: CacheChange<T>[] = [];
    for (const [key, object] of incoming) this.#take(key, object, source, changes);
    for (const [key, held] of this.#objects) {
      // What is newer than the list was written by this process; the list says nothing of it.
      const isListed = incoming.get(key)?.metadata.uid === held.metadata.uid;
      if (!isListed && !isOlder(resourceVersion, held.metadata.resourceVersion)) {
        this.#set(key, undefined, source, changes);
      }
    }
    this.#synced = true;
    this.#reach(resourceVersion);
    return changes;
  }

  #applyEvents(events: readonly WatchEvent<T>[], resourceVersion: string): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    for (const { type, object } of events) {
      if (type === "DELETED") this.#drop(keyOf(object), object, changes);
      else this.#take(keyOf(object), withoutManagedFields(object), "event", changes);
    }
    this.#reach(resourceVersion);
    return changes;
  }

  #reach(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#own.passed(resourceVersion);
  }

  /** Takes an object, unless something newer is known. */
  #take(key: string, object: T, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const held = this.#objects.get(key);
    if (held && isNotNewer(object.metadata.resourceVersion, held.metadata.resourceVersion)) return;
    if (!this.#own.hides(key, object)) this.#set(key, object, source, changes);
  }

  /** An object was deleted, or left the selector. What is held may be a newer one, or a newer version, of our own making. */
  #drop(key: string, { metadata }: T, changes: CacheChange<T>[]): void {
    this.#own.shownGone(metadata.uid);
    const held = this.#objects.get(key)?.metadata;
    if (!held) return;
    const isNews = held.uid === metadata.uid
      ? !isOlder(metadata.resourceVersion, held.resourceVersion)
      : isOlder(held.resourceVersion, metadata.resourceVersion);
    if (isNews) this.#set(key, undefined, "event", changes);
  }

  #layOver(object: T, source: "write" | "live"): readonly CacheChange<T>[] {
    const key = keyOf(object);
    const { uid, resourceVersion } = object.metadata;
    if (isEffectivelyGone(object)) return this.#bury(key, uid, source);
    // The watch has shown this version and all that came after it, up to where it is.
    if (isNotNewer(resourceVersion, this.#resourceVersion)) return [];
    const changes: CacheChange<T>[] = [];
    if (this.#accepts(object)) {
      this.#take(key, withoutManagedFields(object), source, changes);
    } else {
      this.#own.leave(key, resourceVersion);
      const held = this.#objects.get(key);
      if (held && isOlder(held.metadata.resourceVersion, resourceVersion)) this.#set(key, undefined, source, changes);
    }
    return changes;
  }

  #bury(key: string, uid: string, source: "write" | "live"): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    const held = this.#objects.get(key);
    this.#own.bury(uid);
    if (held?.metadata.uid === uid) {
      // There may have been others of that name before it, of which the watch has yet to tell.
      this.#own.leave(key, held.metadata.resourceVersion);
      this.#set(key, undefined, source, changes);
    }
    return changes;
  }

  /** The one place where the content changes. */
  #set(key: string, after: T | undefined, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const before = this.#objects.get(key);
    if (after) this.#objects.set(key, deepFreeze(after));
    else this.#objects.delete(key);
    // Under one key the namespace stays the same.
    if (!before || !after) this.#byNamespace.update(key, before, after);
    this.#byOwner.update(key, before, after);
    for (const index of this.#indexes.values()) index.update(key, before, after);
    changes.push({ key, before, after, source });
  }
}

/** Server-side apply's bookkeeping is often half of an object, and nobody here reads it. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!("managedFields" in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Once the last finalizer and the grace are gone, the API server deletes the object with that very write. */
function isEffectivelyGone({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}
