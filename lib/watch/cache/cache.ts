/** The objects of one kind, as a watch has shown them, with this process's own writes laid over. */

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
 * - An object that cannot be taken in harms no other one.
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
   * @param options What is kept.
   * @throws {RangeError} If `parsed` is less than 0 or no number.
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

  /** How many of them are parsed, and how many bytes the texts of the others take. */
  get held(): HeldSize {
    return this.#known.held.held;
  }

  /** How much is held of objects that are nobody's here; `undefined` when all are somebody's. */
  get foreign(): ForeignSize | undefined {
    return this.#foreign?.size;
  }

  /** How far the watch has come; empty before the first list is complete. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Whether a list was ever complete. Before that, an object that is not here may exist. */
  get synced(): boolean {
    return this.#synced;
  }

  /**
   * Whether an object of a list is to be given whole.
   *
   * @param metadata Its metadata.
   * @param bytes How long it is as JSON.
   *
   * @internal
   */
  wantsWhole(metadata: ObjectMeta, bytes: number): boolean {
    const foreign = this.#foreign;
    if (!foreign || foreign.isOurs(metadata)) return true;
    const slot = this.#known.contents.slots.get(keyOf({ metadata }));
    if (slot === undefined) return foreign.hasRoom(bytes, undefined);
    // Of what is held whole it is compared whether it still says the same.
    if (this.#known.held.version(slot) === metadata.resourceVersion) return !foreign.isReduced(slot);
    return foreign.isAsked(slot) || foreign.hasRoom(bytes, slot);
  }

  /** The object under a key, or `undefined`. Of one that is nobody's here there may be only the metadata. */
  get(key: string): T | undefined {
    return this.#known.contents.get(key);
  }

  /**
   * All objects that match, in no particular order.
   *
   * @throws {SelectorError} If the labels are no selector.
   */
  list(options: CacheListOptions = {}): readonly T[] {
    return this.#known.contents.list(options);
  }

  /** All objects that have an owner with this UID. */
  byOwner(uid: string): readonly T[] {
    return this.#known.contents.byOwner(uid);
  }

  /** All objects as changes, as if they had just been listed for the first time. */
  asListed(): readonly CacheChange<T>[] {
    return this.#known.contents.asListed();
  }

  /**
   * Adds an index, or replaces the one of that name. The function must be pure: it is called for each version of an object.
   *
   * @throws {TypeError} If not all objects are held whole.
   */
  index(name: string, valuesOf: IndexValues<T>): void {
    if (this.#foreign) throw new TypeError(`Cannot add index "${name}" as not all objects are held whole`);
    this.#known.contents.index(name, valuesOf);
  }

  /**
   * All objects that an index has under a value.
   *
   * @throws {RangeError} If there is no such index.
   * @throws {IndexError} If its function threw for one of the objects: then it is not known which there are.
   */
  byIndex(name: string, value: string): readonly T[] {
    const found = this.#known.contents.byIndex(name, value);
    if (!found) throw new RangeError(`Cannot look up "${value}" as there is no such index: current name is "${name}"`);
    return found;
  }

  /**
   * Takes in what the watch brought.
   *
   * @throws {UntakenEventsError} If some events, or objects of a list that is complete, could not be taken in; the others were.
   * All must be listed anew.
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

  /** Takes in what a write of this process did, before the watch shows it. */
  overlay(write: OwnWrite<T>): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    if ("object" in write) this.#layOver(write.object, "write", changes);
    else this.#bury(formatKey(write.gone), write.uid, "write", changes);
    return changes;
  }

  /** Takes in what a live read found, which the watch may not have shown yet. */
  observeLive(read: LiveRead<T>): readonly CacheChange<T>[] {
    const changes: CacheChange<T>[] = [];
    if ("object" in read) this.#layOver(read.object, "live", changes);
    else if (read.uid !== undefined) this.#bury(formatKey(read.gone), read.uid, "live", changes);
    return changes;
  }

  /**
   * Takes in an object that was made by a server that has gone back in time, of which the watch has yet to tell: a version that is
   * compared with what was known would be taken for old news, and the object would be made again.
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

  /** A list that is older than what the watch has shown is of a restored server, too, should the watch not have noticed. */
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
        // What is held has not been touched: what is wrong with an object shows before.
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

  /** Takes an object, unless something newer is known. */
  #take(key: string, object: T, source: CacheChange["source"], changes: CacheChange<T>[]): void {
    const { uid, resourceVersion } = object.metadata;
    if (!this.#known.isNews(key, resourceVersion, () => uid)) return;
    this.#known.contents.reader.kind ||= object.kind;
    const slot = this.#known.held.add(object, this.#known.contents.slots.get(key), source !== "event");
    this.#known.set(key, slot, source, changes);
  }

  /** An object was deleted, or left the selector. What is held may be another one, or a newer version, of our own making. */
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
    // The watch has shown this version and all that came after it, up to where it is.
    if (isSameOrOlder(resourceVersion, this.#resourceVersion)) return;
    if (this.#isAccepted(object)) return this.#take(key, object, source, changes);
    this.#known.own.leave(key, resourceVersion);
    const slot = this.#known.contents.slots.get(key);
    if (slot !== undefined && isOlder(this.#known.held.version(slot), resourceVersion)) {
      this.#known.set(key, undefined, source, changes);
    }
  }

  /** Whether it was the rest of an object of which only the metadata was held. That is no change. */
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
        const message = `Cannot tell whether ${what} is to be held, and hold it, as accepts threw: ${messageOf(cause)}`;
        this.#onError(new Error(message, { cause }));
      }
      this.#acceptsThrew = true;
      return true;
    }
  }

  /** @param last The last version of the object, where it is known. */
  #bury(key: string, uid: string, source: "write" | "live", changes: CacheChange<T>[], last?: string): void {
    const slot = this.#known.contents.slots.get(key);
    this.#known.own.bury(uid);
    // There may have been others of that name before it, of which the watch has yet to tell.
    if (last !== undefined) this.#known.own.leave(key, last);
    if (slot === undefined) return;
    const version = this.#known.held.version(slot);
    if (this.#known.held.uid(slot) !== uid && !(last !== undefined && isOlder(version, last))) return;
    this.#known.own.leave(key, version);
    this.#known.set(key, undefined, source, changes);
  }
}
