/** Texts that come in pieces. */

import type { Source } from "../../lib/wire/inflow.ts";
import { latin1 } from "./scripted_socket.ts";

export { latin1, shown } from "./scripted_socket.ts";

/** A text byte by byte. */
export function drips(text: string): string[] {
  return [...text];
}

/** A text in two pieces, in every way that there is. */
export function splitInTwo(text: string): string[][] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);
}

/** A source of pieces; then it ends, or throws. */
export class PiecesSource implements Source {
  /** How often it was read. */
  reads = 0;
  /** How many bytes were. */
  count = 0;
  /** The largest buffer that it was to fill. */
  largestRoom = 0;
  readonly #pieces: Iterator<string>;
  readonly #error: Error | undefined;
  #piece = new Uint8Array(0);

  /** @param pieces None of them empty. @param error Thrown after them. */
  constructor(pieces: Iterable<string>, error?: Error) {
    this.#pieces = pieces[Symbol.iterator]();
    this.#error = error;
  }

  /** One that says the same for ever. */
  static endless(text: string, first?: string): PiecesSource {
    return new PiecesSource((function* () {
      if (first !== undefined) yield first;
      for (;;) yield text;
    })());
  }

  /** The pieces that have not been read. */
  get rest(): string {
    let text = String.fromCharCode(...this.#piece);
    for (let next = this.#pieces.next(); !next.done; next = this.#pieces.next()) text += next.value;
    return text;
  }

  read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    this.largestRoom = Math.max(this.largestRoom, into.length);
    if (this.#piece.length === 0) {
      const { done, value } = this.#pieces.next();
      if (done) return this.#error ? Promise.reject(this.#error) : Promise.resolve(null);
      this.#piece = latin1(value);
    }
    const piece = this.#piece.subarray(0, into.length);
    into.set(piece);
    this.#piece = this.#piece.subarray(piece.length);
    this.count += piece.length;
    return Promise.resolve(piece.length);
  }
}
