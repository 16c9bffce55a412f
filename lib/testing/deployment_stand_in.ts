/** A stand-in for the controllers that make Deployments ready, for clusters that run no Pods. */

import type { RestClient } from "../kube/mod.ts";
import { type Clock, systemClock, type Timer, toMilliseconds } from "../time/mod.ts";

/** Options of {@link deploymentStandIn}. */
export interface DeploymentStandInOptions {
  /**
   * Milliseconds from a change of a Deployment's spec until all its replicas are ready.
   * @default {1000}
   */
  readyAfter?: number;
  /**
   * Measures the time.
   * @default {systemClock}
   */
  clock?: Clock;
}

interface Deployment {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly observedGeneration?: number };
}

interface Event {
  readonly type: string;
  readonly object: Deployment;
}

/**
 * Watches the Deployments of a cluster and reports each one as ready some time after its spec changed.
 *
 * @param client A client of the cluster.
 * @param options Its delay and clock.
 * @returns Stops it when disposed of.
 * @throws {RangeError} If `readyAfter` is not a duration.
 *
 * @example Usage
 * ```ts
 * import { Deployment } from "@staircase/operator/kinds";
 * import { deploymentStandIn, EmbeddedCluster, VirtualClock } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new VirtualClock();
 * using cluster = new EmbeddedCluster({ clock });
 * await using _standIn = deploymentStandIn(cluster, { clock, readyAfter: 5_000 });
 * const labels = { app: "web" };
 * const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } };
 * await cluster.create(Deployment, { metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template } });
 * await cluster.waitFor(Deployment, "web", ({ status }) => status?.readyReplicas === 1);
 * assertEquals(clock.monotonic(), 5_000);
 * ```
 */
export function deploymentStandIn(client: RestClient, options: DeploymentStandInOptions = {}): AsyncDisposable {
  const { readyAfter = 1000, clock = systemClock } = options;
  const standIn = new StandIn(client, clock, toMilliseconds(readyAfter, "readyAfter"));
  return { [Symbol.asyncDispose]: () => standIn.stop() };
}

class StandIn {
  readonly #client: RestClient;
  readonly #clock: Clock;
  readonly #readyAfter: number;
  readonly #timers = new Map<string, Timer>();
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;

  constructor(client: RestClient, clock: Clock, readyAfter: number) {
    this.#client = client;
    this.#clock = clock;
    this.#readyAfter = readyAfter;
    this.#finished = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers.values()) timer.cancel();
    await this.#finished;
  }

  /** Watches again whenever a watch ends. Each watch starts with the existing objects. */
  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        for await (const event of await this.#watch()) this.#see(event);
      } catch (error) {
        if (!this.#stopping.signal.aborted) throw error;
      }
    }
  }

  async #watch(): Promise<ReadableStream<Event>> {
    const stream = await this.#client.performRequest({
      ...{ method: "GET", path: "/apis/apps/v1/deployments", expectStream: true, expectJson: true },
      querystring: new URLSearchParams({ watch: "1" }),
      abortSignal: this.#stopping.signal,
    });
    return stream as unknown as ReadableStream<Event>;
  }

  #see({ type, object }: Event): void {
    const { namespace, name, generation } = object.metadata;
    const key = `${namespace}/${name}`;
    if (type === "DELETED") return this.#forget(key);
    if (object.status?.observedGeneration === generation) return;
    this.#forget(key);
    this.#timers.set(key, this.#clock.timer(this.#readyAfter, () => void this.#report(object)));
  }

  #forget(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  async #report({ metadata: { namespace, name, generation }, spec: { replicas } }: Deployment): Promise<void> {
    const time = new Date(this.#clock.now()).toISOString();
    const condition = (type: string, reason: string) => ({
      ...{ type, reason, status: "True", lastUpdateTime: time, lastTransitionTime: time },
      message: "reported by the stand-in",
    });
    const status = {
      observedGeneration: generation,
      ...{ replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas },
      conditions: [
        condition("Available", "MinimumReplicasAvailable"),
        condition("Progressing", "NewReplicaSetAvailable"),
      ],
    };
    try {
      await this.#client.performRequest({
        ...{ method: "PATCH", path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status` },
        ...{ contentType: "application/merge-patch+json", bodyJson: { status } },
      });
    } catch (error) {
      // The Deployment may be gone, or an interceptor refused the request. The next change will be handled anyway.
      if ((error as { httpCode?: number }).httpCode === undefined) throw error;
    }
  }
}
