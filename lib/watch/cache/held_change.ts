/** Changes whose objects are made out of text when somebody looks at them. */

import { deepFreeze, type KubeObject, type OwnerReference } from "../../model/mod.ts";
import { TextRef } from "./texts.ts";
import type { CacheChange } from "../types.ts";

/** One version of an object, for later: it stays readable when the cache has another one. */
export interface HeldVersion<T extends KubeObject> {
  /** The object, or its text. */
  readonly content: T | TextRef;
  /** Its owner references, if it has any. */
  readonly owners: readonly OwnerReference[] | undefined;
}

/** What was made when somebody looked. */
interface Looked<T extends KubeObject> {
  readonly of: object;
  readonly object: T | undefined;
}

/** What the changes of one cache have in common: the objects, and what was looked at last. */
export class ChangeReader<T extends KubeObject> {
  /** The kind of the objects; empty before the first one is known. */
  kind = "";
  /** The object under a key, as it is known by now, frozen. */
  readonly get: (key: string) => T | undefined;
  /** The owner references of that object, if it has any. */
  readonly ownersOf: (key: string) => readonly OwnerReference[] | undefined;
  #last: Looked<T> | undefined;
  #lastButOne: Looked<T> | undefined;

  /** @param get The object under a key. @param ownersOf Its owner references. */
  constructor(get: ChangeReader<T>["get"], ownersOf: ChangeReader<T>["ownersOf"]) {
    this.get = get;
    this.ownersOf = ownersOf;
  }

  /** The object that was known as this, frozen. */
  read(content: T | TextRef): T {
    if (!(content instanceof TextRef)) return deepFreeze(content);
    return this.remember(content, () => deepFreeze(JSON.parse(content.read()) as T))!;
  }

  /**
   * What was made for the same thing lately, or is made now. Two are remembered, a change's `before` and `after`: who looks at
   * a change does so several times, while to remember all would fill the memory with a list that nobody needs parsed.
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

/** A change that can tell kind and owners without a look at the objects. */
export abstract class LazyChange<T extends KubeObject> implements CacheChange<T> {
  /** Where the object is. */
  readonly key: string;
  /** What makes the objects. */
  protected readonly reader: ChangeReader<T>;

  /** @param reader Makes the objects. @param key Where the object is. */
  constructor(reader: ChangeReader<T>, key: string) {
    this.reader = reader;
    this.key = key;
  }

  /** The kind of the object. */
  get kind(): string {
    return this.reader.kind;
  }

  /** Where the change was learnt. */
  abstract get source(): CacheChange["source"];
  /** The object as it was known. */
  abstract get before(): T | undefined;
  /** The object as it is known now. */
  abstract get after(): T | undefined;
  /** The owner references before, if there are any. */
  abstract get ownersBefore(): readonly OwnerReference[] | undefined;
  /** The owner references now, if there are any. */
  abstract get ownersAfter(): readonly OwnerReference[] | undefined;
}

/**
 * An object of the first list. There may be very many of these at a time, so it is little more than a key: the object is what
 * the cache holds when it is looked at, which is newer if a write was laid over it since.
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

/** A change of what a cache holds. What nobody looks at is neither parsed nor frozen. */
export class HeldChange<T extends KubeObject> extends LazyChange<T> {
  override readonly source: CacheChange["source"];
  readonly #before: HeldVersion<T> | undefined;
  readonly #after: HeldVersion<T> | undefined;

  /**
   * Makes a change.
   *
   * @param reader Makes the objects.
   * @param key Where the object is.
   * @param source Where the change was learnt.
   * @param before The version that was known.
   * @param after The version that is known now.
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
