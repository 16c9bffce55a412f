/** A real operator that is played for hours in virtual time, and scraped each minute, as Prometheus does it. */

import {
  type ClusterClient,
  type Controller,
  defineController,
  defineSteps,
  installCrd,
  serveController,
} from "../../../mod.ts";
import type { ControllerOptions, ServeOptions } from "../../../mod.ts";
import { ConfigMap } from "../../../lib/kube/kinds/mod.ts";
import { EmbeddedCluster, type InterceptedRequest, seededRandom, VirtualClock } from "../../../lib/testing/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { broken } from "../../controller/faults.ts";
import { Foo } from "../../controller/resources.ts";
import { ensureTextAndReport } from "../../controller/plans.ts";

export { Foo };

const MINUTE = 60_000;

/** What a scrape gave: the text of `/metrics`; `down` if nobody answered; `gone` if there was nothing to ask. */
export type Scrape = { readonly text: string } | "down" | "gone";

/** How the operator is played. */
export interface PlayedOptions extends Partial<Omit<ControllerOptions<Foo>, "resource">> {
  /** How many objects there are. */
  readonly objects?: number;
  readonly serve?: Pick<ServeOptions, "events">;
}

/** The controller that is played. */
export function controllerOf({ objects: _, serve: __, ...options }: PlayedOptions = {}) {
  return defineController({ resource: Foo, steps: ensureTextAndReport, owns: [ConfigMap], ...options });
}

/** One process of an operator, on a cluster of its own, or of one that was before. */
export class PlayedOperator implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly random = seededRandom(7);
  /** What every minute gave, from the first on. */
  readonly scrapes: Scrape[] = [];
  /** Throws what goes wrong with a request of the operator. */
  fault: (request: InterceptedRequest) => void = () => {};
  #cluster = this.#make();
  #controller: Controller | undefined;
  readonly #options: PlayedOptions;

  private constructor(options: PlayedOptions) {
    this.#options = options;
  }

  /** Starts the operator, with its objects; `fault` is there from the start. */
  static async start(options: PlayedOptions = {}, fault: PlayedOperator["fault"] = () => {}): Promise<PlayedOperator> {
    const operator = new PlayedOperator(options);
    await operator.#fill();
    operator.fault = fault;
    await operator.restart();
    return operator;
  }

  get cluster(): EmbeddedCluster {
    return this.#cluster;
  }

  /** Lets minutes pass, with a scrape at the end of each. */
  async minutes(many: number, each: (minute: number) => void | Promise<void> = () => {}): Promise<void> {
    for (let minute = 0; minute < many; minute++) {
      await each(minute);
      await this.clock.advance(MINUTE);
      this.scrapes.push(await this.#scrape());
    }
  }

  /** Ends the process; scrapes fail from now on. */
  async end(): Promise<void> {
    const controller = this.#controller;
    this.#controller = undefined;
    const ended = controller?.shutdown();
    await this.clock.advance(MINUTE);
    await ended;
  }

  /** Starts the process again, on the cluster as it is. */
  async restart(): Promise<void> {
    await this.end();
    const { clock, random } = this;
    const performRequest = (options: unknown) => this.#cluster.client("operator").performRequest(options as never);
    this.#controller = await serveController({
      ...{ clock, random, logger: silentLogger, handleSignals: false, handleUncaught: false },
      client: { performRequest } as ClusterClient,
      http: { port: 0, hostname: "127.0.0.1" },
      controllers: [controllerOf(this.#options)],
      ...this.#options.serve,
    });
    await clock.settle();
  }

  /** Brings etcd back to a backup from before anything was done. */
  async restore(): Promise<void> {
    const before = this.#cluster;
    this.#cluster = this.#make();
    await this.#fill();
    before.watches.cut(undefined, broken());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.#cluster.close();
  }

  #make(): EmbeddedCluster {
    const cluster = new EmbeddedCluster({ clock: this.clock, random: this.random });
    cluster.intercept({
      before: (request) => {
        if (request.user === "operator") this.fault(request);
      },
    });
    return cluster;
  }

  async #fill(): Promise<void> {
    const { clock, random } = this;
    await installCrd(this.#cluster, Foo, { clock, random });
    for (let at = 0; at < (this.#options.objects ?? 3); at++) {
      await this.#cluster.create(Foo, { metadata: { name: `foo-${at}` }, spec: { text: "hello" } });
    }
  }

  async #scrape(): Promise<Scrape> {
    const addr = this.#controller?.addr;
    if (!addr) return "down";
    const response = await fetch(`http://127.0.0.1:${addr.port}/metrics`, { headers: { connection: "close" } });
    return { text: await response.text() };
  }
}

/** Steps that fail for those of the first so many objects. */
export function failingFor(many: number) {
  return defineSteps(Foo).observe("look", ({ object: { metadata: { name } } }) => {
    if (Number(name.slice("foo-".length)) < many) throw new Error("it is broken");
  });
}
