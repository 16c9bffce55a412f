/** The harness's own client of the API server. It is light, because its CPU time comes from the same cores. */

/** The address of the API server, and the credentials. */
export interface ApiTarget {
  url: string;
  ca: string;
  token: string;
}

export interface ApiRequest {
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

/** How many connections are kept for later requests. */
const KEPT = 32;

/** A client with its own connections. */
export class Api implements Disposable {
  readonly #target: ApiTarget;
  readonly #client: Deno.HttpClient;

  constructor(target: ApiTarget) {
    this.#target = target;
    // Several HTTP/1.1 connections instead of one HTTP/2 connection: seeding is faster, and no request waits behind a
    // watch.
    this.#client = Deno.createHttpClient({ caCerts: [target.ca], http2: false, poolMaxIdlePerHost: KEPT });
  }

  /** Sends a request, and resolves with the answer as soon as it begins. */
  async open(method: string, path: string, options: ApiRequest = {}): Promise<Response> {
    const { body, contentType = "application/json", signal } = options;
    const response = await fetch(this.#target.url + path, {
      client: this.#client,
      method,
      headers: { authorization: `Bearer ${this.#target.token}`, "content-type": contentType },
      body: body === undefined ? null : JSON.stringify(body),
      ...(signal && { signal }),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  }

  /** Sends a request, and discards the answer. */
  async send(method: string, path: string, options?: ApiRequest): Promise<void> {
    await (await this.open(method, path, options)).arrayBuffer();
  }

  /** Sends a request, and parses the answer. */
  async json<T>(method: string, path: string, options?: ApiRequest): Promise<T> {
    return await (await this.open(method, path, options)).json();
  }

  /** Sends a merge patch. */
  async patch(path: string, body: unknown): Promise<void> {
    await this.send("PATCH", path, { body, contentType: "application/merge-patch+json" });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
