/**
 * The contents of a cache: one version of each object, by key, with indexes. Whether a version is newer is decided elsewhere.
 */

import { type KubeObject, matchesSelector, type OwnerReference, parseSelector } from "../../model/mod.ts";
import type { CacheListOptions } from "./cache_options.ts";
import { CacheIndex } from "./cache_index.ts";
import { ComputedIndex, type IndexValues } from "./computed_index.ts";
import type { Foreign } from "./foreign.ts";
import { ChangeReader, HeldChange, ListedChange } from "./held_change.ts";
import { HeldObjects } from "./held_objects.ts";
import type { CacheChange } from "../types.ts";

/** Objects by key, in slots of a {@link HeldObjects}, with their indexes. */
export class Contents<T extends KubeObject> {
  /** The versions by slot, including those of a list that is not complete yet. */
  readonly held: HeldObjects<T>;
  /** Makes the objects of changes. */
  readonly reader: ChangeReader<T>;
  #slots = new Map<string, number>();
  readonly #byNamespace = new CacheIndex();
  readonly #byOwner = new CacheIndex();
  readonly #indexes = new Map<string, ComputedIndex<T>>();

  constructor(parsed: number, foreign?: Foreign) {
    this.held = new HeldObjects(parsed, foreign);
    this.reader = new ChangeReader((key) => this.get(key), (key) => this.#ownersOf(key));
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The slot of each object, by key. May be iterated while the contents change. */
  get slots(): ReadonlyMap<string, number> {
    return this.#slots;
  }

  get(key: string): T | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.held.read(slot);
  }

  /** All objects that match. @throws {SelectorError} If the label selector is invalid. */
  list({ namespace, labels }: CacheListOptions): readonly T[] {
    const slots = namespace === undefined ? this.#slots.values() : this.#byNamespace.find(namespace).values();
    if (labels === undefined) return this.#readAll(slots);
    const selector = parseSelector(labels);
    return this.#readAll(slots.filter((slot) => matchesSelector(this.held.labels(slot), selector)));
  }

  /** All objects with an owner reference to this UID. */
  byOwner(uid: string): readonly T[] {
    return this.#readAll(this.#byOwner.find(uid));
  }

  /** All objects as changes, as if they had just been listed initially. */
  asListed(): readonly CacheChange<T>[] {
    return Array.from(this.#slots.keys(), (key) => new ListedChange(this.reader, key));
  }

  /** Adds an index, or replaces the one with that name. */
  index(name: string, valuesOf: IndexValues<T>): void {
    const index = new ComputedIndex(valuesOf);
    for (const slot of this.#slots.values()) index.add(this.held.read(slot), slot);
    this.#indexes.set(name, index);
  }

  /** All objects that an index has under a value; `undefined` if there is no such index. */
  byIndex(name: string, value: string): readonly T[] | undefined {
    const index = this.#indexes.get(name);
    return index && this.#readAll(index.find(value));
  }

  /** Fills empty contents with the slots of the initial list. */
  become(slots: Map<string, number>): void {
    for (const [key, slot] of slots) this.#enter(key, slot);
    this.#slots = slots;
  }

  /**
   * Replaces the version under a key, or removes it. The caller must release the slot of the former version.
   *
   * @returns The change.
   */
  set(key: string, after: number | undefined, source: CacheChange["source"]): CacheChange<T> {
    const before = this.#slots.get(key);
    if (after === undefined) this.#slots.delete(key);
    else this.#slots.set(key, after);
    const change = this.changeOf(key, before, after, source);
    if (before !== undefined) this.#leave(key, before);
    if (after !== undefined) this.#enter(key, after);
    return change;
  }

  /** The change from one held version to another. */
  changeOf(
    key: string,
    before: number | undefined,
    after: number | undefined,
    source: CacheChange["source"],
  ): CacheChange<T> {
    const was = before === undefined ? undefined : this.held.refer(before);
    const is = after === undefined ? undefined : this.held.refer(after);
    return new HeldChange(this.reader, key, source, was, is);
  }

  #readAll(slots: Iterable<number>): T[] {
    return Array.from(slots, (slot) => this.held.read(slot));
  }

  #ownersOf(key: string): readonly OwnerReference[] | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.held.owners(slot);
  }

  #enter(key: string, slot: number): void {
    const namespace = namespaceOf(key);
    if (namespace !== undefined) this.#byNamespace.add(namespace, slot);
    const owners = this.held.owners(slot);
    if (owners) { for (const { uid } of owners) this.#byOwner.add(uid, slot); }
    if (this.#indexes.size === 0) return;
    for (const index of this.#indexes.values()) index.add(this.held.read(slot), slot);
  }

  #leave(key: string, slot: number): void {
    const namespace = namespaceOf(key);
    if (namespace !== undefined) this.#byNamespace.remove(namespace, slot);
    const owners = this.held.owners(slot);
    if (owners) { for (const { uid } of owners) this.#byOwner.remove(uid, slot); }
    if (this.#indexes.size === 0) return;
    for (const index of this.#indexes.values()) index.remove(slot);
  }
}

function namespaceOf(key: string): string | undefined {
  const slash = key.indexOf("/");
  return slash < 0 ? undefined : key.slice(0, slash);
}
