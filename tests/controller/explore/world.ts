/** A cluster, an operator, users and trouble; and what must be true of them. */

import {
  type Controller,
  defineController,
  installCrd,
  type KubeObject,
  type ResourceKind,
  serveController,
} from "../../../mod.ts";
import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";
import { collectionPath, objectPath } from "../../../lib/kube/mod.ts";
import { EmbeddedCluster, VirtualClock } from "../../../lib/testing/mod.ts";
import { broken, isWrite } from "../faults.ts";
import { KeepingLogger } from "../keeping_logger.ts";
import { Foo } from "../resources.ts";
import { Memories } from "./memories.ts";
import { auditorOf, operatorOf, SHARED } from "./operator.ts";
import { OutsideStore } from "./outside_store.ts";
import { Process } from "./process.ts";
import { Dice, Trouble } from "./trouble.ts";

const MERGE = "application/merge-patch+json";

/** What a request of a user says. */
interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

/** One history's world. */
export class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly dice: Dice;
  readonly trouble: Trouble;
  readonly store = new OutsideStore();
  /** What must never be, and was. */
  readonly faults: string[] = [];
  /** What happened, for finding the cause of a fault. */
  readonly story: string[] = [];
  cluster: EmbeddedCluster;
  process!: Process;
  /** Writes of the operator that were carried out. */
  writes = 0;
  #controller: Controller | undefined;
  #wallJump = 0;
  #writesOfRun = 0;
  readonly #concurrency: number;
  /** Whether a second controller of the resource is served. */
  readonly isAudited: boolean;
  readonly memories = new Memories();

  private constructor(seed: number) {
    this.dice = new Dice(seed);
    this.trouble = new Trouble(this.clock, new Dice(seed + 0x5eed));
    this.#concurrency = this.dice.of([1, 1, 4]);
    this.isAudited = this.dice.falls(0.4);
    this.cluster = this.#makeCluster();
  }

  static async start(seed: number): Promise<World> {
    const world = new World(seed);
    await world.settled(installCrd(world.cluster, Foo, { clock: world.clock, random: world.dice.random }));
    await world.boot();
    return world;
  }

  #makeCluster(): EmbeddedCluster {
    const cluster = new EmbeddedCluster({ clock: this.clock, random: this.dice.random, namespaces: [SHARED] });
    cluster.intercept(this.trouble);
    cluster.intercept({
      after: (request, code) => {
        if (request.user === "operator" && isWrite(request) && code < 300) this.#wrote();
      },
    });
    return cluster;
  }

  /** A write of the operator was carried out. */
  #wrote(): void {
    this.writes++;
    // With one worker it is known whose it is.
    if (++this.#writesOfRun > 1 && this.#concurrency === 1 && !this.isAudited) {
      this.faults.push("two writes in one Run");
    }
  }

  /** A process begins. */
  async boot(): Promise<void> {
    const { clock, trouble, store } = this;
    const server = () => this.cluster.client("operator");
    const onFault = (what: string) => void this.faults.push(what);
    const late = () => this.cluster.client("late");
    const onRun = () => void (this.#writesOfRun = 0);
    this.#writesOfRun = 0;
    this.process = new Process({ clock, trouble, store, server, late, onRun, onFault });
    const { process } = this;
    const wallClock = {
      now: () => clock.now() + this.#wallJump,
      monotonic: () => clock.monotonic(),
      timer: clock.timer.bind(clock),
    };
    const operator = defineController(operatorOf(process, this.#concurrency));
    const auditor = defineController(auditorOf(process, this.#concurrency));
    this.#controller = await serveController({
      controllers: this.isAudited ? [operator, auditor] : [operator],
      client: process.connections.client,
      clock: wallClock,
      random: this.dice.random,
      logger: new KeepingLogger(),
      handleSignals: false,
      handleUncaught: false,
      shutdownTimeout: "1s",
    });
    this.#controller.finished.catch((error) => onFault(`the operator ended: ${error}`));
    await clock.settle();
  }

  /** The process ends, and another one begins. */
  async restart(crash: boolean): Promise<void> {
    if (crash) this.process.die();
    await this.settled(this.#controller!.shutdown());
    this.process.die();
    await this.boot();
  }

  jumpWallClock(by: number): void {
    this.#wallJump += by;
  }

  /** Lets time pass until a promise has settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    promise.then(() => done = true, () => done = true);
    await this.clock.advanceUntil(() => done, { within: 600_000 });
    return await promise;
  }

  /** A user asks for something, and takes a no for an answer. */
  async ask(method: "GET" | "POST" | "PATCH" | "DELETE", { path, body }: Asked): Promise<unknown> {
    try {
      const request = { method, path, expectJson: true, contentType: method === "PATCH" ? MERGE : undefined! };
      return await this.cluster.performRequest({ ...request, ...(body !== undefined && { bodyJson: body as never }) });
    } catch {
      return undefined;
    }
  }

  async list<T extends KubeObject>(kind: ResourceKind<T>): Promise<T[]> {
    return (await this.ask("GET", { path: collectionPath(kind, undefined) }) as { items: T[] }).items;
  }

  path(kind: ResourceKind, name: string, namespace = "default"): string {
    return objectPath(kind, { namespace, name });
  }

  /** Whether a Foo has more than one part. */
  async checkParts(): Promise<void> {
    const owners = (await this.list(ConfigMap)).filter(({ metadata }) => metadata.labels?.["example.dev/part"])
      .map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
    if (new Set(owners).size < owners.length) this.faults.push("two parts of one owner");
  }

  /** How what there is differs from what should be. */
  async differences(): Promise<string[]> {
    const [foos, maps, secrets] = [await this.list(Foo), await this.list(ConfigMap), await this.list(Secret)];
    const found: string[] = [];
    const expect = (what: string, is: unknown, should: unknown) =>
      is === should || void found.push(`${what} is ${is} instead of ${should}`);
    const at = (namespace: string, name: string) =>
      maps.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    for (const { metadata: { name, uid, deletionTimestamp }, spec: { text = "", size = 0 }, status } of foos) {
      if (deletionTimestamp) found.push(`${name} is still there`);
      expect(`${name}: text`, at("default", `${name}-text`)?.data?.["text"], text);
      expect(`${name}: shared`, at(SHARED, `of-${name}`)?.data?.["size"], size > 0 ? String(size) : undefined);
      const parts = maps.filter(({ metadata }) =>
        metadata.labels?.["example.dev/part"] && metadata.ownerReferences?.some((owner) => owner.uid === uid)
      );
      expect(`${name}: parts`, parts.length, 1);
      expect(`${name}: order`, this.store.orders.get(uid), size);
      expect(`${name}: size`, status?.observed, size);
      const key = secrets.find(({ metadata }) => metadata.name === name)?.data?.["key"] ?? "none";
      expect(`${name}: key`, status?.phase, key);
      if (this.isAudited) expect(`${name}: audit`, at("default", `${name}-audit`)?.data?.["phase"], key);
    }
    const owners = new Set(foos.map(({ metadata }) => metadata.uid));
    for (const uid of this.store.orders.keys()) if (!owners.has(uid)) found.push(`an order of nobody: ${uid}`);
    for (const { metadata } of maps) {
      const owner = metadata.ownerReferences?.[0];
      if (owner && !owners.has(owner.uid)) found.push(`${metadata.name} of nobody`);
    }
    return found;
  }

  /** The watches lose their connections. */
  cutWatches(): void {
    this.cluster.watches.cut(undefined, this.dice.falls(0.5) ? broken() : undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled(this.#controller!.shutdown());
    this.cluster.close();
    this.memories[Symbol.dispose]();
  }
}
