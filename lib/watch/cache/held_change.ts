/** Changes whose objects are parsed from text only when they are read. */

import { deepFreeze, type KubeObject, type OwnerReference } from "../../model/mod.ts";
import { TextRef } from "./texts.ts";
import type { CacheChange } from "../types.ts";

/** One version of an object, which stays readable when the cache gets another one. */
export interface HeldVersion<T extends KubeObject> {
  /** The object, or its text. */
  readonly content: T | TextRef;
  /** The owner references, if there are any. */
  readonly owners: readonly OwnerReference[] | undefined;
}

/** The result of a read. */
interface Looked<T extends KubeObject> {
  readonly of: object;
  readonly object: T | undefined;
}

/** Reads the objects of a cache's changes, and remembers the last results. */
export class ChangeReader<T extends KubeObject> {
  /** The kind of the objects; empty before the first one is known. */
  kind = "";
  /** The current object with a key, frozen. */
  readonly get: (key: string) => T | undefined;
  /** The owner references of that object, if there are any. */
  readonly ownersOf: (key: string) => readonly OwnerReference[] | undefined;
  #last: Looked<T> | undefined;
  #lastButOne: Looked<T> | undefined;

  constructor(get: ChangeReader<T>["get"], ownersOf: ChangeReader<T>["ownersOf"]) {
    this.get = get;
    this.ownersOf = ownersOf;
  }

  /** The object of a version, frozen. */
  read(content: T | TextRef): T {
    if (!(content instanceof TextRef)) return deepFreeze(content);
    return this.remember(content, () => deepFreeze(JSON.parse(content.read()) as T))!;
  }

  /**
   * Returns the remembered result for the same version or change, or makes it now. Two results are remembered, for `before` and
   * `after` of a change, as a change is usually read several times. Remembering all would keep whole lists parsed in memory.
   */
  remember(of: object, make: () => T | undefined): T | undefined {
    if (of === this.#last?.of) return this.#last.object;
    if (of === this.#lastButOne?.of) return this.#lastButOne.object;
    const looked = { of, object: make() };
    this.#lastButOne = this.#last;
    this.#last = looked;
    return looked.object;
  }
}

/** A change that knows the kind and the owner references without parsing the objects. */
export abstract class LazyChange<T extends KubeObject> implements CacheChange<T> {
  /** The object's key. */
  readonly key: string;
  /** Reads the objects. */
  protected readonly reader: ChangeReader<T>;

  constructor(reader: ChangeReader<T>, key: string) {
    this.reader = reader;
    this.key = key;
  }

  /** The kind of the object. */
  get kind(): string {
    return this.reader.kind;
  }

  /** Where the change comes from. */
  abstract get source(): CacheChange["source"];
  /** The object before the change. */
  abstract get before(): T | undefined;
  /** The object after the change. */
  abstract get after(): T | undefined;
  /** The owner references before the change, if there are any. */
  abstract get ownersBefore(): readonly OwnerReference[] | undefined;
  /** The owner references after the change, if there are any. */
  abstract get ownersAfter(): readonly OwnerReference[] | undefined;
}

/**
 * An object of the initial list. There may be very many of these at a time, so it is little more than a key. Reading the object
 * returns the current version of the cache, which may include a later own write.
 */
export class ListedChange<T extends KubeObject> extends LazyChange<T> {
  override get source(): "initial" {
    return "initial";
  }

  override get before(): undefined {
    return undefined;
  }

  override get after(): T | undefined {
    return this.reader.remember(this, () => this.reader.get(this.key));
  }

  override get ownersBefore(): undefined {
    return undefined;
  }

  override get ownersAfter(): readonly OwnerReference[] | undefined {
    return this.reader.ownersOf(this.key);
  }
}

/** A change from one held version to another. Versions that nobody reads are neither parsed nor frozen. */
export class HeldChange<T extends KubeObject> extends LazyChange<T> {
  override readonly source: CacheChange["source"];
  readonly #before: HeldVersion<T> | undefined;
  readonly #after: HeldVersion<T> | undefined;

  /**
   * @param reader Reads the objects.
   * @param key The object's key.
   * @param source Where the change comes from.
   * @param before The version before the change.
   * @param after The version after the change.
   */
  constructor(
    reader: ChangeReader<T>,
    key: string,
    source: CacheChange["source"],
    before: HeldVersion<T> | undefined,
    after: HeldVersion<T> | undefined,
  ) {
    super(reader, key);
    this.source = source;
    this.#before = before;
    this.#after = after;
  }

  override get before(): T | undefined {
    return this.#before && this.reader.read(this.#before.content);
  }

  override get after(): T | undefined {
    return this.#after && this.reader.read(this.#after.content);
  }

  override get ownersBefore(): readonly OwnerReference[] | undefined {
    return this.#before?.owners;
  }

  override get ownersAfter(): readonly OwnerReference[] | undefined {
    return this.#after?.owners;
  }
}
