/** Keeps account of foreign objects in a cache: which there are, how much of them is held, and which are reduced. */

import type { ObjectMeta } from "../../model/mod.ts";

/** How a cache treats foreign objects: those that no controller of this process claims. */
export interface ForeignOptions {
  /** Whether an object is claimed, and so always held whole. If this throws, the object counts as claimed. */
  readonly isOurs: (metadata: ObjectMeta) => boolean;
  /**
   * How many bytes of JSON of foreign objects are held whole. Further ones are reduced to their metadata until one is
   * requested, which is then held whole.
   * @default {2_097_152}
   */
  readonly room?: number;
}

/** How many foreign objects there are, and how much of them is held. Bytes are those of their JSON. */
export interface ForeignSize {
  /** Objects that are held whole because there was room. */
  readonly whole: number;
  /** The bytes of those. */
  readonly wholeBytes: number;
  /** Objects that are held whole because they were requested. */
  readonly asked: number;
  /** The bytes of those. */
  readonly askedBytes: number;
  /** Objects that are reduced to their metadata. */
  readonly reduced: number;
  /** The bytes that those would have if they were whole. */
  readonly reducedBytes: number;
}

/** The default room for foreign objects, in bytes. */
const ROOM = 2 * 1024 * 1024;

/** Marks of slots. `0`: the object is claimed, or there is none. */
const WHOLE = 1;
const REDUCED = 2;
/** Added to the mark of a foreign object that was requested. */
const ASKED = 4;

/** Keeps account of the foreign objects in the slots of one cache. */
export class Foreign {
  readonly #isOurs: (metadata: ObjectMeta) => boolean;
  readonly #room: number;
  #marks = new Uint8Array(64);
  #bytes = new Uint32Array(64);
  readonly #size = { whole: 0, wholeBytes: 0, asked: 0, askedBytes: 0, reduced: 0, reducedBytes: 0 };

  constructor({ isOurs, room = ROOM }: ForeignOptions) {
    this.#isOurs = isOurs;
    this.#room = room;
  }

  get size(): ForeignSize {
    return { ...this.#size };
  }

  /** Whether an object is claimed. Never throws. */
  isOurs(metadata: ObjectMeta): boolean {
    try {
      return this.#isOurs(metadata);
    } catch {
      return true;
    }
  }

  isReduced(slot: number): boolean {
    return ((this.#marks[slot] ?? 0) & REDUCED) !== 0;
  }

  /** The size of the whole foreign object in a slot, in bytes. */
  bytesOf(slot: number): number {
    return this.#bytes[slot]!;
  }

  isAsked(slot: number): boolean {
    return ((this.#marks[slot] ?? 0) & ASKED) !== 0;
  }

  /** Whether there is room for so many further bytes. @param instead The slot that they would replace. */
  hasRoom(bytes: number, instead: number | undefined): boolean {
    const less = instead !== undefined && this.#marks[instead] === WHOLE ? this.#bytes[instead]! : 0;
    return this.#size.wholeBytes - less + bytes <= this.#room;
  }

  add(slot: number, isReduced: boolean, isAsked: boolean, bytes: number): void {
    if (slot >= this.#marks.length) this.#grow(slot);
    this.#marks[slot] = (isReduced ? REDUCED : WHOLE) + (isAsked ? ASKED : 0);
    this.#bytes[slot] = bytes;
    this.#count(slot, 1);
  }

  /** Forgets a slot: it was released, or gets another object. */
  remove(slot: number): void {
    if (!this.#marks[slot]) return;
    this.#count(slot, -1);
    this.#marks[slot] = 0;
  }

  /** Marks the object in a slot as requested: its next versions are held whole. */
  ask(slot: number): void {
    this.#count(slot, -1);
    this.#marks[slot]! |= ASKED;
    this.#count(slot, 1);
  }

  #count(slot: number, sign: 1 | -1): void {
    const mark = this.#marks[slot]!;
    const what = mark & REDUCED ? "reduced" : mark & ASKED ? "asked" : "whole";
    this.#size[what] += sign;
    this.#size[`${what}Bytes`] += sign * this.#bytes[slot]!;
  }

  #grow(slot: number): void {
    const length = Math.max(slot + 1, this.#marks.length * 2);
    const marks = new Uint8Array(length);
    const bytes = new Uint32Array(length);
    marks.set(this.#marks);
    bytes.set(this.#bytes);
    this.#marks = marks;
    this.#bytes = bytes;
  }
}
