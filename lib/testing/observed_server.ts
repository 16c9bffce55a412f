/** The embedded API server as clients reach it: by their contract, past interceptors, under the eyes of listeners. */

import type { RequestOptions } from "../kube/mod.ts";
import type { Clock } from "../time/mod.ts";
import { AdmissionHooks } from "./admission.ts";
import { describeRequest, type InterceptedRequest, Interceptors } from "./interception.ts";
import type { RequestListener } from "./request_log.ts";
import {
  type Answer,
  jsonAnswer,
  type ReadRequest,
  type Requester,
  Server,
  type ServerOptions,
  StatusError,
  type WireRequest,
} from "./server/mod.ts";
import { fromWire, toWire } from "./transport.ts";

/** Who asks, when nothing else is said. */
export const ADMIN: Requester = { user: "system:admin", userAgent: "Deno" };

/** One API server, and who stands before it. */
export class ObservedServer {
  /** Those between the clients and the server. */
  readonly interceptors: Interceptors = new Interceptors();
  /** Those that look at writes. */
  readonly hooks: AdmissionHooks = new AdmissionHooks();
  /** Those that are told of each request. */
  readonly listeners: Set<RequestListener> = new Set<RequestListener>();
  readonly #server: Server;
  readonly #clock: Clock;
  #isClosed = false;

  /** @param options How the server is set up. */
  constructor(options: Omit<ServerOptions, "admit">) {
    this.#clock = options.clock;
    this.#server = new Server({ ...options, admit: this.hooks.admit });
  }

  /** The watches that run. */
  get watches(): Server["watches"] {
    return this.#server.watches;
  }

  /** What is stored. */
  get store(): Server["store"] {
    return this.#server.store;
  }

  /** Performs a request of a client. */
  async perform(options: RequestOptions, requester: Requester): Promise<unknown> {
    if (options.expectTunnel) throw new Error("Cannot open a tunnel as the embedded cluster runs no Pods");
    options.abortSignal?.throwIfAborted();
    return await fromWire(await this.#answer(await toWire(options, requester)), options);
  }

  /** Performs a request as it came over a network; errors are answers, too. */
  async answerAnyway(request: WireRequest): Promise<Answer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof StatusError) return jsonAnswer(error.httpCode, JSON.stringify(error.status));
      throw error;
    }
  }

  /** Makes a namespace, unobserved. */
  createNamespace(name: string): void {
    const wire: WireRequest = {
      ...{ method: "POST", path: "/api/v1/namespaces", query: new URLSearchParams(), accept: "application/json" },
      ...{
        contentType: "application/json",
        body: JSON.stringify({ metadata: { name } }),
        requester: ADMIN,
        signal: undefined,
      },
    };
    this.#server.answer(this.#server.read(wire));
  }

  /** Ends all watches, and refuses all requests from now on. */
  close(): void {
    this.#isClosed = true;
    this.#server.close();
  }

  async #answer(wire: WireRequest): Promise<Answer> {
    if (this.#isClosed) throw new TypeError("Cannot perform a request as the embedded cluster is closed");
    const read = this.#server.read(wire);
    if (this.interceptors.isEmpty && this.listeners.size === 0) return this.#server.answer(read);
    return await this.#answerObserved(read, describeRequest(read));
  }

  async #answerObserved(read: ReadRequest, request: InterceptedRequest): Promise<Answer> {
    let code = 0;
    try {
      await this.interceptors.before(request);
      read.wire.signal?.throwIfAborted();
      const answer = this.#server.answer(read);
      code = answer.code;
      await this.interceptors.after(request, code);
      return answer;
    } catch (error) {
      if (error instanceof StatusError) code = error.httpCode;
      throw error;
    } finally {
      this.#tell(request, code);
    }
  }

  #tell({ query: _query, body: _body, ...request }: InterceptedRequest, code: number): void {
    const at = this.#clock.now();
    for (const listener of this.listeners) listener({ ...request, code, at });
  }
}
