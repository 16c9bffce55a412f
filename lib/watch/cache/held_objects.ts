/** The objects that a cache holds, one version each in a slot: as text, or parsed when they were needed lately. */

import { jsonEquals } from "../../kube/mod.ts";
import { deepFreeze, type KubeObject, type OwnerReference } from "../../model/mod.ts";
import type { Foreign } from "./foreign.ts";
import type { HeldVersion } from "./held_change.ts";
import { bytesOfWhole, isReduced, packed, reduce, unpacked } from "../reduced.ts";
import { Texts } from "./texts.ts";

/** A version of which nothing is lost in a number: a whole one, of at most 15 digits, as others may exceed 2^53. */
const PLAIN_VERSION = /^(0|[1-9]\d{0,14})$/;

/** How much a cache holds. */
export interface HeldSize {
  /** How many objects are parsed. */
  readonly parsed: number;
  /** The bytes of the texts, without what is out of date. */
  readonly textBytes: number;
  /** The bytes that are set aside for texts. */
  readonly slabBytes: number;
}

/**
 * Versions of objects, by slot: a small whole number, given out again once its version is let go.
 *
 * What is asked of an object again and again lies beside its text: the resource version, the labels and the owner
 * references.
 *
 * Texts are UTF-8, JSON as `JSON.stringify` writes it: what comes back is the same object, for all that JSON can hold.
 */
export class HeldObjects<T extends KubeObject> {
  readonly #mostParsed: number;
  readonly #texts = new Texts();
  readonly #free: number[] = [];
  readonly #parsed: (T | undefined)[] = [];
  readonly #labels: (Readonly<Record<string, string>> | undefined)[] = [];
  readonly #owners: (readonly OwnerReference[] | undefined)[] = [];
  /** Versions as numbers; -1 for those that are no plain numbers. Far fewer bytes than a string each. */
  #versions = new Float64Array(64);
  readonly #otherVersions = new Map<number, string>();
  /** 1 for what was taken in or read since the hand came by. */
  #touched = new Uint8Array(64);
  /** Where the search for something to be turned into text goes on: the clock algorithm. */
  #hand = 0;
  #parsedCount = 0;

  readonly #foreign: Foreign | undefined;
  /** What the reduced objects are. */
  #like: Pick<T, "apiVersion" | "kind"> | undefined;

  /**
   * @param mostParsed How many objects are kept parsed at most.
   * @param foreign Tells which objects are nobody's, of which not all may be held; `undefined` when all are somebody's.
   */
  constructor(mostParsed: number, foreign?: Foreign) {
    this.#mostParsed = mostParsed;
    this.#foreign = foreign;
  }

