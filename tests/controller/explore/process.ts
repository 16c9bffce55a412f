/** One process of the operator: what it sends goes through a bad network, and what it does is witnessed. */

import type { VirtualClock } from "../../../lib/testing/mod.ts";
import { sleep } from "../../../lib/time/mod.ts";
import type { RunReport } from "../../../mod.ts";
import type { RestClient } from "../../../lib/doors/cluster.ts";
import { DeadConnections } from "../dead_connections.ts";
import { broken, unreachable } from "../faults.ts";
import type { Foo } from "../resources.ts";
import type { OutsideStore, StoreClient } from "./outside_store.ts";
import type { Trouble } from "./trouble.ts";

type Options = Parameters<RestClient["performRequest"]>[0];

/** How long a write may be under way that was given up, in milliseconds. */
const LATEST = 120_000;

/** More failed Runs of a key in a minute than this are a loop: 15 early ones, 30 as credit comes back, and its own backoff. */
const MOST_FAILURES = 60;

/** What a process is made of. */
export interface ProcessOptions {
  readonly clock: VirtualClock;
  readonly trouble: Trouble;
  readonly store: OutsideStore;
  /** What performs its requests. */
  readonly server: () => RestClient;
  /** What performs what arrives late. */
  readonly late: () => RestClient;
  /** Told when a Run has ended. */
  readonly onRun: () => void;
  /** Told of what must never be. */
  readonly onFault: (what: string) => void;
}

/** One process. */
export class Process {
  readonly trouble: Trouble;
  readonly store: StoreClient;
  readonly connections: DeadConnections;
  /** Runs that ended. */
  runs = 0;
  #isDead = false;
  readonly #options: ProcessOptions;
  readonly #underWay = new Set<string>();
  readonly #seen = new Map<string, number>();
  readonly #failures = new Map<string, number[]>();

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.trouble = options.trouble;
    this.store = options.store.clientOf(options.trouble, () => this.#isDead);
    this.connections = new DeadConnections({ performRequest: (request: Options) => this.#send(request) } as RestClient);
  }

  /** From now on nothing that it sends arrives. */
  die(): void {
    this.#isDead = true;
  }

  /** A Run has come to its first step. */
  begins(controller: string, { metadata: { namespace, name, resourceVersion } }: Foo): void {
    const key = `${namespace}/${name}`;
    if (this.#underWay.has(key)) this.#options.onFault(`two Runs of ${key} at once`);
    this.#underWay.add(key);
    this.#sees(controller, key, resourceVersion);
  }

  /** A Run has ended. */
  ended({ controller, key, result }: RunReport): void {
    this.runs++;
    this.#options.onRun();
    this.#underWay.delete(key);
    if (this.#isDead) return;
    if (result.outcome === "Failed") this.#failed(key);
    const written = result.outcome === "Modified" ? result.result as Partial<Foo> | undefined : undefined;
    if (written?.kind === "Foo") this.#sees(controller, key, written.metadata!.resourceVersion);
  }

  /** Controllers may have watches of their own; each goes forward for itself. */
  #sees(controller: string, key: string, resourceVersion: string): void {
    const place = `${controller}: ${key}`;
    const before = this.#seen.get(place) ?? 0;
    if (Number(resourceVersion) < before) this.#options.onFault(`${place} seen at ${resourceVersion} after ${before}`);
    this.#seen.set(place, Number(resourceVersion));
  }

  #failed(key: string): void {
    const now = this.#options.clock.monotonic();
    const times = [...this.#failures.get(key) ?? [], now].filter((time) => time > now - 60_000);
    this.#failures.set(key, times);
    if (times.length > MOST_FAILURES) this.#options.onFault(`${times.length} failed Runs of ${key} in a minute`);
  }

  async #send(request: Options): Promise<unknown> {
    const { trouble, clock, server, late } = this.#options;
    if (this.#isDead) throw await Promise.resolve(unreachable());
    const { abortSignal: _, bodyStream: _body, ...rest } = request;
    // What gets its name from the API server is made twice if it arrives after somebody has looked: nobody can help that.
    const mayBeLate = request.method !== "GET" && !JSON.stringify(rest.bodyJson ?? {}).includes("generateName");
    if (mayBeLate && trouble.dice.falls(trouble.onTheWire / 4)) {
      const deliver = () => late().performRequest(rest as never).then(() => {}, () => {});
      sleep(clock, trouble.dice.below(LATEST)).then(deliver);
      throw broken();
    }
    const answer = await server().performRequest(request as never);
    if (this.#isDead) throw broken();
    return answer;
  }
}
