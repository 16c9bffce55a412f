/** Splits a byte stream into lines. Chunks may be cut anywhere, also inside a character. */

import { MalformedWatchError } from "../errors.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Splits chunks of bytes into lines. An unfinished line is carried over to the next chunk. */
export class LineSplitter {
  /** Fatal, as a replaced character would silently change an object. */
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** Whether the decoder may hold a part of a character, or has not seen the beginning of the text. */
  #isInside = true;
  #rest = "";

  /**
   * Takes in a chunk.
   *
   * @returns The lines that it completes, without line ends and without blank lines.
   * @throws {MalformedWatchError} If the bytes are not UTF-8.
   */
  push(chunk: Uint8Array): string[] {
    const text = this.#decode(chunk);
    const lines: string[] = [];
    let start = 0;
    // Searches only the new text: searching the carried part again would take quadratic time for long lines.
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = start === 0 ? this.#rest + text.slice(0, end) : text.slice(start, end);
      if (line.trim() !== "") lines.push(line);
      this.#rest = "";
      start = end + 1;
    }
    this.#rest += start === 0 ? text : text.slice(start);
    return lines;
  }

  #decode(chunk: Uint8Array): string {
    if (chunk.length === 0) return "";
    // If the last byte is ASCII, the chunk ends with a whole character.
    const isWhole = chunk.at(-1)! < 0x80;
    const isAlone = isWhole && !this.#isInside;
    this.#isInside = !isWhole;
    try {
      // A decoder that need not carry anything over takes half the time.
      return isAlone ? decodeUtf8(chunk) : this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new MalformedWatchError("it is not UTF-8", { cause });
    }
  }

  /** The unfinished line; empty if there is none. */
  get rest(): string {
    return this.#rest.trim();
  }
}
