/** Lines of a byte stream: a line may be cut anywhere, also inside a character. */

import { MalformedWatchError } from "../errors.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Splits chunks of bytes into lines of text. What a chunk leaves unfinished is carried over to the next one. */
export class LineSplitter {
  /** Fatal: a replaced character would be a silently changed object. */
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** Whether the decoder may hold the beginning of a character, or waits for the beginning of the text. */
  #isInside = true;
  #rest = "";

  /**
   * Takes in a chunk.
   *
   * @returns The lines that it completes, without line ends; empty lines are left out.
   * @throws {MalformedWatchError} If the bytes are no UTF-8.
   */
  push(chunk: Uint8Array): string[] {
    const text = this.#decode(chunk);
    const lines: string[] = [];
    let start = 0;
    // Only the new text is searched: searching the carried part again would make long lines cost their square.
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
    // A character that is one byte is a whole one, and all before it are.
    const isWhole = chunk.at(-1)! < 0x80;
    const isAlone = isWhole && !this.#isInside;
    this.#isInside = !isWhole;
    try {
      // A decoder that carries nothing over takes half as long.
      return isAlone ? decodeUtf8(chunk) : this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new MalformedWatchError("it is no UTF-8", { cause });
    }
  }

  /** The line that is not complete yet; empty when there is none. */
  get rest(): string {
    return this.#rest.trim();
  }
}
