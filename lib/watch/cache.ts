/** The objects of one kind, as a watch has shown them, with this process's own writes laid over. */

import {
  formatKey,
  isOlder,
  keyOf,
  type KubeObject,
  type LabelSelector,
  matchesSelector,
  type ObjectRef,
  type OwnerReference,
  parseSelector,
} from "../model/mod.ts";
import type { WriteResult } from "../kube/mod.ts";
import { CacheIndex } from "./cache_index.ts";
import { ComputedIndex, type IndexValues } from "./computed_index.ts";
import { ChangeReader, HeldChange, ListedChange } from "./held_change.ts";
import { HeldObjects, type HeldSize } from "./held_objects.ts";
import { isEffectivelyGone, isNotNewer, OwnWrites } from "./own_writes.ts";
import type { CacheChange, WatchBatch, WatchEvent } from "./types.ts";

/** In place of the slot of a listed object: it was known already, in the very version that the list has, and says the same. */
const KNOWN = -1;

/** What a cache keeps. */
export interface ObjectCacheOptions<T extends KubeObject> {
  /**
   * Whether the watch would show an object: own writes of others are not laid over.
   * @default {all objects}
   */
  accepts?: (object: T) => boolean;
  /**
   * How many objects are kept parsed at most. A cache that has no more than these never makes a text; in a larger one what has
   * changed lately is still parsed when its Run comes.
   * @default {10_000}
   */
  parsed?: number;
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
 * - When the server itself has gone back (`restored`), the list that says so replaces everything, and each object of it is a
 *   change, so that all is looked at anew.
 * - Under one name, a new object in the place of a removed one is one change whose `before` and `after` have different UIDs.
 * - Objects are frozen, and hold no `metadata.managedFields`.
 * - An object that nobody looks at costs about what its text does. It is parsed when it is asked for; those that were lately
 *   stay parsed. So the same object may be handed out as another value the next time.
 *
 * ## Caveats
 * - Versions that are no whole numbers cannot be compared; then what comes last is believed.
 * - Objects must be JSON: what a `transform` makes of them, too.
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
  readonly #held: HeldObjects<T>;
  /** Where the objects are held, by key. */
  #slots = new Map<string, number>();
  readonly #own: OwnWrites;
  readonly #reader: ChangeReader<T>;
  readonly #byNamespace = new CacheIndex();
  readonly #byOwner = new CacheIndex();
  readonly #indexes = new Map<string, ComputedIndex<T>>();
  /** Where the objects are held of a list that is not complete yet, or {@link KNOWN}. */
  #incoming = new Map<string, number>();
  #resourceVersion = "";
  #synced = false;

  /**
   * Makes an empty cache.
   *
   * @param options What is kept.
   */
  constructor({ accepts, parsed = 10_000 }: ObjectCacheOptions<T> = {}) {
    this.#accepts = accepts ?? (() => true);
    this.#own = new OwnWrites(accepts !== undefined);
    this.#held = new HeldObjects(parsed);
    this.#reader = new ChangeReader((key) => this.get(key), (key) => this.#ownersOf(key));
  }

  /** How many objects there are. */
  get size(): number {
    return this.#slots.size;
  }

  /** How many of them are parsed, and how many bytes the texts of the others take. */
  get held(): HeldSize {
    return this.#held.held;
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
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#held.read(slot);
  }

  /** All objects that match, in no particular order. */
  list({ namespace, labels }: CacheListOptions = {}): readonly T[] {
    const slots = namespace === undefined ? this.#slots.values() : this.#byNamespace.find(namespace).values();
    if (labels === undefined) return this.#readAll(slots);
    const selector = parseSelector(labels);
    return this.#readAll(slots.filter((slot) => matchesSelector(this.#held.labels(slot), selector)));
  }

  /** All objects that have an owner with this UID. */
  byOwner(uid: string): readonly T[] {
    return this.#readAll(this.#byOwner.find(uid));
  }

