/** Requests over HTTP connections of our own making, with credentials that end and come anew. */

import type { RequestOptions } from "@cloudydeno/kubernetes-client";
import type { Clock } from "../../time/mod.ts";
import { httpError, isWords } from "./http_error.ts";
import { type Credential, Credentials } from "./credentials.ts";
import type { KeyPair } from "./exec_plugin.ts";
import type { Host } from "./host.ts";
import type { Located } from "./located.ts";
import { type PemSource, pemSource } from "./pem_source.ts";
import { Trust } from "./trust.ts";

/**
 * How long an unused connection is kept, in milliseconds. Less than the API server (90 s) and the usual proxies before it
 * (60 s and more) keep theirs, so that it is always this side that closes: a write on a connection that the other side is
 * just closing breaks, and nobody knows whether it was carried out.
 */
const LONGEST_IDLE = 30_000;

/** How old what is known of the files of certificates may be, in milliseconds. */
const FILES_KNOWN_FOR = 60_000;

/** Makes requests for whoever was found, over HTTP/1.1: see `docs/decisions/0005-http-1-1.md`. */
export class Transport {
  readonly #server: string;
  readonly #basePath: string;
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  readonly #authority: PemSource | undefined;
  readonly #trust: Trust | undefined;
  #authorityInUse: string | undefined;
  #keyPairInUse: KeyPair | undefined;
  #client: Deno.HttpClient;
  #lookAgainAt: number;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  private constructor(
    server: string,
    clock: Clock,
    credentials: Credentials,
    authority: PemSource | undefined,
    keyPair: KeyPair | undefined,
  ) {
    this.#server = server;
    // A path is resolved against the root of the server, so one in the server's URL would be lost.
    this.#basePath = new URL(server).pathname.replace(/\/+$/, "");
    this.#clock = clock;
    this.#credentials = credentials;
    this.#authority = authority;
    this.#authorityInUse = authority?.text;
    this.#keyPairInUse = keyPair;
    this.#client = makeClient(authority?.text, keyPair);
    this.#lookAgainAt = clock.monotonic() + FILES_KNOWN_FOR;
    if (authority && server.startsWith("https:")) this.#trust = new Trust(server, authority.text, clock);
  }

  /**
   * A transport for whoever was found. An exec plugin is run at once, so that one that fails is heard of here.
   *
   * @throws {Error} If the credentials cannot be used.
   */
  static async open(located: Located, host: Host, clock: Clock): Promise<Transport> {
    const { cluster, source } = located;
    const data = cluster["certificate-authority-data"];
    const authority = await pemSource(host, data, cluster["certificate-authority"], source);
    const credentials = await Credentials.open(located, host, clock, authority);
    const { keyPair } = await credentials.current();
    return new Transport(cluster.server, clock, credentials, authority, keyPair);
  }

  /**
   * Performs a request; what comes back depends on what is expected.
   *
   * @throws {Error} If the server says no in JSON, with its code and `Status`; whatever `fetch` throws, when nobody answers. A
   * failure in plain words is no error to the contract: it is what was asked for, as bytes.
   */
  async performRequest(options: RequestOptions & { expectTunnel?: string[] }): Promise<unknown> {
    if (options.expectTunnel) throw new Error("Cannot open a tunnel as this client makes plain requests only");
    const response = await this.#exchange(options);
    const { abortSignal, expectStream = false, expectJson = false } = options;
    if (isJsonError(response)) throw httpError(response.status, await this.#read(response, abortSignal));
    if (expectStream) return bodyStream(response, expectJson);
    const bytes = await this.#read(response, abortSignal);
    if (!response.ok && !isWords(bytes)) throw httpError(response.status, bytes);
    return expectJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
  }

  /** Gives back the connections, once. */
  close(): void {
    if (!this.#isClosed) this.#client.close();
    this.#isClosed = true;
  }

  /** Sends a request, and once more where the server did not know who sent it, and another credential is to be had. */
  async #exchange(options: RequestOptions): Promise<Response> {
    const { abortSignal: signal } = options;
    if (this.#clock.monotonic() >= this.#lookAgainAt) await unlessAborted(this.#look(), signal);
    const current = this.#credentials.current();
    const credential = current instanceof Promise ? await unlessAborted(current, signal) : current;
    const untrusted = this.#trust?.check(credential.keyPair);
    if (untrusted) await unlessAborted(untrusted, signal);
    const response = await this.#fetch(options, credential);
    if (response.status !== 401) return this.#accepted(response, credential);
    this.#credentials.refuse(credential);
    const other = await unlessAborted(this.#credentials.instead(credential), signal);
    // A stream has been read; whoever gave it may send another.
    if (other === undefined || options.bodyStream && options.bodyJson === undefined) return response;
    await response.body?.cancel();
    const again = await this.#fetch(options, other);
    if (again.status !== 401) return this.#accepted(again, other);
    this.#credentials.refuse(other);
    return again;
  }

  #accepted(response: Response, credential: Credential): Response {
    // A gateway that fails has not looked at it.
    if (response.status < 500) this.#credentials.accept(credential);
    return response;
  }

  async #fetch(options: RequestOptions, { authorization, keyPair }: Credential): Promise<Response> {
    const { method, querystring, abortSignal, accept, contentType, expectJson, bodyJson } = options;
    const headers: Record<string, string> = {};
    const accepted = accept ?? (expectJson ? "application/json" : undefined);
    const type = contentType ?? (bodyJson === undefined ? undefined : "application/json");
    if (authorization) headers["Authorization"] = authorization;
    if (accepted) headers["Accept"] = accepted;
    if (type) headers["Content-Type"] = type;
    const path = this.#basePath + (options.path || "/");
    const url = new URL(querystring ? `${path}?${querystring}` : path, this.#server);
    const client = this.#clientFor(keyPair);
    const body = bodyOf(options);
    const init = { method, headers, redirect: "error", signal: abortSignal ?? null, client, ...(body && { body }) };
    try {
      return await fetch(url, init as RequestInit);
    } catch (error) {
      if (!abortSignal?.aborted) this.#trust?.doubt();
      throw error;
    }
  }

  async #read(response: Response, signal: AbortSignal | undefined): Promise<Uint8Array> {
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      if (!signal?.aborted) this.#trust?.doubt();
      throw error;
    }
  }

  /** The connections for a certificate. Those for another one end with the requests that are on them. */
  #clientFor(keyPair: KeyPair | undefined): Deno.HttpClient {
    const authority = this.#authority?.text;
    const isSame = authority === this.#authorityInUse && isSamePair(keyPair, this.#keyPairInUse);
    if (isSame || this.#isClosed) return this.#client;
    // Before the attempt: it is made once for what came.
    this.#authorityInUse = authority;
    this.#keyPairInUse = keyPair;
    const old = this.#client;
    try {
      this.#client = makeClient(authority, keyPair);
    } catch {
      // Of two files, one is new and the other is not yet; or they are of no use, which the server says when it ends the old.
      return old;
    }
    old.close();
    return this.#client;
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

/** Whatever its length, and whether or not it is a `Status`: of somebody between, it must not be taken for an object. */
function isJsonError({ ok, headers }: Response): boolean {
  return !ok && /^application\/json\b/i.test(headers.get("content-type") ?? "");
}

function isSamePair(one: KeyPair | undefined, other: KeyPair | undefined): boolean {
  return one === other || one?.cert === other?.cert && one?.key === other?.key;
}

function makeClient(authority: string | undefined, keyPair: KeyPair | undefined): Deno.HttpClient {
  return Deno.createHttpClient({
    caCerts: authority === undefined ? [] : [authority],
    ...keyPair,
    http2: false,
    poolIdleTimeout: LONGEST_IDLE,
  });
}

/**
 * The body of a request, in a form that is sent once. From 2.7.14 on, Deno's `fetch` sends a request again when a kept
 * connection breaks before the answer, though it may have been carried out: unless its body is a stream, as that of a Blob is
 * to it. Of these, a Blob alone has a length, which is sent in front.
 */
function bodyOf({ method, bodyStream, bodyRaw, bodyJson }: RequestOptions): BodyInit | undefined {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return undefined;
  if (bodyJson !== undefined) return new Blob([JSON.stringify(bodyJson)]);
  if (bodyStream) return bodyStream;
  // Of no length, a Blob too is sent in chunks: none.
  return new Blob(bodyRaw ? [bodyRaw as BlobPart] : []);
}

/** Not every one of those that wait for the same answer has as much time. */
function unlessAborted<R>(answer: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function bodyStream(response: Response, isJson: boolean): ReadableStream<unknown> {
  if (!response.body) return new ReadableStream();
  return isJson ? response.body.pipeThrough(new TextDecoderStream()).pipeThrough(jsonLines()) : response.body;
}

/** Makes of texts the values that stand one a line in them. */
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
