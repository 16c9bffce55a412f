/** Parses the head of an answer, by RFC 9112. Pure. */

import { malformed } from "./errors.ts";

/** How the end of a body is found. */
export type Framing =
  | { readonly type: "none" }
  | { readonly type: "length"; readonly length: number }
  | { readonly type: "chunked" }
  /** By the end of the connection. */
  | { readonly type: "close" };

/** The part of an answer's head that is used. */
export interface AnswerHead {
  readonly status: number;
  readonly framing: Framing;
  /** Whether the connection may be used again after the body. */
  readonly keepsOpen: boolean;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/;

/** The name is a token, directly followed by the colon: a blank between them has been used for response smuggling. */
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/;

/** Control characters, which no line of a head may contain; also a lone CR or LF. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

const NONE: Framing = { type: "none" };
const CHUNKED: Framing = { type: "chunked" };
const UNTIL_CLOSE: Framing = { type: "close" };

/**
 * Finds the end of a head: the offset after its empty line, or -1 if that has not arrived yet.
 *
 * @param bytes The buffer.
 * @param start Where the head begins.
 * @param from Where to continue the search: there is no end before this.
 * @param to Where the bytes end that have arrived.
 * @throws {WireError} If a line ends with LF alone: otherwise a head with such lines would be awaited for ever.
 */
export function headEnd(bytes: Uint8Array, start: number, from: number, to: number): number {
  // Without what lies behind `to`, which would be searched again with each new byte.
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
 * Parses a head.
 *
 * @param bytes The whole head, with its empty line.
 * @param isHead Whether the request was a `HEAD`: its answer has no body, whatever its headers say.
 * @throws {WireError} If the head is malformed.
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
  // The last two elements are empty: the empty line and what follows it.
  for (let at = 1; at < lines.length - 2; at++) {
    const [, name, given] = HEADER_LINE.exec(checkLine(lines[at]!)) ?? [];
    if (name === undefined) throw malformed(`line ${at + 1} of its head is not a header`);
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

/** Checks that trailers are well-formed headers; their values are not used. */
export function checkTrailers(bytes: Uint8Array): void {
  for (const line of latin1(bytes).split("\r\n").slice(0, -2)) {
    if (!HEADER_LINE.test(checkLine(line))) throw malformed("a line of its trailers is not a header");
  }
}

function checkLine(line: string): string {
  if (CONTROL.test(line)) throw malformed("there are control characters in its head");
  return line;
}

/** Repeated lengths must be equal: different ones have been used for response smuggling. */
function sameLength(before: number | undefined, value: string): number {
  const lengths = value.split(",").map(withoutBlanks);
  const length = Number(lengths[0]);
  const isOne = lengths.every((each) => /^\d{1,15}$/.test(each) && Number(each) === length);
  if (!isOne || (before ?? length) !== length) {
    throw malformed("its content-length is not a number, or there are several different ones");
  }
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
    if (transferEncoding.toLowerCase() !== "chunked") {
      throw malformed(`its transfer-encoding is not "chunked", the only one that is supported`);
    }
  }
  if (isHead || status < 200 || status === 204 || status === 304) return NONE;
  if (transferEncoding !== undefined) return CHUNKED;
  return length === undefined ? UNTIL_CLOSE : { type: "length", length };
}

function hasOption(connection: string, option: string): boolean {
  return connection !== "" && connection.split(",").some((each) => withoutBlanks(each) === option);
}

/** Trims spaces and tabs only, unlike `trim`, in linear time. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** How many arguments a call gets at most: engines limit it. */
const AT_ONCE = 8_192;

function latin1(bytes: Uint8Array): string {
  if (bytes.length <= AT_ONCE) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + AT_ONCE) as unknown as number[]);
  }
  return text;
}
