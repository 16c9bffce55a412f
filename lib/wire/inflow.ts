/** The bytes that come in on a connection, in one buffer that is used again. */

/** Where bytes come from: a connection, or a text that a test has cut to pieces. */
export interface Source {
  /** Reads into the buffer; how many bytes, or `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** Holds the head of a usual answer, and one of a small object as a whole. */
const FIRST_SIZE = 16 * 1024;

/** As much as is read at once where so much comes. */
const LARGE_SIZE = 64 * 1024;

/** Bytes that have come in and were not taken yet. */
export class Inflow {
  readonly #source: Source;
  #pending: Promise<number | null> | undefined;
  /** What holds the bytes; another one after {@link took}. */
  buffer = new Uint8Array(FIRST_SIZE);
  /** Where those begin that were not taken yet. Moved by whoever takes some. */
  start = 0;
  /** Where they end. */
  end = 0;

  /** How long the last body was whose length was not told, and somewhat more. */
  usual = 0;

  /** @param source Where they come from. */
  constructor(source: Source) {
    this.#source = source;
  }

  /** How many there are. */
  get available(): number {
    return this.end - this.start;
  }

  /** Begins to read before anybody needs it, and so hears at once when the other side closes. Only while there are no bytes. */
  listen(): Promise<number | null> {
    return this.#pending = this.#read();
  }

  /** Waits for more bytes: to be handed to {@link took} at once. What is thrown is the source's. */
  more(): Promise<number | null> {
    return this.#pending ?? this.#read();
  }

  /** Takes in what {@link more} has brought; false when there will be none. */
  took(count: number | null): boolean {
    this.#pending = undefined;
    if (count === null) return false;
    this.end += count;
    return true;
  }

  /** Reads past the buffer, which must be empty. */
  async readInto(target: Uint8Array): Promise<number | null> {
    return await this.#source.read(target);
  }

  /** Takes bytes into another buffer; how many. */
  moveTo(target: Uint8Array): number {
    const count = Math.min(target.length, this.available);
    target.set(this.buffer.subarray(this.start, this.start + count));
    this.start += count;
    return count;
  }

  #read(): Promise<number | null> {
    if (this.start === this.end) {
      if (this.end === this.buffer.length && this.end < LARGE_SIZE) this.buffer = new Uint8Array(LARGE_SIZE);
      this.start = this.end = 0;
    } else if (this.end === this.buffer.length) {
      this.#makeRoom();
    }
    return this.#source.read(this.end === 0 ? this.buffer : this.buffer.subarray(this.end));
  }

  /** At the front, where bytes were taken; else in a larger buffer. How much may be held is for the reader to limit. */
  #makeRoom(): void {
    const kept = this.buffer.subarray(this.start, this.end);
    if (kept.length > this.buffer.length / 2) this.buffer = new Uint8Array(this.buffer.length * 2);
    this.buffer.set(kept);
    this.end = kept.length;
    this.start = 0;
  }
}
