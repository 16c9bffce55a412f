/** The complete items of a list that nobody has taken yet: where they are in the bytes, and what of them is given out. */

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Where an item is in the bytes. */
export interface ItemPlace {
  readonly start: number;
  readonly end: number;
  /** Where its metadata begin and end, counted from the item's start; 0 when they were not found. */
  readonly metadataStart: number;
  readonly metadataEnd: number;
  /** Where the `managedFields` of its metadata begin, with the comma before them, and end; counted as above; 0 for none. */
  readonly fieldsStart: number;
  readonly fieldsEnd: number;
}

/**
 * How many numbers the queue has for each item: those of an {@link ItemPlace}, in that order. One array for all costs
 * least.
 */
const NUMBERS = 6;

/**
 * Some complete items. They are valid until more bytes are pushed, or others are taken.
 *
 * The `managedFields` of an item are left out where the API server writes them, behind another field of its metadata: they are
 * often half of it, nobody here reads them, and parsing them takes twice as long as skipping them.
 */
export interface ItemSlice {
  /** How many there are. */
  readonly count: number;
  /** How many bytes one of them has. */
  lengthOf(at: number): number;
  /** The bytes of one of them. */
  item(at: number): Uint8Array;
  /** The bytes of its metadata. Empty when they are not where the API server writes them. */
  metadata(at: number): Uint8Array;
  /** All items as a JSON array. Bytes that were given out before are not valid any more. */
  together(): Uint8Array;
}

/** Items in the order of the list. */
export class ItemQueue implements ItemSlice {
  #places: number[] = [];
  #window: Uint8Array = new Uint8Array();
  /** How many of the numbers were given out last. */
  #given = 0;

  /** Where the first item begins that was not dropped. */
  get start(): number | undefined {
    return this.#places[0];
  }

  /** How many bytes there are of items that were not given out. */
  get bytes(): number {
    const { length } = this.#places;
    return length > this.#given ? this.#places[length - NUMBERS + 1]! - this.#places[this.#given]! : 0;
  }

  /** Adds an item. */
  add({ start, end, metadataStart, metadataEnd, fieldsStart, fieldsEnd }: ItemPlace): void {
    this.#places.push(start, end, metadataStart, metadataEnd, fieldsStart, fieldsEnd);
  }

  /**
   * Gives the next items out: as many as there are, until they have `most` bytes; at least one, if there is one.
   *
   * @param window The bytes. The one before the first item may be written to, and all up to the end of the last.
   * @param most How many bytes.
   */
  take(window: Uint8Array, most: number): ItemSlice | undefined {
    this.dropGiven();
    const places = this.#places;
    if (places.length === 0) return undefined;
    let given = NUMBERS;
    while (given < places.length && places[given + 1]! - places[0]! <= most) given += NUMBERS;
    this.#given = given;
    this.#window = window;
    return this;
  }

  /** Drops the items that were given out. */
  dropGiven(): void {
    if (this.#given === 0) return;
    this.#places.splice(0, this.#given);
    this.#given = 0;
  }

  /** The bytes were moved to the front by this many. */
  shift(by: number): void {
    for (let i = 0; i < this.#places.length; i += NUMBERS) {
      this.#places[i]! -= by;
      this.#places[i + 1]! -= by;
    }
  }

  get count(): number {
    return this.#given / NUMBERS;
  }

  lengthOf(at: number): number {
    const first = at * NUMBERS;
    const places = this.#places;
    return places[first + 1]! - places[first]! - (places[first + 5]! - places[first + 4]!);
  }

  item(at: number): Uint8Array {
    const start = this.#places[at * NUMBERS]!;
    return this.#window.subarray(start, this.#moveItem(at, start));
  }

  metadata(at: number): Uint8Array {
    const first = at * NUMBERS;
    const places = this.#places;
    const start = places[first]!;
    this.#moveItem(at, start);
    return this.#window.subarray(start + places[first + 2]!, start + places[first + 3]!);
  }

  together(): Uint8Array {
    const window = this.#window;
    const { count } = this;
    const start = this.#places[0]! - 1;
    let to = start;
    for (let at = 0; at < count; at++) {
      // Written over the comma or bracket before the item, or over what was cut from the items before it.
      window[to] = at === 0 ? OPEN_LIST : COMMA;
      to = this.#moveItem(at, to + 1);
    }
    window[to] = CLOSE_LIST;
    return window.subarray(start, to + 1);
  }

  /** Moves an item to the front, or leaves it where it is, and cuts its `managedFields` out. Returns where it ends then. */
  #moveItem(at: number, to: number): number {
    const window = this.#window;
    const places = this.#places;
    const first = at * NUMBERS;
    const start = places[first]!;
    const end = places[first + 1]!;
    const cut = places[first + 4]!;
    const cutEnd = places[first + 5]!;
    if (cutEnd === 0) {
      if (to === start) return end;
      window.copyWithin(to, start, end);
      places[first] = to;
      return places[first + 1] = to + end - start;
    }
    if (to !== start) window.copyWithin(to, start, start + cut);
    window.copyWithin(to + cut, start + cutEnd, end);
    places[first] = to;
    places[first + 3]! -= cutEnd - cut;
    places[first + 4] = places[first + 5] = 0;
    return places[first + 1] = to + end - start - (cutEnd - cut);
  }
}
