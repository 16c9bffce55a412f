/** The embedded cluster: a Kubernetes API server in memory, as a client. */

import { TypedClient } from "../client/mod.ts";
import type { ClusterClient, RequestOptions, RestClient } from "../kube/mod.ts";
import { type Clock, type Random, shownValue, systemClock, systemRandom } from "../time/mod.ts";
import type { KubeObject, ResourceKind } from "../model/mod.ts";
import type { AdmissionHook, AdmissionOf } from "./admission.ts";
import type { Interceptor } from "./interception.ts";
import { ADMIN, ObservedServer } from "./observed_server.ts";
import type { RequestListener } from "./request_log.ts";
import type { Answer, WatchFilter, WireRequest } from "./server/mod.ts";

/** Options of an {@link EmbeddedCluster}. */
export interface EmbeddedClusterOptions {
  /**
   * Measures the time.
   * @default {systemClock}
   */
  clock?: Clock;
  /**
   * The source of random numbers, for UIDs and generated names.
   * @default {systemRandom}
   */
  random?: Random;
  /**
   * Namespaces that exist from the start, in addition to `default`, `kube-system`, `kube-public` and `kube-node-lease`.
   * @default {[]}
   */
  namespaces?: readonly string[];
  /**
   * Milliseconds between two bookmarks of a watch.
   * @default {60000}
   */
  bookmarkInterval?: number;
  /**
   * How many changes of each resource are kept. A watch from an older version gets `Expired`.
   * @default {100000}
   */
  historySize?: number;
  /**
   * Milliseconds until the internal controllers (garbage collection, namespaces, definitions) react. 0 means right
   * after the request.
   * @default {0}
   */
  controllerDelay?: number;
}

/** The running watches of an embedded cluster, for tests to disturb. */
export interface Watches {
  /** How many there are. */
  readonly count: number;
  /**
   * Breaks watches off, as a lost connection does.
   *
   * @param filter Which watches; by default all.
   * @param reason The error that their readers get; without one, the streams end normally, as at a timeout.
   */
  cut(filter?: WatchFilter, reason?: Error): void;
  /**
   * Holds back the events of watches, also of those that start later. Their readers cannot tell this from silence.
   *
   * @param filter Which watches; by default all.
   */
  freeze(filter?: WatchFilter): void;
  /** Ends the freeze and delivers the held events. */
  thaw(): void;
}

const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Refuses an interval of 0, which would loop, and invalid numbers, which would never come. */
function checkAtLeast(least: number, option: string, value: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new RangeError(
    `Cannot start the cluster as ${option} must be a number from ${least}: current value is ${shownValue(value)}`,
  );
}

/**
 * A Kubernetes API server in memory. It is its own client: pass it wherever a `RestClient` is accepted. It needs no
 * permissions, and its behaviour depends only on the requests, the clock and the random source. It is also a typed client: its
 * methods `create`, `patch`, `waitFor` and the rest are what a user does in a test.
 *
 * It behaves like a real API server and passes the same conformance cases: built-in kinds are decoded, defaulted and
 * validated as in Go, custom kinds by their schema with its CEL rules. Not included: authorization, webhooks, cost and
 * type checks of rules, tables of most built-in kinds, PriorityClasses, and running Pods (nothing starts or stops them;
 * see `deploymentStandIn`).
 *
 * @example Usage
 * ```ts
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using cluster = new EmbeddedCluster();
 * await cluster.create(ConfigMap, { metadata: { name: "a" }, data: { key: "value" } });
 * const found = await cluster.get(ConfigMap, "a");
 * assertEquals(found?.data, { key: "value" });
 * ```
 */
export class EmbeddedCluster extends TypedClient implements RestClient, Disposable {
  /** The namespace of requests that name none. Clients read it. */
  readonly defaultNamespace = "default";
  /** Shows in logs that this is not a real cluster. */
  readonly source = "the embedded cluster";
  /** Performs a request; see `RestClient`. */
  readonly performRequest: RestClient["performRequest"];
  readonly #server: ObservedServer;
  readonly #surroundings: { readonly clock: Clock; readonly random: Random };