  /** All objects as changes, as if they had just been listed for the first time. */
  asListed(): readonly CacheChange<T>[] {
    return Array.from(this.#slots.keys(), (key) => new ListedChange(this.#reader, key));
  }

  /** Adds an index, or replaces the one of that name. The function must be pure: it is called for each version of an object. */
  index(name: string, valuesOf: IndexValues<T>): void {
    const index = new ComputedIndex(valuesOf);
    for (const slot of this.#slots.values()) index.add(this.#held.read(slot), slot);
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
    return this.#readAll(index.find(value));
  }

  /** Takes in what the watch brought. */
  apply(batch: WatchBatch<T>): readonly CacheChange<T>[] {
    switch (batch.type) {
      case "init":
        this.#forgetIncoming();
        return [];
      case "page":
        for (const object of batch.objects) this.#receive(object);
        return [];
      case "synced":
        return this.#applyList(batch.resourceVersion, batch.restored === true);
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

  #readAll(slots: Iterable<number>): T[] {
    return Array.from(slots, (slot) => this.#held.read(slot));
  }

  /** Keeps an object of a list until that is complete. What is known already, nearly all of a later list, needs no keeping. */
  #receive(object: T): void {
    this.#reader.kind ||= object.kind;
    const key = keyOf(object);
    const known = this.#slots.get(key);
    this.#forgetOne(this.#incoming.get(key));
    this.#incoming.set(key, known !== undefined && this.#isKnown(known, object) ? KNOWN : this.#held.addListed(object));
  }

  /** After a restore of the server the same version may say something else, and a list may turn out only later to tell of one. */
  #isKnown(slot: number, object: T): boolean {
    return this.#held.version(slot) === object.metadata.resourceVersion && this.#held.says(slot, object);
  }

  #forgetIncoming(): void {
    for (const slot of this.#incoming.values()) this.#forgetOne(slot);
    this.#incoming = new Map();
  }

  #forgetOne(slot: number | undefined): void {
    if (slot !== undefined && slot !== KNOWN) this.#held.remove(slot);
  }

  #applyList(resourceVersion: string, restored: boolean): readonly CacheChange<T>[] {
    const incoming = this.#incoming;
    this.#incoming = new Map();
    const changes = restored ? this.#replace(incoming) : this.#takeList(incoming, resourceVersion);
    this.#synced = true;
    this.#reach(resourceVersion);
    return changes;
  }

  #takeList(incoming: Map<string, number>, resourceVersion: string): readonly CacheChange<T>[] {
    if (!this.#synced && this.#slots.size === 0) return this.#adopt(incoming);
    return this.#merge(incoming, resourceVersion, this.#synced ? "relist" : "initial");
  }

  /**
   * The server's history has gone back: nothing that was known says anything of what there is. No change has both a `before`
   * and an `after` of one UID, as they cannot be compared, and whoever looks for a difference would find none.
   */
  #replace(incoming: ReadonlyMap<string, number>): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    this.#own.clear();
    for (const key of this.#slots.keys()) {
      if (!incoming.has(key)) this.#set(key, undefined, "relist", changes);
    }
    for (const [key, slot] of incoming) {
      const before = this.#slots.get(key);
      if (slot === KNOWN) {
        changes.push(new HeldChange(this.#reader, key, "relist", undefined, this.#held.refer(before!)));
        continue;
      }
      const isSame = before !== undefined && this.#held.uid(before) === this.#held.uid(slot);
      if (isSame) this.#set(key, undefined, "relist", changes);
      this.#set(key, slot, "relist", changes);
    }
    return changes;
  }

  /** The first list, before anything else is known: it becomes what is held, as it is. */
  #adopt(incoming: Map<string, number>): readonly CacheChange<T>[] {
    for (const [key, slot] of incoming) {
      if (slot !== KNOWN && !this.#own.hides(key, this.#held.version(slot), () => this.#held.uid(slot))) {
        this.#enter(key, slot);
      } else {
        incoming.delete(key);
        this.#forgetOne(slot);
      }
    }
    this.#slots = incoming;
    return this.asListed();
  }

