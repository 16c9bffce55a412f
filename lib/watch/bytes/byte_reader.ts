/** Reads bytes from a stream, into one buffer where the stream can do that. */

import { piecesOf } from "../../wire/mod.ts";

/** What reads bytes. What it gives holds until the next read. */
export interface ByteReader {
  /** The next bytes; `undefined` at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** The next bytes, when they have come already, and that can be told. They hold until the next read. */
  here?(): Uint8Array | undefined;
  /** Ends the stream. */
  cancel(reason: unknown): Promise<void>;
}

/** As much as the runtime reads from a connection at once. */
const BUFFER_SIZE = 64 * 1024;

/**
 * A reader: straight from the connection where the stream is one of the wire's, else one that brings its own buffer. Without
 * one, the runtime makes a buffer of 64 KiB for each read, and most reads of a watch bring one event: that was 20 MiB more of
 * memory, and a tenth of the time.
 *
 * @param stream Is locked from now on.
 */
export function readerOf(stream: ReadableStream<Uint8Array> | Uint8Array): ByteReader {
  // A client that knows no streams gives all at once.
  if (stream instanceof Uint8Array) return new WholeReader(stream);
  const pieces = piecesOf(stream);
  if (pieces) return pieces;
  try {
    return new LendingReader(stream.getReader({ mode: "byob" }));
  } catch (error) {
    // A stream that was not made for bytes, as other clients may give, has no such reader.
    if (stream.locked || !(error instanceof TypeError)) throw error;
    return new PlainReader(stream.getReader());
  }
}

class WholeReader implements ByteReader {
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Promise<Uint8Array | undefined> {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    return Promise.resolve(bytes);
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }
}

class LendingReader implements ByteReader {
  readonly #reader: ReadableStreamBYOBReader;
  #buffer: ArrayBufferLike = new ArrayBuffer(BUFFER_SIZE);

  constructor(reader: ReadableStreamBYOBReader) {
    this.#reader = reader;
  }

  async read(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader.read(new Uint8Array(this.#buffer));
    // The buffer was lent, and comes back as another one.
    if (value) this.#buffer = value.buffer;
    return done ? undefined : value;
  }

  cancel(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }
}

class PlainReader implements ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  async read(): Promise<Uint8Array | undefined> {
    return (await this.#reader.read()).value;
  }

  cancel(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }
}
