/** The embedded cluster: a Kubernetes API server in memory, as a client. */

import type { RequestOptions, RestClient } from "../kube/mod.ts";
import { type Clock, type Random, shownValue, systemClock, systemRandom } from "../time/mod.ts";
import { describeRequest, type InterceptedRequest, type Interceptor, Interceptors } from "./interception.ts";
import type { RequestListener } from "./request_log.ts";
import { type AdmissionHook, AdmissionHooks } from "./admission.ts";
import {
  type Answer,
  jsonAnswer,
  type ReadRequest,
  type Requester,
  Server,
  StatusError,
  type WatchFilter,
  type WireRequest,
} from "./server/mod.ts";
import { fromWire, toWire } from "./transport.ts";

/** How an {@link EmbeddedCluster} is set up. */
export interface EmbeddedClusterOptions {
  /**
   * Where it takes the time from.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * Where it takes UIDs and generated names from.
   * @default {systemRandom}
   */
  random?: Random;
  /**
   * Namespaces that are there from the start, besides `default`, `kube-system`, `kube-public` and `kube-node-lease`.
   * @default {[]}
   */
  namespaces?: readonly string[];
  /**
   * Milliseconds between two bookmarks of a watch.
   * @default {60000}
   */
  bookmarkInterval?: number;
  /**
   * How many changes of each resource are remembered; a watch from before them gets `Expired`.
   * @default {100000}
   */
  historySize?: number;
  /**
   * Milliseconds after which the controllers inside (garbage collection, namespaces, definitions) get to work. 0 is right
   * after the request that caused it.
   * @default {0}
   */
  controllerDelay?: number;
}

/** The running watches of an embedded cluster, for tests to disturb. */
export interface Watches {
  /** How many there are. */
  readonly count: number;
  /**
   * Breaks watches off, as when a connection is lost.
   *
   * @param filter Which ones; all when nothing is said.
   * @param reason What their readers get; without one the streams end in order, as at a time-out.
   */
  cut(filter?: WatchFilter, reason?: Error): void;
  /**
   * Holds back what watches have to tell, those that start later included; their readers cannot tell that from quiet.
   *
   * @param filter Which ones; all when nothing is said.
   */
  freeze(filter?: WatchFilter): void;
  /** Ends the freeze: what was held back is told. */
  thaw(): void;
}

const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** An interval of nothing would be a loop, and a time that is no number would never come. */
function checkAtLeast(least: number, option: string, value: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new RangeError(
    `Cannot start the cluster as ${option} must be a number from ${least}: current value is ${shownValue(value)}`,
  );
}

/** Who asks, when nothing else is said. */
const ADMIN: Requester = { user: "system:admin", userAgent: "Deno" };

/**
 * A Kubernetes API server in memory. It is its own client: pass it wherever a `RestClient` is taken. It needs no permission, and
 * what it does depends on nothing but the requests, the clock and the source of chance.
 *
 * It behaves like a real API server, and is held to the same conformance cases: built-in kinds are read, defaulted and validated
 * as Go does it, custom kinds by their schema with its rules (CEL). What it leaves out: authorisation, webhooks, what rules may
 * cost and whether their types fit, tables of most built-in kinds, PriorityClasses, Pods that run (nothing starts or stops them;
 * see `deploymentStandIn`).
 *
 * @example Usage
 * ```ts
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using cluster = new EmbeddedCluster();
 * const path = "/api/v1/namespaces/default/configmaps";
 * await cluster.performRequest({ method: "POST", path, bodyJson: { metadata: { name: "a" }, data: { key: "value" } } });
 * const found = await cluster.performRequest({ method: "GET", path: `${path}/a`, expectJson: true });
 * assertEquals((found as { data: unknown }).data, { key: "value" });
 * ```
 */
export class EmbeddedCluster implements RestClient, Disposable {
  /** The namespace of requests that name none; clients of the contract look at it. */
  readonly defaultNamespace = "default";
  /** Says that this is no real cluster. */
  readonly source = "the embedded cluster";
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #interceptors = new Interceptors();
  readonly #hooks = new AdmissionHooks();
  readonly #listeners = new Set<RequestListener>();
  #closed = false;

