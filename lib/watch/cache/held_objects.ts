/** Holds the objects of a cache, one version per slot: parsed if they were needed lately, else as text. */

import { jsonEquals } from "../../kube/mod.ts";
import { deepFreeze, type KubeObject, type OwnerReference } from "../../model/mod.ts";
import type { Foreign } from "./foreign.ts";
import type { HeldVersion } from "./held_change.ts";
import { bytesOfWhole, isReduced, packed, reduce, unpacked } from "../reduced.ts";
import { Texts } from "./texts.ts";

/** A resource version that a number can hold exactly: at most 15 digits, because longer ones may exceed 2^53. */
const PLAIN_VERSION = /^(0|[1-9]\d{0,14})$/;

/** How much a cache holds. */
export interface HeldSize {
  /** How many objects are parsed. */
  readonly parsed: number;
  /** The bytes of the live texts. */
  readonly textBytes: number;
  /** The bytes that are allocated for texts. */
  readonly slabBytes: number;
}

/**
 * Versions of objects by slot. A slot is a small integer that is reused after its version was released.
 *
 * The resource version, the labels and the owner references are kept beside the text, because they are read often.
 *
 * Texts are JSON in UTF-8, as `JSON.stringify` writes it, so an object comes back unchanged if JSON can represent it.
 */
export class HeldObjects<T extends KubeObject> {
  readonly #mostParsed: number;
  readonly #texts = new Texts();
  readonly #free: number[] = [];
  readonly #parsed: (T | undefined)[] = [];
  readonly #labels: (Readonly<Record<string, string>> | undefined)[] = [];
  readonly #owners: (readonly OwnerReference[] | undefined)[] = [];
  /** Resource versions as numbers, which take far less memory than strings; -1 for those that are not plain numbers. */
  #versions = new Float64Array(64);
  readonly #otherVersions = new Map<number, string>();
  /** 1 for slots that were filled or read since the hand passed. */
  #touched = new Uint8Array(64);
  /** The position of the clock algorithm, which chooses the object to turn into text. */
  #hand = 0;
  #parsedCount = 0;

  readonly #foreign: Foreign | undefined;
  /** The kind of the reduced objects. */
  #like: Pick<T, "apiVersion" | "kind"> | undefined;

  /**
   * @param mostParsed The most objects to keep parsed.
   * @param foreign Keeps account of foreign objects, which need not be held whole; without it, no object is foreign.
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
   * Adds an object that is likely to be read soon. If there is no room for it among the parsed ones, one that was not read for
   * long becomes text.
   *
   * @param object The object.
   * @param instead The slot that it replaces.
   * @param isAsked Whether it was requested, or written by this process.
   */
  add(object: T, instead?: number, isAsked = false): number {
    if (this.#foreign && !this.#foreign.isOurs(object.metadata)) return this.#addForeign(object, instead, isAsked);
    if (this.#parsedCount >= this.#mostParsed && this.#mostParsed > 0) this.#turnIntoText(this.#chooseParsed());
    return this.#addOurs(object);
  }

  /** Adds an object of a list, which may never be read: it stays parsed only if there is room. @param instead As in `add`. */
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

  /** A foreign object becomes text at once, or is reduced to its metadata. */
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

  /** Whether only the metadata of the object is held. */
  isReduced(slot: number): boolean {
    return this.#foreign?.isReduced(slot) === true;
  }

  /** Marks a reduced object as requested: its next versions are held whole. */
  ask(slot: number): void {
    this.#foreign?.ask(slot);
  }

  /** Replaces a reduced object by the whole one, of the same version. */
  complete(slot: number, object: T): void {
    const kept = withoutManagedFields(object);
    this.#texts.delete(slot);
    this.#foreign!.remove(slot);
    const text = textOf(kept);
    if (text === undefined) this.#keepParsed(slot, kept);
    else this.#texts.add(slot, text);
    this.#foreign!.add(slot, false, true, text?.length ?? 0);
  }

  /** Releases a version. Results of {@link HeldObjects.refer} stay valid. */
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
   * The object, frozen. If enough others are parsed, it is not kept parsed: otherwise a caller that reads all objects would
   * keep each alive for so long that garbage collection would cost more than parsing it again.
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
   * Whether an object equals the one that is held. Cheap if the API server sends the same twice, because no text is parsed
   * then. If one of the two is reduced, only the metadata is compared.
   */
  says(slot: number, object: T): boolean {
    if (this.isReduced(slot) || isReduced(object)) return jsonEquals(reduce(this.read(slot), 0), reduce(object, 0));
    const listed = withoutManagedFields(object);
    const parsed = this.#parsed[slot];
    if (parsed) return jsonEquals(parsed, listed);
    const text = this.#texts.read(slot);
    // Items of a list lack their kind, objects of events have it, so the same fields may be in another order.
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

  /** A reference to this version of the object, which stays valid when the slot changes. */
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

  /** Chooses a parsed object that was not read for long. */
  #chooseParsed(): number {
    for (;; this.#hand = (this.#hand + 1) % this.#parsed.length) {
      if (this.#parsed[this.#hand] === undefined) continue;
      if (this.#touched[this.#hand] === 0) return this.#hand;
      this.#touched[this.#hand] = 0;
    }
  }

  #turnIntoText(slot: number): void {
    // It still equals its text, because it was frozen when it was parsed.
    if (!this.#texts.has(slot) && !this.#writeText(slot, this.#parsed[slot]!)) {
      this.#touched[slot] = 1;
      return;
    }
    this.#parsed[slot] = undefined;
    this.#parsedCount -= 1;
  }

  /** An object that JSON cannot represent, such as a transform may return, stays parsed; it must not affect others. */
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

/** `managedFields` are often half of an object, and nothing reads them from the cache. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!("managedFields" in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The owner references, if there are any and they are valid. */
function ownersIn(references: readonly (OwnerReference | null)[] | undefined): readonly OwnerReference[] | undefined {
  if (!Array.isArray(references) || references.length === 0 || references.includes(null)) return undefined;
  return references as readonly OwnerReference[];
}

/** The JSON of an object; `undefined` if JSON cannot represent it. */
function textOf(object: KubeObject): string | undefined {
  try {
    return JSON.stringify(object);
  } catch {
    return undefined;
  }
}
