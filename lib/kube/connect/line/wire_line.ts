/** Requests over connections of our own making: see `docs/decisions/0014-the-wire.md`. */

import type { Clock } from "../../../time/mod.ts";
import {
  type Answer,
  LIMITS,
  type Meter,
  type Proxy,
  proxyName,
  type TlsOptions,
  Wire,
  WireError,
  type WireRequest,
} from "../../../wire/mod.ts";
import { ConnectionError, toConnectionError } from "../../answer/mod.ts";
import { readPem } from "./certificate.ts";
import { LinkSpeed, LONG_ANSWER } from "./link_speed.ts";
import type { Line, LineAnswer, LineRequest, Security } from "./line.ts";
import type { ProxyConfig } from "../found/mod.ts";

/** More than an API server takes as a request (3 MiB), by far. */
const LONGEST_BODY = 64 * 1024 * 1024;

/** How answers may be encoded: when that was asked for, or because something between does it unasked. */
const ENCODINGS: ReadonlyMap<string, "gzip" | "deflate"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** What is on the way to a server. */
export interface WireWay {
  /** A proxy of `http://`. */
  readonly proxy?: ProxyConfig | undefined;
  /** The name that the server is asked by, when it is not that of its URL. */
  readonly serverName?: string | undefined;
  /**
   * Whether whoever answers is taken for the server, with whatever certificate.
   * @default {false}
   */
  readonly isUnverified?: boolean | undefined;
}

/** No server says this of itself. */
const PROXY_WANTS_PROOF = 407;

/** Sends requests over the wire. */
export class WireLine implements Line {
  readonly #wire: Wire;
  readonly #way: WireWay;
  readonly #proxy: Proxy | undefined;
  readonly #clock: Clock;
  readonly #speed = new LinkSpeed();

  /**
   * @param server The server's URL.
   * @param security How connections are secured.
   * @param clock Measures limits.
   * @param vouch What must be well before a connection is made.
   * @param way What is on the way.
   */
  constructor(
    server: string,
    security: Security,
    clock: Clock,
    vouch: () => Promise<void> | undefined,
    way: WireWay = {},
  ) {
    checkPair(security);
    this.#way = way;
    this.#proxy = way.proxy && wireProxy(way.proxy);
    this.#clock = clock;
    this.#wire = new Wire({ server, tls: this.#tlsOf(security), proxy: this.#proxy, clock, vouch });
  }

  async send(request: LineRequest): Promise<LineAnswer> {
    const { body, signal } = request;
    const sent = body instanceof ReadableStream ? await readBody(body, signal) : body;
    let answer: Answer;
    try {
      const { method, target, asText } = request;
      answer = await this.#wire.ask({ method, target, headers: this.#headersOf(request), body: sent, signal, asText });
    } catch (thrown) {
      throw asConnectionError(thrown);
    }
    if (this.#proxy && answer.status === PROXY_WANTS_PROOF) {
      answer.drop();
      const problem =
        `the API server cannot be reached by ${proxyName(this.#proxy)} (it answers with ${answer.status}: ` +
        "its URL must hold a name and a password that it takes)";
      throw new ConnectionError(problem, { failure: "unreachable" });
    }
    if (!isRedirect(answer.status)) return new WireAnswer(answer, this.#speed, this.#clock, request.target);
    answer.drop();
    const problem =
      "the answer is a redirect, which is not followed: no API server sends one, so check the server's URL";
    throw new ConnectionError(problem, { failure: "broken" });
  }

  secure(security: Security): void {
    checkPair(security);
    this.#wire.secure(this.#tlsOf(security));
  }

  close(): void {
    this.#wire.close();
  }

  #tlsOf(security: Security): TlsOptions {
    const { serverName, isUnverified } = this.#way;
    return { ...security, serverName, isUnverified };
  }

  #headersOf({ method, headers, lines }: LineRequest): WireRequest["headers"] {
    if (method !== "GET" || !this.#speed.isSlow(this.#clock.monotonic())) return lines ?? headers;
    return [...headers, ["accept-encoding", "gzip"]];
  }
}

/** A request for what comes when something happens: its answer says nothing of the link. */
const WATCH = /[?&](?:watch|follow)=/;

class WireAnswer implements LineAnswer, Meter {
  readonly #target: string;
  readonly #answer: Answer;
  readonly #speed: LinkSpeed;
  readonly #clock: Clock;

  constructor(answer: Answer, speed: LinkSpeed, clock: Clock, target: string) {
    this.#target = target;
    this.#answer = answer;
    this.#speed = speed;
    this.#clock = clock;
  }

  get status(): number {
    return this.#answer.status;
  }

