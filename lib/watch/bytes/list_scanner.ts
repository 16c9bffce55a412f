/** Cuts a list to pieces as its bytes come: its items, and what stands around them. Pure. */

import { AroundItems } from "./around_items.ts";
import { MalformedListError } from "../errors.ts";
import { ItemQueue, type ItemSlice } from "./item_queue.ts";

/** The first size of the window: what comes while a slice is read. */
const FIRST_WINDOW = 256 * 1024;

/** The longest that one item may be, and what stands around all of them, in bytes. etcd takes 1.5 MiB for an object. */
const LONGEST = 256 * 1024 * 1024;

/** So much of a text is looked at in place. */
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

/** How many bytes behind a list tell that it is over. */
const LOOK_BEHIND = 5;

/** Where in the list the next byte is. */
type Place = "around" | "before an item" | "after an item" | "after a comma" | "in an item";

/**
 * Takes in the bytes of a list, and gives its items as soon as they are complete. What is held at a time is what has come and
 * was not taken, in one buffer that is used again: not the list.
 *
 * Only the frame is checked here. Whoever parses an item finds out whether it is JSON.
 */
export class ListScanner {
  /** The byte before what is held may be written to. */
  #window: Uint8Array<ArrayBuffer>;
  /** Where what is held begins, and ends. */
  #start = 1;
  #end = 1;
  /** Where the next byte is that was not looked at. */
  #at = 1;
  #place: Place = "around";
  #depth = 0;
  #inText = false;
  #itemStart = 0;
  /** Counted from where the item begins; 0 for none. */
  #metadataStart = 0;
  #metadataEnd = 0;
  /** Where `managedFields` begin, with the comma before them, and end. */
  #fieldsStart = 0;
  #fieldsEnd = 0;
  readonly #around = new AroundItems(LONGEST);
  /** Where that begins which stands around the items and was not kept yet. */
  #aroundFrom = 1;
  #queue = new ItemQueue();
  #hasItems = false;

  /** @param window How many bytes are held at first. */
  constructor(window: number = FIRST_WINDOW) {
    this.#window = new Uint8Array(window);
  }

  /** How many bytes are held. */
  get held(): number {
    return this.#end - this.#start;
  }

  /** Whether items have begun, or are over. */
  get hasItems(): boolean {
    return this.#hasItems;
  }

  /** How many bytes of complete items there are to take. */
  get complete(): number {
    return this.#queue.bytes;
  }

  /** What stands around the items, so far. */
  get around(): Uint8Array {
    return this.#around.bytes;
  }

  /** The list is followed by another one, in the same buffer. */
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
   * More bytes have come.
   *
   * @throws {MalformedListError} If there is something else in the list than objects, or something is too long.
   */
  push(bytes: Uint8Array): void {
    this.#queue.dropGiven();
    if (this.#end + bytes.length >= this.#window.length) this.#makeRoom(bytes.length);
    this.#window.set(bytes, this.#end);
    this.#end += bytes.length;
    this.#scan();
  }

  /** The next items: as many as are complete, until they have so many bytes; at least one, if there is one. */
  take(most: number): ItemSlice | undefined {
    return this.#queue.take(this.#window, most);
  }

  /**
   * No more bytes come.
   *
   * @throws {MalformedListError} If they end inside the items.
   */
  finish(): void {
    if (this.#place !== "around") throw new MalformedListError("it is cut off in the middle of its items");
    this.#keepAround(this.#end);
  }

  // ---- the window

  /** Where that begins which is needed besides complete items. */
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

  /** Whatever comes before the first item that was not taken is not needed any more. */
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

  /** What stands around the items is little: it is kept. */
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
        // Of the outermost object and of the items.
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

  /** The hot loop: every byte of a list comes by here, or by the search for the end of a text. */
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
        // Most texts are short, and have no escapes: a call for each would be felt.
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

  /** Something has begun that may be the metadata, or a part of it. Returns what is to be looked at next. */
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

  /** The metadata, or a part of it, has ended. */
  #close(at: number, depth: number): void {
    const end = at - this.#itemStart;
    if (depth === 1) this.#metadataEnd = end;
    else if (this.#fieldsStart !== 0 && this.#fieldsEnd === 0) this.#fieldsEnd = end;
  }

  /**
   * The bracket that closes the list which has just begun, when that can be told without a look at every text in it; else where it
   * began. It can where no other list begins before it, and it is followed by `,"a` or `},"a`: if it stood in a text, the quote
   * would end that text, and no letter may follow.
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
   * To the end of a text, or of what has come. One beyond that when an escape is cut in two. By a plain loop: V8's own search for a
   * byte takes four times as long.
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
