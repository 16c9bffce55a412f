/** The head of most answers, read in two looks. Pure. */

import type { AnswerHead } from "./answer_head.ts";

/** A longer one is no usual one, and matching it would take memory by its length. */
const LONGEST = 4 * 1024;

/** A whole head of which no line is odd: printable ASCII, names that are tokens, and no interim answer. */
const PLAIN =
  /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*\r\n)*\r\n$/;

/** The headers that say something about the body or the connection, of a head that is plain. */
const OF_USE = /\r\n(content-length|content-type|content-encoding|transfer-encoding|connection):[\t ]*([^\r]*)/gi;

/** What a length is. Any other, such as one with blanks after it, is for the long way. */
const LENGTH = /^\d{1,15}$/;

/** What stands before the text is no text, and must not be left out. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the head of an answer whose body has a length, with nothing unusual about it: a fifth of the work of reading any head,
 * and of the garbage. What it takes, it takes as `parseHead` does (`tests/wire/plain_head_test.ts`).
 *
 * @param bytes All of it, with its empty line.
 * @returns What it says; `undefined` for any other, good or bad.
 */
export function plainHead(bytes: Uint8Array): AnswerHead | undefined {
  if (bytes.length > LONGEST) return undefined;
  // Bytes that are no ASCII become characters that are none.
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
