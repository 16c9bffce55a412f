/** Reads the body of an answer: by its length, in chunks, or until the connection ends. */

import { checkTrailers, type Framing, headEnd } from "./answer_head.ts";
import { brokenBy, closedEarly, malformed, WireError } from "./errors.ts";
import type { Inflow } from "./inflow.ts";
import type { Limits } from "./limits.ts";

/** Which part of a chunked body comes next. */
type At = "size" | "data" | "after data" | "trailers";

/** The longest line with a chunk's size, in bytes; extensions, which nobody uses, count. */
const LONGEST_SIZE_LINE = 4_096;

/** The first buffer for a body of unknown length that comes in several pieces, in bytes. */
const FIRST_ROOM = 64 * 1024;

/** The largest buffer that is allocated because the previous body was as long, in bytes. */
const MOST_ROOM = 4 * 1024 * 1024;

const decoder = new TextDecoder();

const CR = 0x0d;
const LF = 0x0a;

/** Reads one body from a connection, to its end and no further. */
export class Body {
  readonly #inflow: Inflow;
  readonly #framing: Framing;
  readonly #limits: Pick<Limits, "head" | "body">;
  #at: At = "size";
  /** How many bytes are left of the body, or of the current chunk. */
  #left: number;
  #isDone: boolean;
  /** How many bytes of the trailers have been searched for their end. */
  #scanned = 0;

  constructor(inflow: Inflow, framing: Framing, limits: Pick<Limits, "head" | "body">) {
    this.#inflow = inflow;
    this.#framing = framing;
    this.#limits = limits;
    this.#left = framing.type === "length" ? framing.length : 0;
    this.#isDone = framing.type === "none" || framing.type === "length" && framing.length === 0;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Waits for the next bytes; `undefined` at the end. They are valid until the next call.
   *
   * @throws {WireError} If the connection ends too early, or the framing is malformed.
   */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#take();
      if (piece || this.#isDone) return piece;
      await this.#more();
    }
  }

  /**
   * The next bytes that have already arrived, or `undefined`. Valid until the next call. @throws {WireError} As {@link next}.
   */
  here(): Uint8Array | undefined {
    return this.#take();
  }

  /**
   * Waits for the next bytes and copies them into a buffer of the caller.
   *
   * @returns How many bytes; 0 at the end.
   * @throws {WireError} As {@link next}.
   */
  async readInto(target: Uint8Array): Promise<number> {
    for (;;) {
      const piece = this.#take(target.length);
      if (piece) target.set(piece);
      if (piece || this.#isDone) return piece?.length ?? 0;
      await this.#more();
    }
  }

  /**
   * The whole body, in a buffer of its own.
   *
   * @throws {WireError} As {@link next}, and if the body is longer than the limit.
   */
  async all(): Promise<Uint8Array<ArrayBuffer>> {
    const { type } = this.#framing;
    return type === "length" && this.#left > 0 ? await this.#allOfLength(this.#left) : await this.#allOfUnknownLength();
  }

  /** The whole body as a string, if it has a length and has arrived completely; otherwise nothing is read. */
  textIfThere(): string | undefined {
    const inflow = this.#inflow;
    const { buffer, start, available } = inflow;
    const length = this.#left;
    if (this.#framing.type !== "length" || this.#isDone || available < length || length > this.#limits.body) {
      return undefined;
    }
    inflow.start = start + length;
    this.#left = 0;
    this.#isDone = true;
    return decoder.decode(buffer.subarray(start, start + length));
  }

  async #allOfLength(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (length > this.#limits.body) throw this.#tooLong(length);
    const inflow = this.#inflow;
    // Grows with what has arrived: a header alone must not make us allocate much.
    let bytes = new Uint8Array(Math.min(length, Math.max(inflow.available, FIRST_ROOM)));
    let filled = 0;
    for (;;) {
      filled += inflow.available > 0 ? inflow.moveTo(bytes.subarray(filled)) : await this.#straightInto(bytes, filled);
      if (filled === length) break;
      if (filled === bytes.length) bytes = grown(bytes, Math.min(length, bytes.length * 2));
    }
    this.#left = 0;
    this.#isDone = true;
    return bytes;
  }