  #merge(
    incoming: ReadonlyMap<string, number>,
    resourceVersion: string,
    source: "initial" | "relist",
  ): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    const outOfDate: number[] = [];
    for (const [key, slot] of incoming) {
      if (slot === KNOWN) continue;
      if (this.#isListedNews(key, slot)) this.#set(key, slot, source, changes);
      else outOfDate.push(slot);
    }
    for (const [key, slot] of this.#slots) {
      // What is newer than the list was written by this process; the list says nothing of it.
      if (!this.#isSameObject(incoming.get(key), slot) && !isOlder(resourceVersion, this.#held.version(slot))) {
        this.#set(key, undefined, source, changes);
      }
    }
    for (const slot of outOfDate) this.#held.remove(slot);
    return changes;
  }

  /** A list is believed, too, when it has the known version with other content: a newer server may fill in more, say. */
  #isListedNews(key: string, slot: number): boolean {
    const version = this.#held.version(slot);
    const uid = () => this.#held.uid(slot);
    const known = this.#slots.get(key);
    if (known === undefined || this.#held.version(known) !== version) return this.#isNews(key, version, uid);
    return !this.#own.hides(key, version, uid) && !this.#held.says(known, this.#held.read(slot));
  }

  #isSameObject(listed: number | undefined, slot: number): boolean {
    if (listed === undefined) return false;
    return listed === KNOWN || listed === slot || this.#held.uid(listed) === this.#held.uid(slot);
  }

  #applyEvents(events: readonly WatchEvent<T>[], resourceVersion: string): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    for (const { type, object } of events) {
      if (type === "DELETED") this.#drop(keyOf(object), object, changes);
      else this.#take(keyOf(object), object, "event", changes);
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
    const { uid, resourceVersion } = object.metadata;
    if (!this.#isNews(key, resourceVersion, () => uid)) return;
    this.#reader.kind ||= object.kind;
    this.#set(key, this.#held.add(object), source, changes);
  }

  #isNews(key: string, resourceVersion: string, uid: () => string): boolean {
    const known = this.#slots.get(key);
    if (known !== undefined && isNotNewer(resourceVersion, this.#held.version(known))) return false;
    return !this.#own.hides(key, resourceVersion, uid);
  }

  /** An object was deleted, or left the selector. What is held may be another one, or a newer version, of our own making. */
  #drop(key: string, { metadata: { uid, resourceVersion } }: T, changes: CacheChange<T>[]): void {
    this.#own.shownGone(uid);
    const slot = this.#slots.get(key);
    if (slot === undefined || this.#held.uid(slot) !== uid) return;
    if (!isOlder(resourceVersion, this.#held.version(slot))) this.#set(key, undefined, "event", changes);
  }

  #layOver(object: T, source: "write" | "live"): readonly CacheChange<T>[] {
    const key = keyOf(object);
    const { uid, resourceVersion } = object.metadata;
    if (isEffectivelyGone(object)) return this.#bury(key, uid, source, resourceVersion);
    // The watch has shown this version and all that came after it, up to where it is.
    if (isNotNewer(resourceVersion, this.#resourceVersion)) return [];
    const changes: CacheChange<T>[] = [];
    if (this.#accepts(object)) {
      this.#take(key, object, source, changes);
    } else {
      this.#own.leave(key, resourceVersion);
      const slot = this.#slots.get(key);
      if (slot !== undefined && isOlder(this.#held.version(slot), resourceVersion)) {
        this.#set(key, undefined, source, changes);
      }
    }
    return changes;
  }

  /** @param last The last version of the object, where it is known. */
  #bury(key: string, uid: string, source: "write" | "live", last?: string): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    const slot = this.#slots.get(key);
    this.#own.bury(uid);
    // There may have been others of that name before it, of which the watch has yet to tell.
    if (last !== undefined) this.#own.leave(key, last);
    if (slot === undefined) return changes;
    const version = this.#held.version(slot);
    if (this.#held.uid(slot) !== uid && !(last !== undefined && isOlder(version, last))) return changes;
    this.#own.leave(key, version);
    this.#set(key, undefined, source, changes);
    return changes;
  }

  #ownersOf(key: string): readonly OwnerReference[] | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#held.owners(slot);
  }

  /** The one place where the content changes, but for the first list. */
  #set(key: string, after: number | undefined, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const before = this.#slots.get(key);
    if (after === undefined) this.#slots.delete(key);
    else this.#slots.set(key, after);
    const refer = (slot: number | undefined) => slot === undefined ? undefined : this.#held.refer(slot);
    changes.push(new HeldChange(this.#reader, key, source, refer(before), refer(after)));
    if (before !== undefined) {
      this.#leave(key, before);
      // A list that is under way may hold the very version that goes.
      if (this.#incoming.get(key) === KNOWN) this.#incoming.set(key, before);
      else this.#held.remove(before);
    }
    if (after !== undefined) this.#enter(key, after);
  }

  #enter(key: string, slot: number): void {
    const namespace = namespaceOf(key);
    if (namespace !== undefined) this.#byNamespace.add(namespace, slot);
    for (const { uid } of this.#held.owners(slot) ?? []) this.#byOwner.add(uid, slot);
    for (const index of this.#indexes.values()) index.add(this.#held.read(slot), slot);
  }

  #leave(key: string, slot: number): void {
    const namespace = namespaceOf(key);
    if (namespace !== undefined) this.#byNamespace.remove(namespace, slot);
    for (const { uid } of this.#held.owners(slot) ?? []) this.#byOwner.remove(uid, slot);
    for (const index of this.#indexes.values()) index.remove(slot);
  }
}

function namespaceOf(key: string): string | undefined {
  const slash = key.indexOf("/");
  return slash < 0 ? undefined : key.slice(0, slash);
}