  /**
   * Starts a cluster that contains only the system namespaces.
   *
   * @param options Its options.
   * @throws {RangeError} If a number is invalid.
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
    const server = new ObservedServer({ clock, random, historySize, bookmarkInterval, controllerDelay });
    super(clientOf(server, ADMIN.user, ADMIN.userAgent), { clock, random });
    this.#server = server;
    this.#surroundings = { clock, random };
    this.performRequest = clientOf(server, ADMIN.user, ADMIN.userAgent).performRequest;
    for (const name of [...SYSTEM_NAMESPACES, ...namespaces]) server.createNamespace(name);
  }

  /** The running watches, for tests to cut or freeze. */
  get watches(): Watches {
    return this.#server.watches;
  }

  /** The resource version of the last change. */
  get resourceVersion(): string {
    return String(this.#server.store.revision);
  }

  /**
   * Makes a client that acts as another user; it is a typed client as well.
   *
   * @param user The user's name, as request records and admission hooks see it.
   * @param userAgent The program's name: the default field manager.
   */
  client(user: string, userAgent: string = ADMIN.userAgent): TypedClient & ClusterClient {
    const client = clientOf(this.#server, user, userAgent);
    return Object.assign(new TypedClient(client, this.#surroundings), client);
  }

  /**
   * Performs a request as it came over a network, for servers of other protocols. Errors are returned as answers.
   *
   * @param request The request.
   * @returns The answer.
   * @throws {Error} If an interceptor broke the connection.
   */
  async answer(request: WireRequest): Promise<Answer> {
    return await this.#server.answerAnyway(request);
  }

  /** Calls the listener after each request, until the returned value is disposed of. */
  onRequest(listener: RequestListener): Disposable {
    this.#server.listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#server.listeners.delete(listener) };
  }

  /**
   * Puts an interceptor between clients and the cluster, until the returned value is disposed of.
   *
   * @param interceptor The interceptor, or just its `before` function.
   */
  intercept(interceptor: Interceptor | NonNullable<Interceptor["before"]>): Disposable {
    return this.#server.interceptors.add(typeof interceptor === "function" ? { before: interceptor } : interceptor);
  }

  /**
   * Adds an admission hook for all writes of a kind, until the returned value is disposed of.
   *
   * @param kind The kind.
   * @param hook May change the object, or throw: a {@link StatusError} is the answer, any other error a refusal (403).
   */
  admit<T extends KubeObject>(kind: ResourceKind<T>, hook: (admission: AdmissionOf<T>) => void): Disposable;
  /**
   * The same for a kind of which no more than the name is known.
   *
   * @param kind The kind.
   * @param hook May change the object, or throw.
   */
  admit(kind: { readonly group: string; readonly plural: string }, hook: AdmissionHook): Disposable;
  admit(kind: { readonly group: string; readonly plural: string }, hook: unknown): Disposable {
    return this.#server.hooks.add(kind, hook as AdmissionHook);
  }

  /** Forgets the history up to a resource version, or all of it. Older watches and lists get `Expired`. */
  compact(resourceVersion?: string): void {
    this.#server.store.compact(resourceVersion === undefined ? undefined : Number(resourceVersion));
  }

  /** Ends all watches normally, and stops everything inside. Later requests are refused. */
  close(): void {
    this.#server.close();
  }

  /** The same as {@link EmbeddedCluster.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What a user's program has of the cluster. */
function clientOf(server: ObservedServer, user: string, userAgent: string): ClusterClient {
  const perform = (options: RequestOptions) => server.perform(options, { user, userAgent });
  return { defaultNamespace: "default", performRequest: perform as RestClient["performRequest"] };
}
