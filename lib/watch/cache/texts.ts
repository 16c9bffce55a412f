/** Stores strings outside of V8's heap, as bytes in slabs, which the garbage collector neither copies nor visits. */

/** The size of a slab, in bytes: small enough that compacting one is not noticed. */
const SLAB = 256 * 1024;
/** The size of the header before each text, in bytes: its slot and its length, four bytes each. */
const HEADER = 8;
/** A full slab is compacted when more than one in this many bytes is dead. */
const WASTE = 4;

/** A reference to a text that stays valid when the slot gets another text: the bytes of a slab are never overwritten. */
export class TextRef {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #length: number;

  constructor(bytes: Uint8Array, start: number, length: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#length = length;
  }

  read(): string {
    return DECODER.decode(this.#bytes.subarray(this.#start, this.#start + this.#length));
  }
}

interface Slab {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Uint32Array;
  used: number;
  dead: number;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/**
 * Stores one text for each slot, as UTF-8.
 *
 * It is a log in slabs: new texts are appended to the last slab. When enough of a full slab is dead, it is compacted: the live
 * texts are appended again and the slab is freed. So the cost of moving is proportional to the bytes written.
 */
export class Texts {
  readonly #slabs: (Slab | undefined)[] = [];
  /**
   * By slot: the number of the slab times SLAB, plus the offset in it. A text larger than a slab begins at offset 0 of its own.
   */
  #places = new Float64Array(64);
  /** By slot: the length in bytes; 0 for no text. */
  #lengths = new Uint32Array(64);
  #last = -1;
  #bytes = 0;

  /** The size of all live texts, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The size of all slabs, in bytes. */
  get capacity(): number {
    return this.#slabs.reduce((sum, slab) => sum + (slab?.bytes.length ?? 0), 0);
  }

  has(slot: number): boolean {
    return slot < this.#lengths.length && this.#lengths[slot]! > 0;
  }

  /** Stores a text, which must not be empty, in a slot that has none. */
  add(slot: number, text: string): void {
    if (slot >= this.#lengths.length) this.#grow(slot);
    const last = this.#last;
    const length = this.#write(slot, text);
    this.#lengths[slot] = length;
    this.#bytes += length;
    if (last !== this.#last && last >= 0) this.#clean(last);
  }

  /** The text of a slot, which must have one. */
  read(slot: number): string {
    return this.refer(slot).read();
  }

  /** A reference to the text of a slot, which must have one. It stays valid when the slot gets another text. */
  refer(slot: number): TextRef {
    const place = this.#places[slot]!;
    const { bytes } = this.#slabs[Math.floor(place / SLAB)]!;
    return new TextRef(bytes, place % SLAB + HEADER, this.#lengths[slot]!);
  }

  delete(slot: number): void {
    if (!this.has(slot)) return;
    const length = this.#lengths[slot]!;
    const at = Math.floor(this.#places[slot]! / SLAB);
    this.#lengths[slot] = 0;
    this.#bytes -= length;
    this.#slabs[at]!.dead += room(length);
    if (at !== this.#last) this.#clean(at);
  }

  #write(slot: number, text: string): number {
    const slab = this.#slabs[this.#last];
    // Each UTF-16 unit takes at least one byte, so a text that cannot fit is not tried.
    if (slab && slab.used + HEADER + text.length <= SLAB) {
      const { read, written } = ENCODER.encodeInto(text, slab.bytes.subarray(slab.used + HEADER));
      if (read === text.length) return this.#place(slot, written);
    }
    const bytes = ENCODER.encode(text);
    this.#copy(slot, bytes);
    return bytes.length;
  }

  #copy(slot: number, bytes: Uint8Array): void {
    const slab = this.#slabFor(room(bytes.length));
    slab.bytes.set(bytes, slab.used + HEADER);
    this.#place(slot, bytes.length);
  }

  /** Records a text whose bytes have been written into the last slab. */
  #place(slot: number, length: number): number {
    const slab = this.#slabs[this.#last]!;
    slab.headers[slab.used / 4] = slot;
    slab.headers[slab.used / 4 + 1] = length;
    this.#places[slot] = this.#last * SLAB + slab.used;
    slab.used += room(length);
    return length;
  }

  /** The last slab, or a new one if the text does not fit. */
  #slabFor(space: number): Slab {
    const slab = this.#slabs[this.#last];
    if (slab && slab.used + space <= SLAB) return slab;
    const bytes = new Uint8Array(Math.max(SLAB, space));
    const added = { bytes, headers: new Uint32Array(bytes.buffer), used: 0, dead: 0 };
    const free = this.#slabs.indexOf(undefined);
    this.#last = free < 0 ? this.#slabs.length : free;
    this.#slabs[this.#last] = added;
    return added;
  }

  /** Frees a full slab if enough of it is dead. Its live texts are written again elsewhere. */
  #clean(at: number): void {
    const { bytes, headers, used, dead } = this.#slabs[at]!;
    if (dead < used / WASTE) return;
    for (let start = 0; start < used;) {
      const slot = headers[start / 4]!;
      const length = headers[start / 4 + 1]!;
      if (this.has(slot) && this.#places[slot] === at * SLAB + start) {
        this.#copy(slot, bytes.subarray(start + HEADER, start + HEADER + length));
      }
      start += room(length);
    }
    this.#slabs[at] = undefined;
  }

  #grow(slot: number): void {
    const size = Math.max(slot + 1, this.#lengths.length * 2);
    const places = new Float64Array(size);
    const lengths = new Uint32Array(size);
    places.set(this.#places);
    lengths.set(this.#lengths);
    this.#places = places;
    this.#lengths = lengths;
  }
}

/** The room that a text of this length takes with its header; headers are aligned to four bytes. */
function room(length: number): number {
  return HEADER + Math.ceil(length / 4) * 4;
}
