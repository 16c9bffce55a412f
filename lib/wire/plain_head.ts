/** A fast path that parses the usual head of an answer with two regular expressions. Pure. */

import type { AnswerHead } from "./answer_head.ts";

/** Longer heads are left to `parseHead`: matching takes memory in proportion to the length. */
const LONGEST = 4 * 1024;

/** A whole head with nothing unusual: printable ASCII, names that are tokens, and not an interim answer. */
const PLAIN =
  /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*\r\n)*\r\n$/;

/** The headers about the body or the connection, in a head that matches `PLAIN`. */
const OF_USE = /\r\n(content-length|content-type|content-encoding|transfer-encoding|connection):[\t ]*([^\r]*)/gi;

/** A usual length. Any other, such as one with blanks after it, is left to `parseHead`. */
const LENGTH = /^\d{1,15}$/;

/** Keeps a byte order mark, so that `PLAIN` refuses it. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Parses a usual head whose body has a length, with a fifth of the time and garbage of `parseHead`. Whatever it accepts, it
 * parses as `parseHead` does (tested by `tests/wire/plain_head_test.ts`).
 *
 * @param bytes The whole head, with its empty line.
 * @returns The head; `undefined` for any unusual one, valid or not.
 */
export function plainHead(bytes: Uint8Array): AnswerHead | undefined {
  if (bytes.length > LONGEST) return undefined;
  // Bytes outside ASCII become characters outside ASCII, which `PLAIN` refuses.
  const text = decoder.decode(bytes);
  const code = PLAIN.exec(text)?.[1];
  if (code === undefined || code === "204" || code === "304") return undefined;
  let length: string | undefined;
  let contentType: string | undefined;
  OF_USE.lastIndex = 0;
  for (let found = OF_USE.exec(text); found !== null; found = OF_USE.exec(text)) {
    const value = found[2]!;
    switch (found[1]!.length) {
      case "content-length".length:
        if (length !== undefined || !LENGTH.test(value)) return undefined;
        length = value;
        break;
      case "content-type".length:
        if (contentType !== undefined || /[\t ]$/.test(value)) return undefined;
        contentType = value;
        break;
      default:
        return undefined;
    }
  }
  if (length === undefined) return undefined;
  return {
    status: Number(code),
    framing: { type: "length", length: Number(length) },
    keepsOpen: true,
    contentType,
    contentEncoding: undefined,
  };
}
