/** Sends requests by Deno's `fetch`, over connections that we close: see `docs/decisions/0005-http-1-1.md`. */

import type { ProxyConfig } from "../found/mod.ts";
import type { Line, LineAnswer, LineRequest, Security } from "./line.ts";

/** How long an unused connection is kept, in milliseconds. The reason is that of `Limits.idle` on the wire. */
const LONGEST_IDLE = 30_000;

/** Sends requests by `fetch`, over HTTP/1.1 only. */
export class FetchLine implements Line {
  readonly #server: string;
  readonly #proxy: ProxyConfig | undefined;
  #client: Deno.HttpClient;

  /**
   * @param server The server's URL.
   * @param security How connections are secured.
   * @param proxy The proxy. `fetch` finds the environment's proxies by itself.
   */
  constructor(server: string, security: Security, proxy?: ProxyConfig) {
    this.#server = server;
    this.#proxy = proxy;
    this.#client = makeClient(security, proxy);
  }

  async send({ method, target, headers, body, signal }: LineRequest): Promise<LineAnswer> {
    const client = this.#client;
    const init = {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      redirect: "error",
      signal: signal ?? null,
      client,
      ...(hasBody(method) && { body: sentOnce(body) }),
    };
    return new FetchAnswer(await fetch(new URL(target, this.#server), init as RequestInit));
  }

  secure(security: Security): void {
    const old = this.#client;
    this.#client = makeClient(security, this.#proxy);
    old.close();
  }

  close(): void {
    this.#client.close();
  }
}

class FetchAnswer implements LineAnswer {
  readonly #response: Response;

  constructor(response: Response) {
    this.#response = response;
  }

  get status(): number {
    return this.#response.status;
  }

  get contentType(): string | undefined {
    return this.#response.headers.get("content-type") ?? undefined;
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.#response.arrayBuffer());
  }

  async text(): Promise<string> {
    return await this.#response.text();
  }

  stream(): ReadableStream<Uint8Array> {
    return this.#response.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  async drop(): Promise<void> {
    await this.#response.body?.cancel();
  }
}

function makeClient({ authority, keyPair }: Security, proxy: ProxyConfig | undefined): Deno.HttpClient {
  return Deno.createHttpClient({
    caCerts: authority === undefined ? [] : [authority],
    ...keyPair,
    ...(proxy && { proxy: { url: proxy.href } }),
    http2: false,
    poolIdleTimeout: LONGEST_IDLE,
  });
}

function hasBody(method: LineRequest["method"]): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
}

/**
 * Returns a body in a form that is sent at most once. Since 2.7.14, Deno's `fetch` sends a request again if a kept
 * connection breaks before the answer, even if the request was carried out, unless the body is a stream. A Blob counts
 * as a stream and also has a length, so it is not sent in chunks, except for an empty one: that has zero chunks.
 */
function sentOnce(body: LineRequest["body"]): BodyInit {
  return body instanceof ReadableStream ? body : new Blob(body === undefined ? [] : [body as BlobPart]);
}
