/** Sends requests to a located cluster, with credentials that are renewed. */

import type { RequestOptions } from "@cloudydeno/kubernetes-client";
import { createLogger, traceParent } from "../../../telemetry/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import { HeaderLines } from "../../../wire/mod.ts";
import type { DirectRequest } from "../../request/mod.ts";
import { httpError, isWords } from "./http_error.ts";
import { type Credential, Credentials, type PemSource, pemSource } from "../credentials/mod.ts";
import { isUnreachable, sendByFetch } from "./fallback.ts";
import { FetchLine } from "./fetch_line.ts";
import {
  type Header,
  type Host,
  type KeyPair,
  type Located,
  type Route,
  STRAIGHT,
  type TransportKind,
} from "../found/mod.ts";
import { isUnverified, serverNameOf } from "../route/mod.ts";
import type { Line, LineAnswer, LineRequest } from "./line.ts";
import { Trust } from "./trust.ts";
import { WireLine } from "./wire_line.ts";

/** How long the content of certificate files is used before they are checked again, in milliseconds. */
const FILES_KNOWN_FOR = 60_000;

/** The same user agent as Deno's `fetch`, for the API server's logs. */
const USER_AGENT = `Deno/${Deno.version.deno}`;

/** A target that needs no encoding and no resolving of `..`. Any other one takes the slower way, through a URL. */
const PLAIN_TARGET = /^(?:\/(?!(?:\.|%2e){1,2}(?:[/?]|$))[\w.~!$&'()*+,;=:@%-]*)+(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?$/i;

interface TransportParts {
  readonly server: string;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly impersonation: readonly Header[];
  readonly authority: PemSource | undefined;
  readonly keyPair: KeyPair | undefined;
  readonly route: Route;
  readonly serverName: string | undefined;
  readonly isUnverified: boolean;
}

/** A request without its credentials. */
interface OpenRequest extends Omit<LineRequest, "headers" | "lines"> {
  /** The accepted media types, if given. */
  readonly accepted: string | undefined;
  /** The media type of the body, if given. */
  readonly type: string | undefined;
}

/** Headers of earlier requests. */
interface KeptHeaders extends Pick<LineRequest, "headers" | "lines"> {
  readonly accepted: string | undefined;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
}

/** More sets of headers than an operator uses: for reads, for bodies, and for each kind of patch. */
const MOST_KEPT = 8;

/** Sends the requests of one client. */
export class Transport {
  readonly #server: string;
  readonly #basePath: string;
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #impersonation: readonly Header[];
  readonly #authority: PemSource | undefined;
  #trust: Trust | undefined;
  #kind: TransportKind;
  #line: Line;
  /** Whether nobody has been reached yet and the only way may be a proxy that cannot be read. */
  #mayNeedProxy: boolean;
  #authorityInUse: string | undefined;
  #keyPairInUse: KeyPair | undefined;
  /** The last key pair that worked. */
  #keyPairOfLine: KeyPair | undefined;
  #lookAgainAt: number;
  #looking: Promise<void> | undefined;
  #isClosed = false;
  /** The most recent first. */
  #kept: readonly KeptHeaders[] = [];
  readonly #onAnswer = (answer: LineAnswer) => {
    this.#mayNeedProxy = false;
    return answer;
  };

  private constructor(
    { server, clock, credentials, impersonation, authority, keyPair, route, serverName, isUnverified }: TransportParts,
  ) {
    this.#server = server;
    // A path is resolved against the root of the server, so the base path of the server's URL would be lost.
    this.#basePath = new URL(server).pathname.replace(/\/+$/, "");
    this.#clock = clock;
    this.#credentials = credentials;
    this.#impersonation = impersonation;
    this.#authority = authority;
    this.#authorityInUse = authority?.text;
    this.#keyPairInUse = keyPair;
    this.#keyPairOfLine = keyPair;
    const { transport, proxy, mayNeedProxy } = route;
    this.#kind = transport;
    this.#mayNeedProxy = mayNeedProxy;
    const security = { authority: authority?.text, keyPair };
    const way = { transport, proxy, serverName, isUnverified };
    this.#line = transport === "fetch"
      ? new FetchLine(server, security, proxy)
      : new WireLine(server, security, clock, () => this.#trust?.check(this.#keyPairOfLine), way);
    this.#lookAgainAt = clock.monotonic() + FILES_KNOWN_FOR;
    if (!authority || !server.startsWith("https:")) return;
    this.#trust = new Trust(server, authority.text, clock, way);
  }

  /**
   * Opens a transport. Runs the exec plugin at once, so that a failing one is reported here.
   *
   * @param located The located cluster.
   * @param host The machine.
   * @param clock The time.
   * @throws {Error} If the credentials cannot be used.
   */
  static async open(located: Located, host: Host, clock: Clock): Promise<Transport> {
    const { cluster, source, route = STRAIGHT } = located;
    const data = cluster["certificate-authority-data"];
    const authority = await pemSource(host, data, cluster["certificate-authority"], source);
    const credentials = await Credentials.open(located, host, clock, authority);
    const { keyPair } = await credentials.current();
    const { server } = cluster;
    const impersonation = located.user.impersonation ?? [];
    const parts = { serverName: serverNameOf(located), isUnverified: isUnverified(located) };
    if (parts.isUnverified) warnOfStrangers(located);
    return new Transport({ server, clock, credentials, impersonation, authority, keyPair, route, ...parts });
  }

  /**
   * Performs a request. The options decide in which form the answer is returned.
   *
   * @throws {Error} If the server refuses with JSON; it has the code and the `Status`. A refusal in plain text is no
   * error by the client's contract: it is returned as bytes.
   * @throws {ConnectionError} If nobody answers; or, by `fetch`, whatever it throws.
   */
  async performRequest(options: RequestOptions & { expectTunnel?: string[] }): Promise<unknown> {
    if (options.expectTunnel) throw new Error("Cannot open a tunnel as this client makes plain requests only");
    const answer = await this.#exchange(this.#requestOf(options));
    const { expectStream = false, expectJson = false, abortSignal } = options;
    const isOk = answer.status >= 200 && answer.status < 300;
    if (!isOk && isJson(answer)) throw httpError(answer.status, await this.#read(answer, abortSignal));
    if (expectStream) return expectJson ? jsonLinesOf(answer.stream()) : answer.stream();
    const bytes = await this.#read(answer, abortSignal);
    if (!isOk && !isWords(bytes)) throw httpError(answer.status, bytes);
    return expectJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
  }

  /**
   * Sends a request with a JSON body, if any, and expects JSON.
   *
   * @returns The text of the answer.
   * @throws As {@link performRequest}.
   */
  async ask({ method, target, body, contentType, signal }: DirectRequest): Promise<string> {
    const accepted = "application/json";
    const request = { method, target: this.#plain(target), body, signal, accepted, type: contentType, asText: true };
    const answer = await this.#exchange(request);
    if (answer.status >= 200 && answer.status < 300) {
      const text = answer.text();
      return typeof text === "string" ? text : await text.catch((error) => this.#unread(error, signal));
    }
    const bytes = await this.#read(answer, signal);
    if (isJson(answer) || !isWords(bytes)) throw httpError(answer.status, bytes);
    return new TextDecoder().decode(bytes);
  }

  /** What carries requests. */
  get kind(): TransportKind {
    return this.#kind;
  }

  /** Closes the connections. */
  close(): void {
    if (!this.#isClosed) this.#line.close();
    this.#isClosed = true;
  }

  /** Sends a request. If the server answers 401 and there is another credential, sends it again with that. */
  async #exchange(request: OpenRequest): Promise<LineAnswer> {
    const { signal } = request;
    if (this.#clock.monotonic() >= this.#lookAgainAt) await unlessAborted(this.#look(), signal);
    const current = this.#credentials.current();
    const credential = current instanceof Promise ? await unlessAborted(current, signal) : current;
    // The wire checks trust before it connects: a kept connection always leads to the same server.
    const untrusted = this.#kind === "fetch" ? this.#trust?.check(credential.keyPair) : undefined;
    if (untrusted) await unlessAborted(untrusted, signal);
    const answer = await this.#send(request, credential);
    if (answer.status !== 401) return this.#accepted(answer, credential);
    this.#credentials.refuse(credential);
    const other = await unlessAborted(this.#credentials.instead(credential), signal);
    // The stream has been read and cannot be sent again; the caller may retry with another one.
    if (other === undefined || request.body instanceof ReadableStream) return answer;
    await answer.drop();
    const again = await this.#send(request, other);
    if (again.status !== 401) return this.#accepted(again, other);
    this.#credentials.refuse(other);
    return again;
  }

  #accepted(answer: LineAnswer, credential: Credential): LineAnswer {
    // A failing gateway has not checked the credential.
    if (answer.status < 500) this.#credentials.accept(credential);
    return answer;
  }

  #send(open: OpenRequest, credential: Credential): Promise<LineAnswer> {
    const { method, target, body, signal, asText } = open;
    const { headers, lines } = this.#headersOf(open, credential);
    const request = { method, target, headers, lines, body, signal, asText };
    this.#secure(credential.keyPair);
    return this.#line.send(request).then(this.#onAnswer, (error) => this.#failed(request, error));
  }

  async #failed(request: LineRequest, error: unknown): Promise<LineAnswer> {
    if (request.signal?.aborted) throw error;
    this.#trust?.doubt();
    if (this.#mayNeedProxy && isUnreachable(error)) return await this.#fallBack(request, error);
    throw error;
  }

  /** The headers of a request. Keeps the lines of recent requests, because nearly all requests repeat them. */
  #headersOf({ accepted, type }: OpenRequest, { authorization }: Credential): Pick<LineRequest, "headers" | "lines"> {
    // `fetch` adds this header by itself.
    const parent = this.#kind === "wire" ? traceParent() : undefined;
    for (const kept of this.#kept) {
      const isSame = kept.type === type && kept.accepted === accepted && kept.authorization === authorization;
      if (isSame && parent === undefined) return kept;
    }
    const headers: Header[] = [["user-agent", USER_AGENT], ...this.#impersonation];
    if (authorization) headers.push(["authorization", authorization]);
    if (accepted) headers.push(["accept", accepted]);
    if (type) headers.push(["content-type", type]);
    if (parent !== undefined) headers.push(["traceparent", parent]);
    if (parent !== undefined || this.#kind !== "wire") return { headers, lines: undefined };
    const kept = { headers, lines: new HeaderLines(headers), accepted, type, authorization };
    this.#kept = [kept, ...this.#kept.slice(0, MOST_KEPT - 1)];
    return kept;
  }

  /** Switches all requests to `fetch`, if it reaches somebody. */
  async #fallBack(request: LineRequest, error: unknown): Promise<LineAnswer> {
    const security = { authority: this.#authority?.text, keyPair: this.#keyPairOfLine };
    const { answer, line, trust } = await sendByFetch(this.#server, security, this.#clock, request, error);
    this.#mayNeedProxy = false;
    this.#line.close();
    [this.#line, this.#trust, this.#kind] = [line, trust, "fetch"];
    return answer;
  }

  async #read(answer: LineAnswer, signal: AbortSignal | undefined): Promise<Uint8Array> {
    try {
      return await answer.bytes();
    } catch (error) {
      return this.#unread(error, signal);
    }
  }

  #unread(error: unknown, signal: AbortSignal | undefined): never {
    if (!signal?.aborted) this.#trust?.doubt();
    throw error;
  }

  #requestOf(options: RequestOptions): OpenRequest {
    const { method, path, querystring, abortSignal: signal, accept, contentType, expectJson, bodyJson } = options;
    const accepted = accept ?? (expectJson ? "application/json" : undefined);
    const type = contentType ?? (bodyJson === undefined ? undefined : "application/json");
    const target = this.#plain(querystring ? `${path || "/"}?${querystring}` : path || "/");
    return { method, target, body: bodyOf(options), signal, accepted, type, asText: false };
  }

  #plain(target: string): string {
    const whole = this.#basePath + target;
    if (PLAIN_TARGET.test(whole)) return whole;
    const { pathname, search } = new URL(whole, this.#server);
    return pathname + search;
  }

  /** Uses new certificates for new connections. Existing connections end after their current requests. */
  #secure(keyPair: KeyPair | undefined): void {
    const authority = this.#authority?.text;
    const isSame = authority === this.#authorityInUse && isSamePair(keyPair, this.#keyPairInUse);
    if (isSame || this.#isClosed) return;
    // Set before the attempt, so that each new authority is tried only once.
    this.#authorityInUse = authority;
    this.#keyPairInUse = keyPair;
    try {
      this.#line.secure({ authority, keyPair });
      this.#keyPairOfLine = keyPair;
    } catch {
      // Either only one of the two files has been replaced so far, or they are invalid. In both cases the old ones stay
      // in use until the server refuses them.
    }
  }

  #look(): Promise<void> {
    return this.#looking ??= this.#lookAtFiles().finally(() => this.#looking = undefined);
  }

  async #lookAtFiles(): Promise<void> {
    await Promise.all([this.#authority?.look(), this.#credentials.look()]);
    this.#lookAgainAt = this.#clock.monotonic() + FILES_KNOWN_FOR;
    const authority = this.#authority?.text;
    if (authority !== undefined && authority !== this.#authorityInUse) this.#trust?.rely(authority);
  }
}

/** Warns at each start that the server's certificate is not verified. */
function warnOfStrangers({ cluster: { server }, source }: Located): void {
  createLogger().warn(
    "the API server's certificate is not verified, because of insecure-skip-tls-verify: an impostor could get the " +
      "credentials, read all writes and answer anything; set certificate-authority-data instead",
    { server, source },
  );
}

/** Checks the media type only, whatever the body is: JSON from a proxy must not be taken for an object. */
function isJson({ contentType }: LineAnswer): boolean {
  return contentType !== undefined && /^application\/json\b/i.test(contentType);
}

function isSamePair(one: KeyPair | undefined, other: KeyPair | undefined): boolean {
  return one === other || one?.cert === other?.cert && one?.key === other?.key;
}

function bodyOf(
  { method, bodyStream, bodyRaw, bodyJson }: RequestOptions,
): string | Uint8Array | ReadableStream | undefined {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return undefined;
  return bodyJson === undefined ? bodyStream ?? bodyRaw : JSON.stringify(bodyJson);
}

/** Several callers wait for one answer, and each has its own signal. */
function unlessAborted<R>(answer: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function jsonLinesOf(stream: ReadableStream<Uint8Array>): ReadableStream<unknown> {
  return stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).pipeThrough(
    jsonLines(),
  );
}

/** Splits a stream of text into lines and parses each as JSON. */
function jsonLines(): TransformStream<string, unknown> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop()!;
      for (const line of lines) if (line !== "") controller.enqueue(JSON.parse(line));
    },
    flush(controller) {
      if (rest.trim() !== "") controller.enqueue(JSON.parse(rest));
    },
  });
}
