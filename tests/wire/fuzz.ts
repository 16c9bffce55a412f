/** Answers by the grammar of RFC 9112, spoiled ones, and what comes of them on a connection. */

import { Connection } from "../../lib/wire/connection.ts";
import { LIMITS, type Socket, WireError } from "../../lib/wire/mod.ts";
import type { Random } from "../../lib/time/mod.ts";
import { latin1, shown } from "./pieces.ts";

/** An answer and the expected result. Strings are bytes, one per character. */
export interface Example {
  readonly method: "GET" | "HEAD";
  readonly text: string;
  readonly status: number;
  readonly framing: string;
  readonly body: string;
  readonly keepsOpen: boolean;
}

/** What came of an answer. */
export type Outcome =
  | { readonly status: number; readonly framing: string; readonly body: string; readonly keepsOpen: boolean }
  | { readonly error: string };

/** Draws from what there is. */
class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A whole number below a bound. */
  below(bound: number): number {
    return Math.floor(this.#random.next() * bound);
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of a list, or of a text's characters. */
  of<T>(list: { readonly length: number; readonly [index: number]: T }): T {
    return list[this.below(list.length)]!;
  }

  /** A text of characters of an alphabet. */
  text(alphabet: string, length: number): string {
    let text = "";
    for (let count = 0; count < length; count++) text += alphabet[this.below(alphabet.length)];
    return text;
  }

  /** A text in letters of mixed case. */
  cased(text: string): string {
    if (this.once(2)) return text;
    return text.replace(/[a-z]/g, (letter) => this.once(2) ? letter.toUpperCase() : letter);
  }

  /** A length: mostly small, at times around the size of a buffer. */
  length(): number {
    if (this.once(300)) return this.of([16_384, 65_536, 131_072]) - 64 + this.below(128);
    return this.once(3) ? this.below(5) : this.below(40);
  }
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCxyz";
const VALUE = 'abcXYZ019 \t:;,="\\/()<>@?{}[]' + "\x80\x85\xa0\xe4\xff";
const BODY = "ab\r\n\0 0159af;:\xff";
const NAMES = [
  "x",
  "date",
  "__proto__",
  "constructor",
  "content-lengt",
  "content-lengthy",
  "transfer",
  "upgrade",
  "te",
];
/** What a body may hold that is not meant there. */
const LURES = ["0\r\n\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil", "5\r\nhello\r\n", "\r\n"];

function bodyOf(draw: Draw): string {
  const length = draw.length();
  if (length > 1_000) return draw.text(BODY, 64).repeat(Math.ceil(length / 64)).slice(0, length);
  return draw.once(3) ? draw.of(LURES) + draw.text(BODY, length) : draw.text(BODY, length);
}

function headerOf(draw: Draw, name: string, value: string): string {
  const [before, after] = draw.once(4) ? [draw.text(" \t", draw.below(3)), draw.text(" \t", draw.below(3))] : [" ", ""];
  return `${draw.cased(name)}:${before}${value}${after}`;
}

function fillerOf(draw: Draw): string {
  const name = draw.once(3) ? draw.of(NAMES) : draw.text(TOKEN, 1 + draw.below(8));
  return headerOf(draw, name === "te" ? "x-te" : name, draw.text(VALUE, draw.below(12)));
}

function lengthHeaders(draw: Draw, length: number): string[] {
  const digits = draw.once(6) ? `00${length}` : `${length}`;
  if (draw.once(40)) return [headerOf(draw, "content-length", `${digits},\t${length}`)];
  const header = headerOf(draw, "content-length", digits);
  return draw.once(40) ? [header, headerOf(draw, "content-length", `${length}`)] : [header];
}

function extensionOf(draw: Draw): string {
  switch (draw.below(12)) {
    case 0:
      return `;${draw.text("abc", 1 + draw.below(5))}`;
    case 1:
      return `;a=${draw.text("abc09", 1 + draw.below(5))};b`;
    case 2:
      return `;a="${draw.text("abc ;=\t", draw.below(5))}"`;
    case 3:
      return draw.once(4) ? ` ${draw.text(" \t", draw.below(3))};a` : "";
    default:
      return "";
  }
}

function chunked(draw: Draw, body: string): string {
  let text = "";
  for (let at = 0; at < body.length;) {
    const count = Math.min(body.length - at, body.length > 1_000 ? 1 + draw.below(body.length) : 1 + draw.below(12));
    const size = draw.once(2) ? count.toString(16) : count.toString(16).toUpperCase();
    text += `${draw.once(10) ? "0".repeat(draw.below(5)) : ""}${size}${extensionOf(draw)}\r\n`;
    text += `${body.slice(at, at + count)}\r\n`;
    at += count;
  }
  const trailers = draw.once(4) ? Array.from({ length: 1 + draw.below(3) }, () => `${fillerOf(draw)}\r\n`) : [];
  return `${text}${draw.once(10) ? "000" : "0"}${extensionOf(draw)}\r\n${trailers.join("")}\r\n`;
}

/** An answer that is as it must be. */
export function validExample(random: Random, isLast: boolean): Example {
  const draw = new Draw(random);
  const method = draw.once(8) ? "HEAD" : "GET";
  const isOld = draw.once(10);
  const status = draw.of([200, 200, 200, 201, 204, 205, 206, 299, 301, 304, 400, 404, 409, 500, 503, 599]);
  const hasNoBody = method === "HEAD" || status === 204 || status === 304;
  let framing = draw.of(isOld ? ["length"] : ["length", "chunked"]);
  if (isLast && draw.once(5)) framing = "close";
  if (status === 204 && framing === "chunked") framing = "length";
  const given = bodyOf(draw);
  const headers = Array.from({ length: draw.below(4) }, () => fillerOf(draw));
  if (framing === "length") headers.push(...lengthHeaders(draw, given.length));
  if (framing === "chunked") headers.push(headerOf(draw, "transfer-encoding", draw.cased("chunked")));
  const option = isLast && draw.once(4)
    ? "close"
    : isOld
    ? draw.once(6) && isLast ? "" : "keep-alive"
    : draw.of(["", "x"]);
  if (option) {
    headers.push(headerOf(draw, "connection", draw.once(3) ? `a, ${draw.cased(option)}` : draw.cased(option)));
  }
  headers.sort(() => draw.below(3) - 1);
  const reason = draw.of([" OK", " ", "", ` ${draw.text(VALUE, draw.below(10))}`]);
  let text = "";
  while (draw.once(8)) {
    text += `HTTP/1.1 ${draw.of([100, 102, 103])} x\r\n${draw.once(2) ? fillerOf(draw) + "\r\n" : ""}\r\n`;
  }
  text += `HTTP/1.${isOld ? 0 : 1} ${status}${reason}\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;
  const body = hasNoBody ? "" : given;
  if (!hasNoBody) text += framing === "chunked" ? chunked(draw, body) : body;
  const said = hasNoBody ? "none" : framing === "length" ? `length ${body.length}` : framing;
  const keepsOpen = said !== "close" && (isOld ? option === "keep-alive" : option !== "close");
  return { method, text, status, framing: said, body, keepsOpen };
}

/** Answers on one connection; each one except the last leaves it open. */
export function validSequence(random: Random): Example[] {
  const count = 1 + Math.floor(random.next() * 4);
  return Array.from({ length: count }, (_, at) => validExample(random, at === count - 1));
}

/** Pieces of other answers, for where they do not belong. */
const FRAGMENTS = [
  "\r\n\r\n",
  "\n\n",
  "\r\n",
  "\r",
  "\n",
  "\0",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0\r\n\r\n",
  "\r\n ",
  "\r\n\t",
  " :",
  "content-length: 3\r\n",
  "Content-Length: 0\r\n",
  "content-length: +3\r\n",
  "content-length:\r\n",
  "transfer-encoding: chunked\r\n",
  "transfer-encoding: gzip, chunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "connection: close\r\n",
  "connection: keep-alive\r\n",
  "HTTP/1.1 200 OK\r\n\r\n",
  "HTTP/1.1 100 x\r\n\r\n",
  "HTTP/1.1 101 x\r\n\r\n",
  "HTTP/1.0 200 OK\r\n\r\n",
  "HTTP/1.1 204 x\r\n\r\n",
  "x: y\r\n",
  "ffffffffffffffff",
  "a\r\n",
  ';x="\r\n"',
];
const NUMBERS = [
  "0",
  "00",
  "1",
  "-1",
  "+1",
  "0x1",
  "1e1",
  "9",
  "10",
  "4294967296",
  "9007199254740993",
  "18446744073709551616",
  "",
];
const CONTROLS = "\0\x01\x08\x0b\x0c\x1b\x7f\x80\xa0\xff";

/** The same text with some faults, or none. */
export function spoiled(random: Random, text: string, other: string): string {
  const draw = new Draw(random);
  do {
    const at = draw.once(2) ? draw.below(Math.min(text.length, 120) + 1) : draw.below(text.length + 1);
    const to = Math.min(text.length, at + 1 + (draw.once(4) ? draw.below(40) : draw.below(3)));
    text = spoiledOnce(draw, text, { at, to, other });
  } while (draw.once(3));
  return text;
}

function spoiledOnce(draw: Draw, text: string, place: { at: number; to: number; other: string }): string {
  const { at, to, other } = place;
  const put = (piece: string, until = at) => text.slice(0, at) + piece + text.slice(until);
  switch (draw.below(11)) {
    case 0:
      return at === text.length ? text : put(String.fromCharCode(text.charCodeAt(at) ^ (1 << draw.below(8))), at + 1);
    case 1:
      return put("", to);
    case 2:
      return put(text.slice(at, to));
    case 3:
      return put(draw.of(FRAGMENTS));
    case 4:
      return put(draw.of(CONTROLS), draw.once(2) ? at : at + 1);
    case 5: {
      const end = text.indexOf("\r\n", at);
      const instead = draw.of(["\n", "\r", "\n\r", "\r\r\n", "\r\n ", ""]);
      return end < 0 ? text : text.slice(0, end) + instead + text.slice(end + 2);
    }
    case 6: {
      const number = /[0-9]+/.exec(text.slice(at));
      if (!number) return text;
      const from = at + number.index;
      return text.slice(0, from) + draw.of(NUMBERS) + text.slice(from + number[0].length);
    }
    case 7:
      return text.slice(0, at);
    case 8:
      return text + other;
    case 9: {
      const from = draw.below(other.length + 1);
      return put(other.slice(from, from + draw.below(60)), draw.once(2) ? at : to);
    }
    default: {
      const [line, next] = [text.indexOf("\r\n", at), text.indexOf("\r\n", to)];
      if (line < 0 || next < 0) return text;
      // A line at another place, or twice.
      return text.slice(0, line) + text.slice(next, next + 20) + text.slice(line);
    }
  }
}

/** How a text is cut: `pieces` of random sizes, one of them all, or each byte by itself. */
export type Cut = "whole" | "bytes" | Random | number;

function cutAt(cut: Cut, from: number, length: number): number {
  if (cut === "whole") return length;
  if (cut === "bytes") return from + 1;
  if (typeof cut === "number") return from < cut ? cut : length;
  const draw = cut.next();
  return Math.min(length, from + 1 + Math.floor(draw < 0.3 ? draw * 10 : draw < 0.6 ? draw * 100 : draw * length));
}

/** The other side: says an answer after each request, and closes after the last. Watches how it is read. */
class FuzzSocket implements Socket {
  /** What the reader has done that it must not do. */
  misdeed: string | undefined;
  /** How much of the last answer had been read when its end was known. */
  takenAtEnd = -1;
  isClosed = false;
  readonly #answers: readonly Uint8Array[];
  readonly #cut: Cut;
  readonly #most: number;
  #requests = 0;
  #answer: Uint8Array = new Uint8Array(0);
  #at = 0;
  #next = 0;
  #reads = 0;
  #waiting: (() => void) | undefined;

  constructor(answers: readonly Uint8Array[], cut: Cut) {
    this.#answers = answers;
    this.#cut = cut;
    this.#most = answers.reduce((sum, answer) => sum + answer.length + 3, 0);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.#answer = this.#answers[this.#requests++]!;
    this.#at = this.#next = 0;
    this.#waiting?.();
    return Promise.resolve(bytes.length);
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.isClosed) throw new Deno.errors.BadResource("Bad resource ID");
    if (++this.#reads > this.#most) this.misdeed = "reads without end";
    if (into.length === 0) this.misdeed = "reads into nothing";
    if (into.length > Math.max(131_072, this.#most * 2)) this.misdeed = `makes room for ${into.length} bytes`;
    if (this.misdeed) return null;
    if (this.#at === this.#answer.length && this.#requests < this.#answers.length) {
      await new Promise<void>((resolve) => this.#waiting = resolve);
      if (this.isClosed) throw new Deno.errors.Interrupted("operation canceled");
    }
    if (this.#at === this.#answer.length) return null;
    if (this.#at >= this.#next) this.#next = cutAt(this.#cut, this.#at, this.#answer.length);
    const piece = this.#answer.subarray(this.#at, Math.min(this.#next, this.#at + into.length));
    into.set(piece);
    this.#at += piece.length;
    return piece.length;
  }

  close(): void {
    this.unref();
    this.isClosed = true;
    this.#waiting?.();
  }

  ref(): void {
    this.takenAtEnd = -1;
  }

  unref(): void {
    if (this.takenAtEnd < 0) this.takenAtEnd = this.#at;
  }
}

const REQUEST = { target: "/", headers: [] };

/** What comes of answers on one connection, up to the first that leaves it not free. */
export async function played(
  answers: readonly { readonly method: "GET" | "HEAD"; readonly text: string }[],
  cut: Cut,
): Promise<{ outcomes: Outcome[]; takenAtEnd: number }> {
  const socket = new FuzzSocket(answers.map(({ text }) => latin1(text)), cut);
  const connection = new Connection(socket, "h", LIMITS, () => {}, () => {});
  const outcomes: Outcome[] = [];
  for (const { method } of answers) {
    const outcome = await asked(connection, method, readerOf(cut));
    if (socket.misdeed) throw new Error(`the reader ${socket.misdeed}`);
    outcomes.push(outcome);
    if ("error" in outcome && connection.isFree) throw new Error("a connection is free after an error");
    if (!connection.isFree) break;
  }
  const { takenAtEnd } = socket;
  connection.end();
  return { outcomes, takenAtEnd };
}

/** How a body is read: as a whole, or as a stream with a buffer of so many bytes, or none. */
type Reader = "whole" | "stream" | number;

/** What comes in random pieces is read at random too. */
function readerOf(cut: Cut): Reader {
  if (typeof cut !== "object") return "whole";
  const draw = cut.next();
  return draw < 0.6 ? "whole" : draw < 0.8 ? "stream" : 1 + Math.floor(cut.next() ** 3 * 10_000);
}

async function asked(connection: Connection, method: "GET" | "HEAD", reader: Reader): Promise<Outcome> {
  try {
    const answer = await connection.ask({ ...REQUEST, method });
    const { status, framing, keepsOpen } = answer.head;
    const said = framing.type === "length" ? `length ${framing.length}` : framing.type;
    const body = reader === "whole" ? shown(await answer.bytes()) : await streamed(answer.stream(), reader);
    return { status, framing: said, body, keepsOpen };
  } catch (error) {
    if (error instanceof WireError && error.failure === "broken") return { error: error.message };
    throw error;
  }
}

async function streamed(stream: ReadableStream<Uint8Array>, size: number | "stream"): Promise<string> {
  let text = "";
  if (size === "stream") {
    for await (const piece of stream) text += shown(piece);
    return text;
  }
  const reader = stream.getReader({ mode: "byob" });
  for (let read = await reader.read(new Uint8Array(size)); !read.done; read = await reader.read(new Uint8Array(size))) {
    text += shown(read.value);
    // Some bodies are long, and some buffers short.
    if (text.length > 2_000) size = 65_536;
  }
  return text;
}