  /**
   * Starts a cluster: with the system's namespaces and nothing else in it.
   *
   * @param options How it is set up.
   * @throws {RangeError} If one of the numbers makes no sense.
   */
  constructor(options: EmbeddedClusterOptions = {}) {
    const {
      clock = systemClock,
      random = systemRandom,
      namespaces = [],
      bookmarkInterval = 60_000,
      historySize = 100_000,
      controllerDelay = 0,
    } = options;
    checkAtLeast(1, "bookmarkInterval", bookmarkInterval);
    checkAtLeast(1, "historySize", historySize);
    checkAtLeast(0, "controllerDelay", controllerDelay);
    this.#clock = clock;
    const admit = this.#hooks.admit;
    this.#server = new Server({ clock, random, historySize, bookmarkInterval, controllerDelay, admit });
    for (const name of [...SYSTEM_NAMESPACES, ...namespaces]) this.#createNamespace(name);
  }

  /** The watches that run, to be cut or frozen. */
  get watches(): Watches {
    return this.#server.watches;
  }

  /** The revision of the last change, as a resource version. */
  get resourceVersion(): string {
    return String(this.#server.store.revision);
  }

  /**
   * A client that acts as another user.
   *
   * @param user The user's name, as records and admission hooks see it.
   * @param userAgent The program's name: the default field manager.
   */
  client(user: string, userAgent = ADMIN.userAgent): RestClient {
    const requester = { user, userAgent };
    return {
      defaultNamespace: this.defaultNamespace,
      performRequest: ((options: RequestOptions) => this.#perform(options, requester)) as RestClient["performRequest"],
    };
  }

  /** Performs a request; see `RestClient`. */
  readonly performRequest: RestClient["performRequest"] =
    ((options: RequestOptions) => this.#perform(options, ADMIN)) as RestClient["performRequest"];

  /**
   * Performs a request as it came over a network, for servers of other protocols. Errors are answers, too.
   *
   * @param request The request.
   * @returns The answer.
   * @throws {Error} If an interceptor broke the connection.
   */
  async answer(request: WireRequest): Promise<Answer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof StatusError) return jsonAnswer(error.httpCode, JSON.stringify(error.status));
      throw error;
    }
  }

  /** Calls the listener after each request of a client, until what is returned is disposed. */
  onRequest(listener: RequestListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /**
   * Puts an interceptor between clients and the cluster, until what is returned is disposed.
   *
   * @param interceptor What to do, or only what to do before each request.
   */
  intercept(interceptor: Interceptor | NonNullable<Interceptor["before"]>): Disposable {
    return this.#interceptors.add(typeof interceptor === "function" ? { before: interceptor } : interceptor);
  }

  /**
   * Has a hook look at all writes of a kind before they are stored, until what is returned is disposed.
   *
   * @param kind The kind.
   * @param hook May change the object, or throw: a {@link StatusError} is the answer, any other error is a refusal (403).
   */
  admit(kind: { readonly group: string; readonly plural: string }, hook: AdmissionHook): Disposable {
    return this.#hooks.add(kind, hook);
  }

  /** Forgets the history up to a resource version, or all of it: watches and lists from before it get `Expired`. */
  compact(resourceVersion?: string): void {
    this.#server.store.compact(resourceVersion === undefined ? undefined : Number(resourceVersion));
  }

  /** Ends all watches, in order, and stops all that goes on inside. Requests from then on are refused. */
  close(): void {
    this.#closed = true;
    this.#server.close();
  }

  /** The same as {@link EmbeddedCluster.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #perform(options: RequestOptions, requester: Requester): Promise<unknown> {
    if (options.expectTunnel) throw new Error("Cannot open a tunnel as the embedded cluster runs no Pods");
    options.abortSignal?.throwIfAborted();
    return await fromWire(await this.#answer(await toWire(options, requester)), options);
  }

  async #answer(wire: WireRequest): Promise<Answer> {
    if (this.#closed) throw new TypeError("Cannot perform a request as the embedded cluster is closed");
    const read = this.#server.read(wire);
    if (this.#interceptors.isEmpty && this.#listeners.size === 0) return this.#server.answer(read);
    return await this.#answerObserved(read, describeRequest(read));
  }

  async #answerObserved(read: ReadRequest, request: InterceptedRequest): Promise<Answer> {
    let code = 0;
    try {
      await this.#interceptors.before(request);
      read.wire.signal?.throwIfAborted();
      const answer = this.#server.answer(read);
      code = answer.code;
      await this.#interceptors.after(request, code);
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
    for (const listener of this.#listeners) listener({ ...request, code, at });
  }

  #createNamespace(name: string): void {
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
}
