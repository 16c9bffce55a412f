/** Splits a list, while its bytes arrive, into its items and what is around them. Pure. */

import { AroundItems } from "./around_items.ts";
import { MalformedListError } from "../errors.ts";
import { ItemQueue, type ItemSlice } from "./item_queue.ts";

/** The initial size of the window: as much as may arrive while a slice is parsed. */
const FIRST_WINDOW = 256 * 1024;

/** The maximum size of one item, and of everything around the items, in bytes. etcd accepts objects of 1.5 MiB. */
const LONGEST = 256 * 1024 * 1024;

/** Strings up to this length are skipped without a call. */
const SHORT_TEXT = 24;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const METADATA = new TextEncoder().encode('"metadata":');
const MANAGED_FIELDS = new TextEncoder().encode(',"managedFields":');

/** How many bytes, from the closing bracket on, `#nearEnd` looks at. */
const LOOK_BEHIND = 5;

/** The part of the list to which the next byte belongs. */
type Place = "around" | "before an item" | "after an item" | "after a comma" | "in an item";

/**
 * Takes the bytes of a list, and returns its items as soon as they are complete. It holds only what has arrived and was not
 * taken yet, in one buffer that is reused; never the whole list.
 *
 * It checks the frame only. Whether an item is valid JSON shows when it is parsed.
 */
export class ListScanner {
  /** The bytes. The one at index 0 is never used, so that there is always room for a bracket before the first item. */
  #window: Uint8Array<ArrayBuffer>;
  /** The range of the window that is in use. */
  #start = 1;
  #end = 1;
  /** The next byte to look at. */
  #at = 1;
  #place: Place = "around";
  #depth = 0;
  #inText = false;
  #itemStart = 0;
  /** The item's metadata, counted from the item's start; 0 if not found. */
  #metadataStart = 0;
  #metadataEnd = 0;
  /** The item's `managedFields` with the comma before them, counted from the item's start; 0 if not found. */
  #fieldsStart = 0;
  #fieldsEnd = 0;
  readonly #around = new AroundItems(LONGEST);
  /** The start of the bytes around the items that were not kept yet. */
  #aroundFrom = 1;
  #queue = new ItemQueue();
  #hasItems = false;

  /** @param window The initial size of the window, in bytes. */
  constructor(window: number = FIRST_WINDOW) {
    this.#window = new Uint8Array(window);
  }

  /** How many bytes are held. */
  get held(): number {
    return this.#end - this.#start;
  }

  /** Whether the items have begun, or ended. */
  get hasItems(): boolean {
    return this.#hasItems;
  }

  /** How many bytes of complete items can be taken. */
  get complete(): number {
    return this.#queue.bytes;
  }

  /** The bytes around the items, as far as they have arrived. */
  get around(): Uint8Array {
    return this.#around.bytes;
  }

  /** Begins another list, in the same buffer. */
  reset(): void {
    this.#start =
      this.#end =
      this.#at =
      this.#aroundFrom =
        1;
    this.#place = "around";
    this.#depth = 0;
    this.#inText = false;
    this.#around.reset();
    this.#queue = new ItemQueue();
    this.#hasItems = false;
  }

