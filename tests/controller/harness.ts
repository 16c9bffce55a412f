/** A controller on the embedded cluster in virtual time, and short words for what its tests ask of both. */

import {
  type Controller,
  type ControllerOptions,
  type DefinedResource,
  type Draft,
  type DraftMeta,
  installCrd,
  type KubeObject,
  type ResourceKind,
  type RunReport,
  serveController,
  type ServeOptions,
} from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import type { MergePatch } from "../../lib/client/mod.ts";
import {
  EmbeddedCluster,
  type EmbeddedClusterOptions,
  RequestLog,
  type RequestRecord,
  seededRandom,
  VirtualClock,
} from "../../lib/testing/mod.ts";
import { describeRecord } from "../../lib/testing/request_log.ts";
import { outcomeOf } from "../../lib/testing/run_outcome.ts";
import { isWrite } from "./faults.ts";
import { KeepingLogger } from "./keeping_logger.ts";
import { Foo } from "./resources.ts";

export { Bar, Foo, Zone } from "./resources.ts";

/** How a {@link Harness} is set up. */
export interface HarnessOptions extends Pick<EmbeddedClusterOptions, "namespaces" | "historySize"> {
  /** Kinds that are installed from the start. */
  readonly kinds?: readonly DefinedResource[];
  readonly seed?: number;
}

/** An object as a user writes it. */
export type Manifest = Record<string, unknown> & { metadata: DraftMeta };

/** The options of a controller under test. */
export type ServedOptions<R extends KubeObject> = ControllerOptions<R> & ServeOptions;

/** An embedded cluster in virtual time with `Foo` installed. The controllers act as the user "operator". */
export class Harness implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly random: ReturnType<typeof seededRandom>;
  readonly cluster: EmbeddedCluster;
  readonly requests = new RequestLog();
  readonly logger = new KeepingLogger();
  readonly reports: RunReport[] = [];
  readonly #controllers: Controller[] = [];

  private constructor({ namespaces = [], seed = 7, historySize }: HarnessOptions) {
    this.random = seededRandom(seed);
    const { clock, random } = this;
    this.cluster = new EmbeddedCluster({
      clock,
      random,
      namespaces,
      ...(historySize !== undefined && { historySize }),
    });
    this.cluster.onRequest(this.requests.listener);
  }

  /** Starts a cluster. */
  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const harness = new Harness(options);
    for (const kind of options.kinds ?? [Foo]) await harness.install(kind);
    return harness;
  }

  /** Starts a cluster, and serves a controller of `Foo` that owns ConfigMaps. */
  static async serving(steps: ServedOptions<Foo>["steps"], more: Partial<ServedOptions<Foo>> = {}): Promise<Harness> {
    const harness = await Harness.start();
    await harness.serve({ resource: Foo, steps, owns: [ConfigMap], ...more });
    return harness;
  }

  /** Installs a kind, as an administrator would. */
  async install(kind: DefinedResource): Promise<void> {
    await this.settled(installCrd(this.cluster, kind, { clock: this.clock, random: this.random }));
  }

  /** Lets virtual time pass until a promise has settled. */
  async settled<T>(promise: Promise<T>, within = 600_000): Promise<T> {
    let done = false;
    promise.then(() => done = true, () => done = true);
    await this.clock.advanceUntil(() => done, { within });
    return await promise;
  }

  /** What every controller under test is served with. */
  get surroundings(): ServeOptions {
    const { clock, random, logger } = this;
    const client = this.cluster.client("operator");
    // What nobody catches fails the test that it happens in.
    return { client, clock, random, logger, handleSignals: false, handleUncaught: false };
  }

  /** Keeps the reports of Runs. */
  readonly keepReport = (report: RunReport): void => void this.reports.push(report);

  /** Serves a controller, and lets all come to rest that needs no time. */
  async serve<R extends KubeObject>(options: ServedOptions<R>): Promise<Controller> {
    const controller = await this.serveUnready(options);
    await this.settled(controller.ready);
    await this.clock.settle();
    return controller;
  }

  /** Serves a controller, and does not wait. */
  async serveUnready<R extends KubeObject>(options: ServedOptions<R>): Promise<Controller> {
    const { onRun } = options;
    const report = (run: RunReport) => {
      this.keepReport(run);
      return onRun?.(run);
    };
    return this.adopt(await serveController({ ...this.surroundings, ...options, onRun: report }));
  }

  /** Shuts a controller down with the harness. */
  adopt(controller: Controller): Controller {
    this.#controllers.push(controller);
    return controller;
  }

  /** Creates an object, as a user would: also one that its type would not let pass. */
  async create<T extends KubeObject>(kind: ResourceKind<T>, object: Manifest): Promise<T> {
    return await this.cluster.create(kind, object as unknown as Draft<T>);
  }

  /** Creates a `Foo`, as a user would. */
  async createFoo(name: string, spec: Foo["spec"] = {}, metadata: DraftMeta = {}): Promise<Foo> {
    return await this.create(Foo, { metadata: { name, ...metadata }, spec });
  }

  /** Merges fields into an object, as a user would. */
  async merge<T extends KubeObject>(
    kind: ResourceKind<T>,
    name: string,
    patch: unknown,
    { namespace = "default", subresource }: { namespace?: string; subresource?: string } = {},
  ): Promise<T> {
    const where = { ...placeOf(kind, namespace), ...(subresource !== undefined && { subresource }) };
    return await this.cluster.patch(kind, name, { merge: patch as MergePatch<T> }, where);
  }

  /** Deletes an object, as a user would. */
  async delete(kind: ResourceKind, name: string, namespace = "default"): Promise<void> {
    await this.cluster.delete(kind, name, placeOf(kind, namespace));
  }

  /** An object, or `undefined`. */
  async get<T extends KubeObject>(kind: ResourceKind<T>, name: string, namespace = "default"): Promise<T | undefined> {
    return await this.cluster.get(kind, name, placeOf(kind, namespace));
  }

  /** All objects of a kind. */
  async list<T extends KubeObject>(kind: ResourceKind<T>, namespace = "*"): Promise<T[]> {
    return await this.cluster.list(kind, { namespace });
  }

  /** How the Runs of a key ended so far, or those of all keys. */
  outcomes(key?: string): string[] {
    return this.reports.filter((report) => key === undefined || report.key === key).map(outcomeOf);
  }

  /** Forgets what was reported and asked so far. */
  forget(): void {
    this.reports.length = 0;
    this.requests.clear();
  }

  /** What the operator has asked the cluster for, watches and the lists that they begin with left out: `create configmaps 201`. */
  asked(): string[] {
    const own = this.requests.records.filter(({ user }) => user === "operator");
    const place = ({ group, resource, namespace }: RequestRecord) => [group, resource, namespace].join("/");
    const watched = new Set(own.filter(({ verb }) => verb === "watch").map(place));
    return own.filter((one) => one.verb !== "watch" && !(one.verb === "list" && watched.has(place(one))))
      .map(describeRecord);
  }

  /** What the operator has written, or tried to. */
  written(): string[] {
    return this.requests.records.filter((record) => record.user === "operator" && isWrite(record)).map(describeRecord);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const controller of this.#controllers) await this.settled(controller.shutdown());
    this.cluster.close();
  }
}

function placeOf({ scope }: ResourceKind, namespace: string): { namespace?: string } {
  return scope === "Cluster" ? {} : { namespace };
}