  /** Reads directly into the target, without the connection's buffer. */
  async #straightInto(bytes: Uint8Array, filled: number): Promise<number> {
    let count: number | null;
    try {
      count = await this.#inflow.readInto(bytes.subarray(filled));
    } catch (error) {
      throw error instanceof WireError ? error : brokenBy(error, true);
    }
    if (count === null) throw closedEarly(true);
    return count;
  }

  async #allOfUnknownLength(): Promise<Uint8Array<ArrayBuffer>> {
    const inflow = this.#inflow;
    let bytes = new Uint8Array(0);
    let filled = 0;
    for (;;) {
      const piece = this.#take() ?? await this.next();
      if (!piece) {
        inflow.usual = Math.min(Math.ceil(filled * 1.125), MOST_ROOM);
        // Trim by a copy only if more than half of the buffer is unused.
        return filled > bytes.length / 2 ? bytes.subarray(0, filled) : bytes.slice(0, filled);
      }
      const needed = filled + piece.length;
      if (needed > this.#limits.body) throw this.#tooLong(needed);
      // Most bodies come in one piece. Long ones are pages of a list, each about as long as the previous one.
      if (filled === 0) bytes = new Uint8Array(needed);
      else if (needed > bytes.length) {
        const usual = filled >= FIRST_ROOM ? inflow.usual : 0;
        bytes = grown(bytes, Math.max(needed, FIRST_ROOM, bytes.length * 2, usual));
      }
      bytes.set(piece, filled);
      filled = needed;
    }
  }

  #tooLong(length: number): WireError {
    const problem =
      `the answer is too long to be read as a whole: ${length} bytes or more, and the limit is ${this.#limits.body} bytes`;
    return new WireError("broken", problem);
  }

  async #more(): Promise<void> {
    const inflow = this.#inflow;
    let isMore: boolean;
    try {
      isMore = inflow.took(await inflow.more());
    } catch (error) {
      throw error instanceof WireError ? error : brokenBy(error, true);
    }
    if (isMore) return;
    if (this.#framing.type !== "close") throw closedEarly(true);
    this.#isDone = true;
  }

  /** Takes bytes that have already arrived; `undefined` if there are none yet, or at the end. */
  #take(most: number = Infinity): Uint8Array | undefined {
    if (this.#isDone) return undefined;
    switch (this.#framing.type) {
      case "chunked":
        return this.#takeOfChunk(most);
      case "length":
        return this.#takeData(most);
      default:
        this.#left = Infinity;
        return this.#takeData(most);
    }
  }

  #takeData(most: number): Uint8Array | undefined {
    const inflow = this.#inflow;
    const count = Math.min(inflow.available, this.#left, most);
    if (count === 0) return undefined;
    const piece = inflow.buffer.subarray(inflow.start, inflow.start + count);
    inflow.start += count;
    this.#left -= count;
    if (this.#left === 0 && this.#framing.type === "length") this.#isDone = true;
    return piece;
  }

  #takeOfChunk(most: number): Uint8Array | undefined {
    for (;;) {
      switch (this.#at) {
        case "size": {
          const size = this.#takeSize();
          if (size === undefined) return undefined;
          this.#left = size;
          this.#at = size === 0 ? "trailers" : "data";
          break;
        }
        case "data": {
          const piece = this.#takeData(most);
          if (this.#left === 0) this.#at = "after data";
          return piece;
        }
        case "after data":
          if (!this.#takeEndOfData()) return undefined;
          break;
        case "trailers":
          if (this.#takeTrailers()) this.#isDone = true;
          return undefined;
      }
    }
  }

  #takeEndOfData(): boolean {
    const inflow = this.#inflow;
    const { buffer, start, available } = inflow;
    if (available > 0 && buffer[start] !== CR || available > 1 && buffer[start + 1] !== LF) {
      throw malformed("a chunk is longer than it says");
    }
    if (available < 2) return false;
    inflow.start += 2;
    this.#at = "size";
    return true;
  }

  #takeSize(): number | undefined {
    const inflow = this.#inflow;
    const { buffer, start, end } = inflow;
    const lineEnd = buffer.subarray(start, end).indexOf(LF);
    if (lineEnd < 0) {
      if (end - start > LONGEST_SIZE_LINE) {
        throw malformed("the line with the size of a chunk is too long or does not end with CRLF");
      }
      return undefined;
    }
    inflow.start = start + lineEnd + 1;
    return parseSize(buffer, start, start + lineEnd);
  }

  #takeTrailers(): boolean {
    const inflow = this.#inflow;
    const { buffer, start, end } = inflow;
    if (end - start >= 2 && buffer[start] === CR && buffer[start + 1] === LF) {
      inflow.start += 2;
      return true;
    }
    // Search no further than the limit, so that the result does not depend on how the bytes are split.
    const to = Math.min(end, start + this.#limits.head);
    const after = headEnd(buffer, start, start + this.#scanned, to);
    if (after < 0) {
      if (end > to) throw malformed("its trailers are too long");
      this.#scanned = end - start;
      return false;
    }
    checkTrailers(buffer.subarray(start, after));
    inflow.start = after;
    return true;
  }
}

/** Parses the line with a chunk's size, which ends at `lf`: hexadecimal digits, then perhaps extensions, which are ignored. */
function parseSize(bytes: Uint8Array, from: number, lf: number): number {
  if (bytes[lf - 1] !== CR || lf - from > LONGEST_SIZE_LINE) {
    throw malformed("the line with the size of a chunk is too long or does not end with CRLF");
  }
  const cr = lf - 1;
  let size = 0;
  let at = from;
  for (; at < cr; at++) {
    const digit = hexDigit(bytes[at]!);
    if (digit < 0) break;
    size = size * 16 + digit;
  }
  // 13 digits are fewer than 2^53.
  if (at === from || at - from > 13) throw malformed("the size of a chunk is not a number");
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  if (at < cr && bytes[at] !== 0x3b) throw malformed("the size of a chunk is not a number");
  for (; at < cr; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 && byte !== 0x09 || byte === 0x7f) {
      throw malformed("there are control characters after the size of a chunk");
    }
  }
  return size;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function grown(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}