  get contentType(): string | undefined {
    return this.#answer.head.contentType;
  }

  async bytes(): Promise<Uint8Array> {
    try {
      if (this.#encoding === undefined) return await this.#timedBytes();
      return await readAll(this.stream().getReader(), LIMITS.body, unpackedTooLong);
    } catch (thrown) {
      throw asConnectionError(thrown);
    }
  }

  text(): string | Promise<string> {
    return this.#encoding === undefined && !this.#isLong ? this.#shortText() : this.bytes().then(toText);
  }

  #shortText(): string | Promise<string> {
    const text = this.#answer.text();
    return typeof text === "string" ? text : text.catch((thrown) => Promise.reject(asConnectionError(thrown)));
  }

  async #timedBytes(): Promise<Uint8Array> {
    if (!this.#isLong) return await this.#answer.bytes();
    const start = this.#clock.monotonic();
    const bytes = await this.#answer.bytes();
    const now = this.#clock.monotonic();
    this.#speed.note(bytes.length, now - start, now);
    return bytes;
  }

  stream(): ReadableStream<Uint8Array> {
    const encoding = this.#encoding;
    const isTimed = encoding === undefined && this.#isLong && !WATCH.test(this.#target);
    const stream = this.#answer.stream(isTimed ? this : undefined);
    if (encoding === undefined) return stream;
    const format = ENCODINGS.get(encoding);
    if (format) return decoded(stream, format);
    this.drop();
    const problem = `the answer has an encoding that nobody asked for (${encoding.slice(0, 40)})`;
    throw new ConnectionError(problem, { failure: "broken" });
  }

  drop(): void {
    this.#answer.drop();
  }

  /** @internal */
  now(): number {
    return this.#clock.monotonic();
  }

  /** @internal */
  read(bytes: number, waited: number): void {
    this.#speed.note(bytes, waited, this.#clock.monotonic());
  }

  /** Whether something is learnt from the time that it takes. */
  get #isLong(): boolean {
    const { framing } = this.#answer.head;
    return framing.type === "chunked" || framing.type === "length" && framing.length >= LONG_ANSWER;
  }

  get #encoding(): string | undefined {
    const encoding = this.#answer.head.contentEncoding?.toLowerCase();
    return encoding === "identity" || encoding === "" ? undefined : encoding;
  }
}

/** What cannot be decoded is an answer that broke. */
function decoded(stream: ReadableStream<Uint8Array>, format: "gzip" | "deflate"): ReadableStream<Uint8Array> {
  const decoder = new DecompressionStream(format) as ReadableWritablePair<Uint8Array, Uint8Array>;
  const reader = stream.pipeThrough(decoder).getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (thrown) {
        if (!(thrown instanceof TypeError)) throw asConnectionError(thrown);
        const problem = `the connection to the API server broke in the middle of the answer (${thrown.message})`;
        throw new ConnectionError(problem, { failure: "broken", cause: thrown });
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/**
 * What is no pair, or no authority, is said by whoever has it, before anybody connects: Deno knows, but takes 7 ms for the roots
 * that it adds to each. So it is asked where there is a pair, or no certificate can be read.
 */
function checkPair({ authority, keyPair }: Security): void {
  if (!keyPair && (authority === undefined || readPem(authority).length > 0)) return;
  Deno.createHttpClient({ caCerts: authority === undefined ? [] : [authority], ...keyPair }).close();
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** In the terms of the wire. */
export function wireProxy({ hostname, port, authorization }: ProxyConfig): Proxy {
  return { address: { hostname, port }, authorization };
}

/** In the terms of this room. What is none of the wire's stays as it is. */
function asConnectionError(thrown: unknown): unknown {
  return thrown instanceof WireError ? toConnectionError(thrown) : thrown;
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** A request's body as a whole, as a request is one write of a known length. */
async function readBody(stream: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const reader = stream.getReader();
  const onAbort = () => void reader.cancel(signal!.reason).catch(() => {});
  signal?.addEventListener("abort", onAbort);
  try {
    const problem = `Cannot send a request as its body is longer than ${LONGEST_BODY} bytes`;
    const body = await readAll(reader, LONGEST_BODY, () => new RangeError(problem));
    signal?.throwIfAborted();
    return body;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** A stream as a whole, unless it is longer than so many bytes. */
async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  longest: number,
  tooLong: () => Error,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(read.value);
    length += read.value.length;
    if (length <= longest) continue;
    await reader.cancel();
    throw tooLong();
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function unpackedTooLong(): ConnectionError {
  const problem = `the answer is too long to be read as a whole: unpacked, it has more than ${LIMITS.body} bytes`;
  return new ConnectionError(problem, { failure: "broken" });
}
