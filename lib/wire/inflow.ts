/** The read buffer of a connection, reused for all its answers. */

/** Where bytes are read from: a connection, or pieces of a string in tests. */
export interface Source {
  /** Reads into the buffer; returns how many bytes, or `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** Enough for a usual head, and for the whole answer with a small object, in bytes. */
const FIRST_SIZE = 16 * 1024;

/** The size after the first buffer was filled once, in bytes. */
const LARGE_SIZE = 64 * 1024;

/** Bytes that have arrived but are not consumed yet: those of `buffer` from `start` to `end`. */
export class Inflow {
  readonly #source: Source;
  #pending: Promise<number | null> | undefined;
  /** Holds the bytes. May be another buffer after {@link listen} or {@link more}. */
  buffer = new Uint8Array(FIRST_SIZE);
  /** Where the bytes begin that are not consumed yet. The consumer moves it. */
  start = 0;
  end = 0;

  /** The expected size of the next body of unknown length: that of the last one, and an eighth more. */
  usual = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  get available(): number {
    return this.end - this.start;
  }

  /** Starts a read before it is needed, to notice at once when the server closes. Only while the buffer is empty. */
  listen(): Promise<number | null> {
    return this.#pending = this.#read();
  }

  /** Waits for more bytes. The result must be passed to {@link took} at once. Rejects with the source's error. */
  more(): Promise<number | null> {
    return this.#pending ?? this.#read();
  }

  /** Takes in the result of {@link more}; false at the end of the connection. */
  took(count: number | null): boolean {
    this.#pending = undefined;
    if (count === null) return false;
    this.end += count;
    return true;
  }

  /** Reads directly into the target. The buffer must be empty. */
  async readInto(target: Uint8Array): Promise<number | null> {
    return await this.#source.read(target);
  }

  /** Moves bytes into another buffer; returns how many. */
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

  /** Moves the bytes to the front, or into a larger buffer. The consumer limits how much is held. */
  #makeRoom(): void {
    const kept = this.buffer.subarray(this.start, this.end);
    if (kept.length > this.buffer.length / 2) this.buffer = new Uint8Array(this.buffer.length * 2);
    this.buffer.set(kept);
    this.end = kept.length;
    this.start = 0;
  }
}
