/** Texts outside of the script engine's heap: bytes in slabs, by slot, which the garbage collector neither copies nor visits. */

/** Bytes of one slab. A slab is mapped as it is filled, and cleaned in one go: small enough not to be noticed. */
const SLAB = 256 * 1024;
/** What precedes each text in its slab: its slot and its length, in bytes, four each. */
const HEADER = 8;
/** Of a full slab, what is out of date at most before the rest is moved elsewhere: one in so many bytes. */
const WASTE = 4;

/** A text as it was, for as long as this is held: slabs are written once, from front to back, and never again. */
export class TextRef {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #length: number;

  /** @param bytes The slab. @param start Where the text begins. @param length How many bytes it has. */
  constructor(bytes: Uint8Array, start: number, length: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#length = length;
  }

  /** The text. */
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
 * Keeps one text for each slot, as UTF-8.
 *
 * A log in slabs: new texts are written at the end of the last slab. A full slab of which enough is out of date is cleaned:
 * what is left of it is written anew, and the slab is let go. So each byte written costs a fixed number of bytes moved.
 */
export class Texts {
  readonly #slabs: (Slab | undefined)[] = [];
  /** Of each slot, the slab times the size of one, and the place in it. One that is larger than that begins at 0. */
  #places = new Float64Array(64);
  /** Of each slot, the length in bytes; 0 for none. */
  #lengths = new Uint32Array(64);
  #last = -1;
  #bytes = 0;

  /** How many bytes the texts have, without what is out of date. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many bytes the slabs have. */
  get capacity(): number {
    return this.#slabs.reduce((sum, slab) => sum + (slab?.bytes.length ?? 0), 0);
  }

  /** Whether a slot has a text. */
  has(slot: number): boolean {
    return slot < this.#lengths.length && this.#lengths[slot]! > 0;
  }

  /** Gives a slot that has none a text, which must not be empty. */
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

  /** The text of a slot, which must have one, for later: also when the slot has another by then. */
  refer(slot: number): TextRef {
    const place = this.#places[slot]!;
    const { bytes } = this.#slabs[Math.floor(place / SLAB)]!;
    return new TextRef(bytes, place % SLAB + HEADER, this.#lengths[slot]!);
  }

  /** Takes the text of a slot away, if it has one. */
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
    // A character is at least one byte: what cannot fit is not tried.
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

  /** The bytes of a text are in the last slab. */
  #place(slot: number, length: number): number {
    const slab = this.#slabs[this.#last]!;
    slab.headers[slab.used / 4] = slot;
    slab.headers[slab.used / 4 + 1] = length;
    this.#places[slot] = this.#last * SLAB + slab.used;
    slab.used += room(length);
    return length;
  }

  /** The last slab, or a new one when the text does not fit. Texts begin within the size of a slab. */
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

  /** Lets a full slab go, if much of it is out of date. What is not is written anew. */
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

/** What a text of that length takes, with its header: headers lie at multiples of four. */
function room(length: number): number {
  return HEADER + Math.ceil(length / 4) * 4;
}