  /** How much is held. */
  get held(): HeldSize {
    return { parsed: this.#parsedCount, textBytes: this.#texts.bytes, slabBytes: this.#texts.capacity };
  }

  /**
   * Takes an object that is likely to be read soon. What was not read for long becomes a text in its place.
   *
   * @param object The object.
   * @param instead The slot that it takes the place of.
   * @param isAsked Whether somebody has asked for it, or made it.
   */
  add(object: T, instead?: number, isAsked = false): number {
    if (this.#foreign && !this.#foreign.isOurs(object.metadata)) return this.#addForeign(object, instead, isAsked);
    if (this.#parsedCount >= this.#mostParsed && this.#mostParsed > 0) this.#turnIntoText(this.#chooseParsed());
    return this.#addOurs(object);
  }

  /** Takes one object of a list, which may never be read: while there are few, they stay parsed. @param instead As in `add`. */
  addListed(object: T, instead?: number): number {
    if (this.#foreign && !this.#foreign.isOurs(object.metadata)) return this.#addForeign(object, instead, false);
    return this.#addOurs(object);
  }

  #addOurs(object: T): number {
    const slot = this.#describe(object);
    const kept = withoutManagedFields(object);
    if (this.#parsedCount < this.#mostParsed || !this.#writeText(slot, kept)) this.#keepParsed(slot, kept);
    return slot;
  }

  /** What is nobody's is a text from the beginning, or nothing but its metadata. */
  #addForeign(object: T, instead: number | undefined, isAskedNow: boolean): number {
    const foreign = this.#foreign!;
    const isAsked = isAskedNow || instead !== undefined && foreign.isAsked(instead);
    const kept = withoutManagedFields(object);
    const text = isReduced(object) ? undefined : textOf(kept);
    const bytes = bytesOfWhole(object) ?? text?.length ?? 0;
    const isWhole = !isReduced(object) && (isAsked || foreign.hasRoom(bytes, instead));
    const slot = this.#describe(object);
    if (!isWhole) {
      this.#like ??= { apiVersion: object.apiVersion, kind: object.kind };
      this.#texts.add(slot, packed(object));
    } else if (text !== undefined) this.#texts.add(slot, text);
    else this.#keepParsed(slot, kept);
    foreign.add(slot, !isWhole, isAsked, bytes);
    return slot;
  }

  /** Whether nothing but the metadata of an object is held. */
  isReduced(slot: number): boolean {
    return this.#foreign?.isReduced(slot) === true;
  }

  /** Somebody asks for an object of which nothing but the metadata is held: from its next version on, it is held whole. */
  ask(slot: number): void {
    this.#foreign?.ask(slot);
  }

  /** The whole object of which nothing but the metadata is held, in the same version. */
  complete(slot: number, object: T): void {
    const kept = withoutManagedFields(object);
    this.#texts.delete(slot);
    this.#foreign!.remove(slot);
    const text = textOf(kept);
    if (text === undefined) this.#keepParsed(slot, kept);
    else this.#texts.add(slot, text);
    this.#foreign!.add(slot, false, true, text?.length ?? 0);
  }

  /** Lets a version go. What {@link HeldObjects.refer} gave out stays as it is. */
  remove(slot: number): void {
    this.#foreign?.remove(slot);
    this.#texts.delete(slot);
    if (this.#parsed[slot]) this.#parsedCount -= 1;
    this.#parsed[slot] = undefined;
    this.#labels[slot] = undefined;
    this.#owners[slot] = undefined;
    if (this.#versions[slot] === -1) this.#otherVersions.delete(slot);
    this.#free.push(slot);
  }

  /**
   * The object, frozen. When others are parsed already, it is not kept so: who reads all would have each object live long
   * enough to cost the garbage collector more than the next parsing does.
   */
  read(slot: number): T {
    const parsed = this.#parsed[slot];
    if (parsed) {
      this.#touched[slot] = 1;
      return deepFreeze(parsed);
    }
    const object = deepFreeze(this.#parse(slot));
    if (this.#parsedCount < this.#mostParsed && !this.isReduced(slot)) this.#keepParsed(slot, object);
    return object;
  }

  /**
   * Whether an object says the same as what is held. Cheap for what an API server sends twice; no text is parsed for that. Where
   * nothing but the metadata is there of one of both, nothing else is compared.
   */
  says(slot: number, object: T): boolean {
    if (this.isReduced(slot) || isReduced(object)) return jsonEquals(reduce(this.read(slot), 0), reduce(object, 0));
    const listed = withoutManagedFields(object);
    const parsed = this.#parsed[slot];
    if (parsed) return jsonEquals(parsed, listed);
    const text = this.#texts.read(slot);
    // A list leaves out the kind of its items, an event does not: the same fields may stand in another order.
    return text === textOf(listed) || jsonEquals(JSON.parse(text), listed);
  }

  /** The object's UID. Nobody gets the object, so it is neither frozen nor kept for that. */
  uid(slot: number): string {
    return (this.#parsed[slot] ?? this.#parse(slot)).metadata.uid;
  }

  /** The object's version. */
  version(slot: number): string {
    const version = this.#versions[slot]!;
    return version === -1 ? this.#otherVersions.get(slot)! : String(version);
  }

  /** The object's labels, if it has any. */
  labels(slot: number): Readonly<Record<string, string>> | undefined {
    return this.#labels[slot];
  }

  /** The object's owner references, if it has any. */
  owners(slot: number): readonly OwnerReference[] | undefined {
    return this.#owners[slot];
  }

  /** The object as it is in this version, for later. */
  refer(slot: number): HeldVersion<T> {
    const parsed = this.#parsed[slot] ?? (this.isReduced(slot) ? this.read(slot) : undefined);
    return { content: parsed ?? this.#texts.refer(slot), owners: this.#owners[slot] };
  }

  #describe({ metadata: { resourceVersion, labels, ownerReferences } }: T): number {
    const slot = this.#free.pop() ?? this.#parsed.push(undefined) - 1;
    if (slot >= this.#versions.length) this.#grow();
    const isPlain = PLAIN_VERSION.test(resourceVersion);
    this.#versions[slot] = isPlain ? Number(resourceVersion) : -1;
    if (!isPlain) this.#otherVersions.set(slot, resourceVersion);
    this.#labels[slot] = labels;
    this.#owners[slot] = ownersIn(ownerReferences);
    return slot;
  }

  #parse(slot: number): T {
    const text = this.#texts.read(slot);
    return this.isReduced(slot) ? unpacked<T>(text, this.#like!, this.#foreign!.bytesOf(slot)) : JSON.parse(text) as T;
  }

  #keepParsed(slot: number, object: T): void {
    this.#parsed[slot] = object;
    this.#touched[slot] = 1;
    this.#parsedCount += 1;
  }

  /** What was not read for the longest, about. */
  #chooseParsed(): number {
    for (;; this.#hand = (this.#hand + 1) % this.#parsed.length) {
      if (this.#parsed[this.#hand] === undefined) continue;
      if (this.#touched[this.#hand] === 0) return this.#hand;
      this.#touched[this.#hand] = 0;
    }
  }

  #turnIntoText(slot: number): void {
    // It was frozen when it was made of the text.
    if (!this.#texts.has(slot) && !this.#writeText(slot, this.#parsed[slot]!)) {
      this.#touched[slot] = 1;
      return;
    }
    this.#parsed[slot] = undefined;
    this.#parsedCount -= 1;
  }

  /** An object that is no JSON, as a transform may have made it, stays parsed: it must not keep others from being held. */
  #writeText(slot: number, object: T): boolean {
    const text = textOf(object);
    if (text !== undefined) this.#texts.add(slot, text);
    return text !== undefined;
  }

  #grow(): void {
    const versions = new Float64Array(this.#versions.length * 2);
    const touched = new Uint8Array(versions.length);
    versions.set(this.#versions);
    touched.set(this.#touched);
    this.#versions = versions;
    this.#touched = touched;
  }
}

/** Server-side apply's bookkeeping is often half of an object, and nobody here reads it. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!("managedFields" in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The owner references, if there are any that can be read. */
function ownersIn(references: readonly (OwnerReference | null)[] | undefined): readonly OwnerReference[] | undefined {
  if (!Array.isArray(references) || references.length === 0 || references.includes(null)) return undefined;
  return references as readonly OwnerReference[];
}

/** The text of an object; `undefined` when it has none, as something in it is no JSON. */
function textOf(object: KubeObject): string | undefined {
  try {
    return JSON.stringify(object);
  } catch {
    return undefined;
  }
}
