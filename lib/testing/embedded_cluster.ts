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

/**
 * A Kubernetes API server in memory. It is its own client: pass it wherever a `RestClient` is taken. It needs no permission, and
 * what it does depends on nothing but the requests, the clock and the source of chance. And it is a typed client: what a user
 * does in a test, `create`, `patch`, `waitFor` and the rest, are its methods.
 *
 * It behaves like a real API server, and is held to the same conformance cases: built-in kinds are read, defaulted and validated
 * as Go does it, custom kinds by their schema with its rules (CEL). What it leaves out: authorisation, webhooks, what rules may
 * cost and whether their types fit, tables of most built-in kinds, PriorityClasses, Pods that run (nothing starts or stops them;
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
  /** The namespace of requests that name none; clients of the contract look at it. */
  readonly defaultNamespace = "default";
  /** Says that this is no real cluster. */
  readonly source = "the embedded cluster";
  /** Performs a request; see `RestClient`. */
  readonly performRequest: RestClient["performRequest"];
  readonly #server: ObservedServer;
  readonly #surroundings: { readonly clock: Clock; readonly random: Random };

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
    const server = new ObservedServer({ clock, random, historySize, bookmarkInterval, controllerDelay });
    super(clientOf(server, ADMIN.user, ADMIN.userAgent), { clock, random });
    this.#server = server;
    this.#surroundings = { clock, random };
    this.performRequest = clientOf(server, ADMIN.user, ADMIN.userAgent).performRequest;
    for (const name of [...SYSTEM_NAMESPACES, ...namespaces]) server.createNamespace(name);
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
   * A client that acts as another user, and is a typed client as well.
   *
   * @param user The user's name, as records and admission hooks see it.
   * @param userAgent The program's name: the default field manager.
   */
  client(user: string, userAgent: string = ADMIN.userAgent): TypedClient & ClusterClient {
    const client = clientOf(this.#server, user, userAgent);
    return Object.assign(new TypedClient(client, this.#surroundings), client);
  }

  /**
   * Performs a request as it came over a network, for servers of other protocols. Errors are answers, too.
   *
   * @param request The request.
   * @returns The answer.
   * @throws {Error} If an interceptor broke the connection.
   */
  async answer(request: WireRequest): Promise<Answer> {
    return await this.#server.answerAnyway(request);
  }

  /** Calls the listener after each request of a client, until what is returned is disposed. */
  onRequest(listener: RequestListener): Disposable {
    this.#server.listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#server.listeners.delete(listener) };
  }

  /**
   * Puts an interceptor between clients and the cluster, until what is returned is disposed.
   *
   * @param interceptor What to do, or only what to do before each request.
   */
  intercept(interceptor: Interceptor | NonNullable<Interceptor["before"]>): Disposable {
    return this.#server.interceptors.add(typeof interceptor === "function" ? { before: interceptor } : interceptor);
  }

  /**
   * Has a hook look at all writes of a kind before they are stored, until what is returned is disposed.
   *
   * @param kind The kind.
   * @param hook May change the object, or throw: a {@link StatusError} is the answer, any other error is a refusal (403).
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

  /** Forgets the history up to a resource version, or all of it: watches and lists from before it get `Expired`. */
  compact(resourceVersion?: string): void {
    this.#server.store.compact(resourceVersion === undefined ? undefined : Number(resourceVersion));
  }

  /** Ends all watches, in order, and stops all that goes on inside. Requests from then on are refused. */
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
