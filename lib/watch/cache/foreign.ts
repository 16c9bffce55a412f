/** Which objects of a cache are nobody's here, how much of them is held, and of which only the metadata is. */

import type { ObjectMeta } from "../../model/mod.ts";

/** How a cache treats objects that are nobody's here. */
export interface ForeignOptions {
  /** Whether an object is somebody's: it is always held whole. When it throws, the object is taken for such. */
  readonly isOurs: (metadata: ObjectMeta) => boolean;
  /**
   * How many bytes of JSON of the others are held whole. Of what exceeds that, only the metadata is held, until somebody asks for
   * it: then it stays.
   * @default {2_097_152}
   */
  readonly room?: number;
}

/** How many objects are nobody's here, and how much of them is held. Bytes are those of their JSON. */
export interface ForeignSize {
  /** Objects that are held whole, as there was room for them. */
  readonly whole: number;
  /** The bytes of those. */
  readonly wholeBytes: number;
  /** Objects that are held whole, as they were asked for. */
  readonly asked: number;
  /** The bytes of those. */
  readonly askedBytes: number;
  /** Objects of which only the metadata is held. */
  readonly reduced: number;
  /** The bytes that those would have. */
  readonly reducedBytes: number;
}

/** How much of an object there is room for. */
const ROOM = 2 * 1024 * 1024;

/** What a slot holds: `0` is somebody's. */
const WHOLE = 1;
const REDUCED = 2;
/** Added to what is nobody's here once somebody has asked for it. */
const ASKED = 4;

/** Keeps account of the slots of one cache. */
export class Foreign {
  readonly #isOurs: (metadata: ObjectMeta) => boolean;
  readonly #room: number;
  #marks = new Uint8Array(64);
  #bytes = new Uint32Array(64);
  readonly #size = { whole: 0, wholeBytes: 0, asked: 0, askedBytes: 0, reduced: 0, reducedBytes: 0 };

  /** @param options How they are treated. */
  constructor({ isOurs, room = ROOM }: ForeignOptions) {
    this.#isOurs = isOurs;
    this.#room = room;
  }

  /** How much there is. */
  get size(): ForeignSize {
    return { ...this.#size };
  }

  /** Whether an object is somebody's. Never throws. */
  isOurs(metadata: ObjectMeta): boolean {
    try {
      return this.#isOurs(metadata);
    } catch {
      return true;
    }
  }

  /** Whether nothing but the metadata is in a slot. */
  isReduced(slot: number): boolean {
    return ((this.#marks[slot] ?? 0) & REDUCED) !== 0;
  }

  /** How many bytes the whole object has that is nobody's. */
  bytesOf(slot: number): number {
    return this.#bytes[slot]!;
  }

  /** Whether what is in a slot is nobody's, and somebody has asked for it. */
  isAsked(slot: number): boolean {
    return ((this.#marks[slot] ?? 0) & ASKED) !== 0;
  }

  /** Whether so many bytes may be held besides those that are. @param instead The slot that they take the place of. */
  hasRoom(bytes: number, instead: number | undefined): boolean {
    const less = instead !== undefined && this.#marks[instead] === WHOLE ? this.#bytes[instead]! : 0;
    return this.#size.wholeBytes - less + bytes <= this.#room;
  }

  /** A slot has something that is nobody's. */
  add(slot: number, isReduced: boolean, isAsked: boolean, bytes: number): void {
    if (slot >= this.#marks.length) this.#grow(slot);
    this.#marks[slot] = (isReduced ? REDUCED : WHOLE) + (isAsked ? ASKED : 0);
    this.#bytes[slot] = bytes;
    this.#count(slot, 1);
  }

  /** A slot is let go, or has something else. */
  remove(slot: number): void {
    if (!this.#marks[slot]) return;
    this.#count(slot, -1);
    this.#marks[slot] = 0;
  }

  /** Somebody asks for what a slot has of: what comes in its place is held whole. */
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
