/** The head of an answer, by RFC 9112. Pure. */

import { malformed } from "./errors.ts";

/** How the end of a body is told. */
export type Framing =
  /** There is no body. */
  | { readonly type: "none" }
  /** By its length. */
  | { readonly type: "length"; readonly length: number }
  /** In chunks, each with its length. */
  | { readonly type: "chunked" }
  /** By the end of the connection. */
  | { readonly type: "close" };

/** What the head of an answer says, as far as it is of use. */
export interface AnswerHead {
  readonly status: number;
  readonly framing: Framing;
  /** Whether the connection may be used again after the body. */
  readonly keepsOpen: boolean;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/;

/** A name is a token; between it and the colon is nothing, as something there has been used to smuggle. */
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/;

/** What no line of a head holds: control characters. A lone CR or LF is one of them. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

const NONE: Framing = { type: "none" };
const CHUNKED: Framing = { type: "chunked" };
const UNTIL_CLOSE: Framing = { type: "close" };

/**
 * Where a head ends: after its empty line. -1 while that is missing.
 *
 * @param bytes What holds it.
 * @param start Where it begins.
 * @param from Where to look on: up to there was no end before.
 * @param to Where the bytes end that have come so far.
 * @throws {WireError} If a line ends with an LF alone: it may have none that counts, and would be waited for.
 */
export function headEnd(bytes: Uint8Array, start: number, from: number, to: number): number {
  // Without what lies behind, which would be searched again with each byte that comes.
  const come = bytes.subarray(0, to);
  for (let at = come.indexOf(LF, from); at >= 0; at = come.indexOf(LF, at + 1)) {
    if (at === start || come[at - 1] !== CR) throw malformed("a line ends without a CR");
    if (at - 3 >= start && come[at - 2] === LF) return at + 1;
  }
  return -1;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads a head.
 *
 * @param bytes All of it, with its empty line.
 * @param isHead Whether `HEAD` was asked, whose answer has no body whatever it says of one.
 * @throws {WireError} If it is not as it must be.
 */
export function parseHead(bytes: Uint8Array, isHead: boolean): AnswerHead {
  const lines = latin1(bytes).split("\r\n");
  const [, minor, code] = STATUS_LINE.exec(checkLine(lines[0]!)) ?? [];
  if (code === undefined) throw malformed(`it begins with ${JSON.stringify(lines[0]!.slice(0, 40))}`);
  const status = Number(code);
  if (minor === "0" && status < 200) throw malformed("it is an interim answer of HTTP/1.0, which has none");
  let length: number | undefined;
  let transferEncoding: string | undefined;
  let connection = "";
  let contentType: string | undefined;
  let contentEncoding: string | undefined;
  // After the last line come its end and the empty line.
  for (let at = 1; at < lines.length - 2; at++) {
    const [, name, given] = HEADER_LINE.exec(checkLine(lines[at]!)) ?? [];
    if (name === undefined) throw malformed(`line ${at + 1} of its head is no header`);
    const value = withoutBlanks(given!);
    switch (name.toLowerCase()) {
      case "content-length":
        length = sameLength(length, value);
        break;
      case "transfer-encoding":
        transferEncoding = transferEncoding === undefined ? value : `${transferEncoding}, ${value}`;
        break;
      case "connection":
        connection += `,${value.toLowerCase()}`;
        break;
      case "content-type":
        contentType = value;
        break;
      case "content-encoding":
        contentEncoding = contentEncoding === undefined ? value : `${contentEncoding}, ${value}`;
        break;
    }
  }
  const framing = framingOf({ status, length, transferEncoding, isHead, isOld: minor === "0" });
  const keepsOpen = framing.type !== "close" && !hasOption(connection, "close") &&
    (minor === "1" || hasOption(connection, "keep-alive"));
  return { status, framing, keepsOpen, contentType, contentEncoding };
}

/** Trailers are read as headers are, and left. */
export function checkTrailers(bytes: Uint8Array): void {
  for (const line of latin1(bytes).split("\r\n").slice(0, -2)) {
    if (!HEADER_LINE.test(checkLine(line))) throw malformed("a line of its trailers is no header");
  }
}

function checkLine(line: string): string {
  if (CONTROL.test(line)) throw malformed("there are control characters in its head");
  return line;
}

/** Several that say the same say it once; those that do not have been used to smuggle one answer in another. */
function sameLength(before: number | undefined, value: string): number {
  const lengths = value.split(",").map(withoutBlanks);
  const length = Number(lengths[0]);
  const isOne = lengths.every((each) => /^\d{1,15}$/.test(each) && Number(each) === length);
  if (!isOne || (before ?? length) !== length) throw malformed("its content-length is no length, or several");
  return length;
}

function framingOf({ status, length, transferEncoding, isHead, isOld }: {
  status: number;
  length: number | undefined;
  transferEncoding: string | undefined;
  isHead: boolean;
  isOld: boolean;
}): Framing {
  if (transferEncoding !== undefined) {
    if (length !== undefined) throw malformed("it has a content-length and a transfer-encoding");
    if (isOld || status < 200 || status === 204) throw malformed("it has a transfer-encoding, which it must not have");
    if (transferEncoding.toLowerCase() !== "chunked") throw malformed(`of transfer-encodings, only "chunked" is known`);
  }
  if (isHead || status < 200 || status === 204 || status === 304) return NONE;
  if (transferEncoding !== undefined) return CHUNKED;
  return length === undefined ? UNTIL_CLOSE : { type: "length", length };
}

function hasOption(connection: string, option: string): boolean {
  return connection !== "" && connection.split(",").some((each) => withoutBlanks(each) === option);
}

/** Without the blanks around it: spaces and tabs alone, which is fewer than `trim` knows. Each is looked at once. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** More than this many arguments at once would be too many for some calls. */
const AT_ONCE = 8_192;

function latin1(bytes: Uint8Array): string {
  if (bytes.length <= AT_ONCE) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + AT_ONCE) as unknown as number[]);
  }
  return text;
}
