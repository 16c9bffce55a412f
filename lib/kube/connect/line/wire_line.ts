/** Sends requests over our own connections: see `docs/decisions/0014-the-wire.md`. */

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

/** The longest body, far more than the 3 MiB that an API server accepts. */
const LONGEST_BODY = 64 * 1024 * 1024;

/** Encodings of answers: because they were requested, or because a proxy applies one anyway. */
const ENCODINGS: ReadonlyMap<string, "gzip" | "deflate"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/** What is on the way to a server. */
export interface WireWay {
  /** A proxy of `http://`. */
  readonly proxy?: ProxyConfig | undefined;
  /** The server name for TLS, if it differs from the URL's host. */
  readonly serverName?: string | undefined;
  /**
   * Whether any certificate is accepted.
   * @default {false}
   */
  readonly isUnverified?: boolean | undefined;
}

/** A proxy requires authentication; a server itself never answers with this code. */
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
   * @param vouch The check to pass before connecting.
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
      const problem = `the API server cannot be reached by ${proxyName(this.#proxy)} (it answers ${answer.status}: ` +
        "put a valid name and password into the proxy's URL)";
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

/** A watch: its answer arrives when something happens, so it shows nothing about the link. */
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
    const problem = `the answer has an encoding that was not requested (${encoding.slice(0, 40)})`;
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

  /** Whether the time of this answer shows something about the link. */
  get #isLong(): boolean {
    const { framing } = this.#answer.head;
    return framing.type === "chunked" || framing.type === "length" && framing.length >= LONG_ANSWER;
  }

  get #encoding(): string | undefined {
    const encoding = this.#answer.head.contentEncoding?.toLowerCase();
    return encoding === "identity" || encoding === "" ? undefined : encoding;
  }
}

/** Decodes a body. An invalid encoding counts as a broken answer. */
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
 * Checks a key pair or authority now, before anybody connects, so that an invalid one is reported by its owner. Deno
 * does the check, but needs 7 ms, because it adds its roots each time. So it runs only if there is a key pair, or the
 * authority has no readable certificate.
 */
function checkPair({ authority, keyPair }: Security): void {
  if (!keyPair && (authority === undefined || readPem(authority).length > 0)) return;
  Deno.createHttpClient({ caCerts: authority === undefined ? [] : [authority], ...keyPair }).close();
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The proxy in the wire's terms. */
export function wireProxy({ hostname, port, authorization }: ProxyConfig): Proxy {
  return { address: { hostname, port }, authorization };
}

/** Turns errors of the wire into a ConnectionError. Other errors stay as they are. */
function asConnectionError(thrown: unknown): unknown {
  return thrown instanceof WireError ? toConnectionError(thrown) : thrown;
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Reads a request's body completely, because a request is sent in one write with a known length. */
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

/** Reads a whole stream, up to a limit of bytes. */
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
  const problem = `the answer is too long: decompressed, it has more than ${LIMITS.body} bytes`;
  return new ConnectionError(problem, { failure: "broken" });
}