  /**
   * Adds bytes.
   *
   * @throws {MalformedListError} If an item is not an object, or something is too long.
   */
  push(bytes: Uint8Array): void {
    this.#queue.dropGiven();
    if (this.#end + bytes.length >= this.#window.length) this.#makeRoom(bytes.length);
    this.#window.set(bytes, this.#end);
    this.#end += bytes.length;
    this.#scan();
  }

  /** Takes the next complete items, up to `most` bytes; at least one, if there is one. */
  take(most: number): ItemSlice | undefined {
    return this.#queue.take(this.#window, most);
  }

  /**
   * Ends the list.
   *
   * @throws {MalformedListError} If it was cut off inside the items.
   */
  finish(): void {
    if (this.#place !== "around") throw new MalformedListError("it is cut off in the middle of its items");
    this.#keepAround(this.#end);
  }

  // ---- the window

  /** The first byte that is still needed if there are no complete items. */
  get #needed(): number {
    switch (this.#place) {
      case "in an item":
        return this.#itemStart;
      case "around":
        return this.#aroundFrom;
      default:
        return this.#at;
    }
  }

  /** Drops the bytes before the first item that was not taken, and enlarges the window if that is not enough. */
  #makeRoom(more: number): void {
    this.#start = this.#queue.start ?? this.#needed;
    const held = this.#end - this.#start;
    const needed = held + more + 2;
    if (needed > LONGEST) throw new MalformedListError(`an item is longer than ${LONGEST} bytes`);
    const by = this.#start - 1;
    if (needed <= this.#window.length) this.#window.copyWithin(1, this.#start, this.#end);
    else {
      const larger = new Uint8Array(Math.max(needed, Math.min(this.#window.length * 2, LONGEST)));
      larger.set(this.#window.subarray(this.#start, this.#end), 1);
      this.#window = larger;
    }
    this.#start = 1;
    this.#end -= by;
    this.#at -= by;
    this.#aroundFrom -= by;
    this.#itemStart -= by;
    this.#queue.shift(by);
  }

  // ---- looking

  #scan(): void {
    while (this.#at < this.#end) {
      if (this.#place === "in an item") this.#scanItem();
      else if (this.#place === "around") this.#scanAround();
      else this.#scanBetween();
    }
  }

  /** Keeps the bytes around the items; they are few. */
  #scanAround(): void {
    while (this.#at < this.#end) {
      if (this.#inText) {
        this.#skipText();
        continue;
      }
      const byte = this.#window[this.#at++]!;
      if (byte === QUOTE) this.#inText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.#depth += 1;
        if (byte === OPEN_LIST && this.#depth === 2 && this.#areItemsNext()) {
          this.#keepAround(this.#at);
          this.#place = "before an item";
          this.#hasItems = true;
          return;
        }
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#depth -= 1;
    }
    this.#keepAround(this.#end);
  }

  #areItemsNext(): boolean {
    return this.#around.areItemsNext(this.#window.subarray(this.#aroundFrom, this.#at - 1));
  }

  #keepAround(to: number): void {
    this.#around.keep(this.#window.subarray(this.#aroundFrom, to));
    this.#aroundFrom = to;
  }

  #scanBetween(): void {
    while (this.#at < this.#end) {
      const byte = this.#window[this.#at]!;
      if (byte === OPEN_OBJECT && this.#place !== "after an item") {
        this.#itemStart = this.#at++;
        this.#metadataStart =
          this.#metadataEnd =
          this.#fieldsStart =
          this.#fieldsEnd =
            0;
        this.#depth = 1;
        this.#place = "in an item";
        return;
      }
      if (byte === CLOSE_LIST && this.#place !== "after a comma") {
        this.#place = "around";
        this.#aroundFrom = this.#at;
        // Inside the outermost object and the list of items.
        this.#depth = 2;
        return;
      }
      if (byte === COMMA && this.#place === "after an item") this.#place = "after a comma";
      else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        throw new MalformedListError("among its items is something that is no object");
      }
      this.#at += 1;
    }
  }

  /** The hot loop: every byte of a list passes here, or in `#skipText`. */
  #scanItem(): void {
    const window = this.#window;
    const end = this.#end;
    let at = this.#at;
    let depth = this.#depth;
    for (;;) {
      if (this.#inText) {
        this.#at = at;
        this.#skipText();
        at = this.#at;
      }
      if (at >= end) break;
      const byte = window[at++]!;
      if (byte === QUOTE) {
        // Most strings are short and have no escapes; a call for each would cost too much.
        const near = at + SHORT_TEXT < end ? at + SHORT_TEXT : end;
        let to = at;
        for (let next = window[to]; to < near && next !== QUOTE && next !== BACKSLASH; next = window[++to]);
        if (to < near && window[to] === QUOTE) at = to + 1;
        else this.#inText = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth += 1;
        if (depth < 4 && this.#metadataEnd === 0) at = this.#open(at, depth);
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth < 3 && this.#metadataStart !== 0 && this.#metadataEnd === 0) this.#close(at, depth);
        if (depth > 0) continue;
        this.#place = "after an item";
        this.#addItem(at);
        break;
      }
    }
    this.#at = at;
    this.#depth = depth;
  }

  #addItem(end: number): void {
    const hasFields = this.#metadataEnd !== 0 && this.#fieldsEnd !== 0;
    this.#queue.add({
      start: this.#itemStart,
      end,
      metadataStart: this.#metadataEnd && this.#metadataStart,
      metadataEnd: this.#metadataEnd,
      fieldsStart: hasFields ? this.#fieldsStart : 0,
      fieldsEnd: hasFields ? this.#fieldsEnd : 0,
    });
  }

  /**
   * Called after an opening bracket or brace, which may begin the metadata or `managedFields`. Returns the next byte to
   * look at.
   */
  #open(at: number, depth: number): number {
    if (depth === 2 && this.#metadataStart === 0 && this.#isAfter(METADATA, at - 1)) {
      this.#metadataStart = at - 1 - this.#itemStart;
    } else if (depth === 3 && this.#metadataStart !== 0 && this.#isAfter(MANAGED_FIELDS, at - 1)) {
      this.#fieldsStart = at - 1 - MANAGED_FIELDS.length - this.#itemStart;
      this.#fieldsEnd = 0;
      return this.#nearEnd(at);
    }
    return at;
  }

  /** Called after a closing bracket or brace, which may end the metadata or `managedFields`. */
  #close(at: number, depth: number): void {
    const end = at - this.#itemStart;
    if (depth === 1) this.#metadataEnd = end;
    else if (this.#fieldsStart !== 0 && this.#fieldsEnd === 0) this.#fieldsEnd = end;
  }

  /**
   * Finds the bracket that closes the list that has just begun, without looking at every string in it; returns `start` if
   * that is not possible. It is the first closing bracket if no opening one comes before it, and if `,"a` or `},"a`
   * follows: inside a string, that quote would end the string, and no letter may follow the end of a string.
   */
  #nearEnd(start: number): number {
    const window = this.#window;
    if (window[start - 1] !== OPEN_LIST) return start;
    const end = this.#end - LOOK_BEHIND;
    let at = start;
    for (let byte; at < end && (byte = window[at]) !== CLOSE_LIST; at++) if (byte === OPEN_LIST) return start;
    if (at >= end) return start;
    const comma = window[at + 1] === CLOSE_OBJECT ? at + 2 : at + 1;
    const letter = window[comma + 2]!;
    return window[comma] === COMMA && window[comma + 1] === QUOTE && letter >= 0x61 && letter <= 0x7a ? at : start;
  }

  #isAfter(text: Uint8Array, at: number): boolean {
    const from = at - text.length;
    if (from <= this.#itemStart) return false;
    for (let i = 0; i < text.length; i++) if (this.#window[from + i] !== text[i]) return false;
    return true;
  }

  /**
   * Skips to the end of a string, or of the bytes that have arrived; one byte further if an escape is cut in two. A plain loop,
   * because V8's own search for a byte takes four times as long.
   */
  #skipText(): void {
    const window = this.#window;
    const end = this.#end;
    let at = this.#at;
    while (at < end) {
      const byte = window[at++]!;
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.#inText = false;
        break;
      }
    }
    this.#at = at;
  }
}
