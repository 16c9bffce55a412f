/** The cache of one kind: the objects that a watch has shown, with this process's own writes overlaid. */

import {
  describeObject,
  formatKey,
  isOlder,
  keyOf,
  type KubeObject,
  messageOf,
  type ObjectMeta,
} from "../../model/mod.ts";
import { shownValue } from "../../time/mod.ts";
import type { IndexValues } from "./computed_index.ts";
import type { CacheListOptions, LiveRead, ObjectCacheOptions, OwnWrite } from "./cache_options.ts";
import { UntakenEventsError } from "../errors.ts";
import type { HeldSize } from "./held_objects.ts";
import { Foreign, type ForeignSize } from "./foreign.ts";
import { Known } from "./known.ts";
import { ListIntake } from "./list_intake.ts";
import { isFullyDeleted, isSameOrOlder } from "./own_writes.ts";
import type { CacheChange, WatchBatch, WatchEvent } from "../types.ts";

/**
 * A cache of the objects of one kind, by key.
 *
 * ## Guarantees
 * Tested by `tests/watch/cache_test.ts` and, with random histories against a model, by `tests/watch/cache_model_test.ts`:
 *
 * - **It never goes back in time.** An object is only replaced by a newer version, whether that comes from the watch, from the
 *   answer to a write ({@link ObjectCache.overlay}) or from a live read ({@link ObjectCache.observeLive}). So a Run never acts
 *   on an older view than an earlier Run.
 * - A list has no effect before it is complete. Then objects that are not in it are reported as gone.
 * - A known version is not a change: neither the echo of a write, nor an object that a later list repeats.
 * - If an object was deleted and another one created with its name, this is one change, with different UIDs in `before` and
 *   `after`.
 * - Objects are frozen, and have no `metadata.managedFields`.
 *
 * Tested by a file of their own:
 *
 * - If the server itself went back in time (`restored`), its list replaces everything, and each object of it is a change
 *   (`tests/watch/restore_test.ts`).
 * - An object that cannot be cached does not affect the others (`tests/watch/cache_careless_test.ts`).
 * - An object that nobody reads takes little more memory than its text (`tests/watch/cache_memory_test.ts`). It is parsed when
 *   it is read, and those that were read or changed last stay parsed. So reading an object twice may return two values.
 *
 * ## Caveats
 * - If versions are not integers, they cannot be compared; then the last one wins.
 * - Objects must be JSON, also after a `transform`.
 *
 * @example Usage
 * ```ts
 * import type { KubeObject } from "@staircase/operator";
 * import { ObjectCache } from "@staircase/operator/watch";
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
  readonly #accepts: ((object: T) => boolean) | undefined;
  readonly #onError: (error: Error) => void;
  readonly #foreign: Foreign | undefined;
  readonly #known: Known<T>;
  readonly #lists: ListIntake<T>;
  #acceptsThrew = false;
  #resourceVersion = "";
  #synced = false;

  /**
   * Makes an empty cache.
   *
   * @param options The options.
   * @throws {RangeError} If `parsed` is negative or not a number.
   */
  constructor({ accepts, parsed = 10_000, foreign, onError = () => {} }: ObjectCacheOptions<T> = {}) {
    this.#accepts = accepts;
    if (typeof parsed !== "number" || !(parsed >= 0)) {
      throw new RangeError(`Cannot keep objects as parsed must be 0 or more: current value is ${shownValue(parsed)}`);
    }
    this.#onError = onError;
    this.#foreign = foreign && new Foreign(foreign);
    this.#known = new Known(parsed, accepts !== undefined, this.#foreign);
    this.#lists = new ListIntake(this.#known);
  }

  /** How many objects there are. */
  get size(): number {
    return this.#known.contents.size;
  }

  /** How many objects are parsed, and how many bytes the texts of the others take. */
  get held(): HeldSize {
    return this.#known.held.held;
  }

  /** How much is held of foreign objects; `undefined` if the cache does not reduce them. */
  get foreign(): ForeignSize | undefined {
    return this.#foreign?.size;
  }

  /** The version that the watch has reached; empty before the initial list is complete. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Whether the initial list is complete. Before that, objects may be missing. */
  get synced(): boolean {
    return this.#synced;
  }

  /**
   * Whether a listed object is wanted whole.
   *
   * @param metadata The object's metadata.
   * @param bytes The size of the object as JSON.
   *
   * @internal
   */
  wantsWhole(metadata: ObjectMeta, bytes: number): boolean {
    const foreign = this.#foreign;
    if (!foreign || foreign.isOurs(metadata)) return true;
    const slot = this.#known.contents.slots.get(keyOf({ metadata }));
    if (slot === undefined) return foreign.hasRoom(bytes, undefined);
    // If the held version is whole, the contents are compared.
    if (this.#known.held.version(slot) === metadata.resourceVersion) return !foreign.isReduced(slot);
    return foreign.isAsked(slot) || foreign.hasRoom(bytes, slot);
  }

  /** The object with a key, or `undefined`. A foreign one may be reduced to its metadata. */
  get(key: string): T | undefined {
    return this.#known.contents.get(key);
  }

  /**
   * All objects that match, in no particular order.
   *
   * @throws {SelectorError} If the label selector is invalid.
   */
  list(options: CacheListOptions = {}): readonly T[] {
    return this.#known.contents.list(options);
  }

  /** All objects with an owner reference to this UID. */
  byOwner(uid: string): readonly T[] {
    return this.#known.contents.byOwner(uid);
  }

  /** All objects as changes, as if they had just been listed initially. */
  asListed(): readonly CacheChange<T>[] {
    return this.#known.contents.asListed();
  }

  /**
   * Adds an index, or replaces the one with that name. The function must be pure; it is called for each version of an object.
   *
   * @throws {TypeError} If the cache reduces foreign objects.
   */
  index(name: string, valuesOf: IndexValues<T>): void {
    if (this.#foreign) throw new TypeError(`Cannot add index "${name}" as not all objects are held whole`);
    this.#known.contents.index(name, valuesOf);
  }

  /**
   * All objects that an index has under a value.
   *
   * @throws {RangeError} If there is no such index.
   * @throws {IndexError} If its function threw for any object, so that nobody knows which objects have the value.
   */
  byIndex(name: string, value: string): readonly T[] {
    const found = this.#known.contents.byIndex(name, value);
    if (!found) throw new RangeError(`Cannot look up "${value}" as there is no such index: current name is "${name}"`);
    return found;
  }

  /**
   * Applies a batch of the watch.
   *
   * @throws {UntakenEventsError} If some events, or objects of a complete list, could not be cached; the others were.
   * Everything must then be listed again.
   */
  apply(batch: WatchBatch<T>): readonly CacheChange<T>[] {
    switch (batch.type) {
      case "init":
        this.#lists.begin();
        return [];
      case "page":
        this.#lists.receive(batch.objects);
        return [];
      case "synced":
        return this.#applyList(batch.resourceVersion, batch.restored === true);
      case "events":
        return this.#applyEvents(batch.events, batch.resourceVersion);
    }
  }

  /** Overlays the result of an own write, before the watch shows it. */
  overlay(write: OwnWrite<T>): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    if ("object" in write) this.#layOver(write.object, "write", changes);
    else this.#bury(formatKey(write.gone), write.uid, "write", changes);
    return changes;
  }

  /** Overlays the result of a live read, which the watch may not have shown yet. */
  observeLive(read: LiveRead<T>): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    if ("object" in read) this.#layOver(read.object, "live", changes);
    else if (read.uid !== undefined) this.#bury(formatKey(read.gone), read.uid, "live", changes);
    return changes;
  }

  /**
   * Adds an object that was created after the server went back in time, before the watch has noticed that. By a comparison of
   * versions it would count as old, and would be created again.
   *
   * @internal
   */
  insert(object: T): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    if (this.#isAccepted(object)) {
      this.#known.set(keyOf(object), this.#known.held.add(object, undefined, true), "write", changes);
    }
    return changes;
  }

  // ---- lists and events

  /** A list older than the watch's version is that of a restored server, too, even if the watch has not noticed. */
  #applyList(resourceVersion: string, restored: boolean): readonly CacheChange<T>[] {
    const isSetBack = restored || isOlder(resourceVersion, this.#resourceVersion);
    const history = isSetBack ? "set back" : this.#synced ? "goes on" : "none";
    const { changes, failures } = this.#lists.end(resourceVersion, history);
    this.#synced = true;
    this.#reach(resourceVersion);
    if (failures.length > 0) throw new UntakenEventsError(changes, failures);
    return changes;
  }

  #applyEvents(events: readonly WatchEvent<T>[], resourceVersion: string): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    const failures: unknown[] = [];
    for (const { type, object } of events) {
      try {
        if (type === "DELETED") this.#drop(keyOf(object), object, changes);
        else this.#take(keyOf(object), object, "event", changes);
      } catch (error) {
        // The contents have not changed: an object that is malformed throws before that.
        failures.push(error);
      }
    }
    this.#reach(resourceVersion);
    if (failures.length > 0) throw new UntakenEventsError(changes, failures);
    return changes;
  }

  #reach(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#known.own.passed(resourceVersion);
  }

  /** Caches an object, unless a newer version is known. */
  #take(key: string, object: T, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const { uid, resourceVersion } = object.metadata;
    if (!this.#known.isNews(key, resourceVersion, () => uid)) return;
    this.#known.contents.reader.kind ||= object.kind;
    const slot = this.#known.held.add(object, this.#known.contents.slots.get(key), source !== "event");
    this.#known.set(key, slot, source, changes);
  }

  /** Removes an object that was deleted or no longer matches, unless another object or a newer own write is held. */
  #drop(key: string, { metadata: { uid, resourceVersion } }: T, changes: CacheChange<T>[]): void {
    this.#known.own.shownGone(uid);
    const slot = this.#known.contents.slots.get(key);
    if (slot === undefined || this.#known.held.uid(slot) !== uid) return;
    if (!isOlder(resourceVersion, this.#known.held.version(slot))) this.#known.set(key, undefined, "event", changes);
  }

  // ---- own writes and live reads

  #layOver(object: T, source: "write" | "live", changes: CacheChange<T>[]): void {
    const key = keyOf(object);
    const { uid, resourceVersion } = object.metadata;
    if (isFullyDeleted(object)) return this.#bury(key, uid, source, changes, resourceVersion);
    if (this.#foreign && this.#completes(key, object)) return;
    // The watch has already passed this version.
    if (isSameOrOlder(resourceVersion, this.#resourceVersion)) return;
    if (this.#isAccepted(object)) return this.#take(key, object, source, changes);
    this.#known.own.leave(key, resourceVersion);
    const slot = this.#known.contents.slots.get(key);
    if (slot !== undefined && isOlder(this.#known.held.version(slot), resourceVersion)) {
      this.#known.set(key, undefined, source, changes);
    }
  }

  /** Whether the object completes a reduced one of the same version, which is not a change. */
  #completes(key: string, object: T): boolean {
    const { contents: { slots }, held } = this.#known;
    const slot = slots.get(key);
    if (slot === undefined || !held.isReduced(slot)) return false;
    const { uid, resourceVersion } = object.metadata;
    const isSame = held.version(slot) === resourceVersion && held.uid(slot) === uid;
    if (isSame) held.complete(slot, object);
    else held.ask(slot);
    return isSame;
  }

  #isAccepted(object: T): boolean {
    try {
      return this.#accepts?.(object) ?? true;
    } catch (cause) {
      if (!this.#acceptsThrew) {
        const what = describeObject(object, object.metadata);
        const message = `Cannot tell whether ${what} matches the selector, and keep it, as accepts threw: ${
          messageOf(cause)
        }`;
        this.#onError(new Error(message, { cause }));
      }
      this.#acceptsThrew = true;
      return true;
    }
  }

  /** Removes an object and remembers its UID. @param last The object's last version, if it is known. */
  #bury(key: string, uid: string, source: "write" | "live", changes: CacheChange<T>[], last?: string): void {
    const slot = this.#known.contents.slots.get(key);
    this.#known.own.bury(uid);
    // The watch may still show earlier objects with this name.
    if (last !== undefined) this.#known.own.leave(key, last);
    if (slot === undefined) return;
    const version = this.#known.held.version(slot);
    if (this.#known.held.uid(slot) !== uid && !(last !== undefined && isOlder(version, last))) return;
    this.#known.own.leave(key, version);
    this.#known.set(key, undefined, source, changes);
  }
}
