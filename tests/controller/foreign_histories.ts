/**
 * One random history of a kind that is owned, in a cluster where most of its objects are somebody else's, and of which the cache
 * may hold only the metadata: others create, change, adopt, orphan, relabel, remove and replace objects, also between a read's
 * request and its answer; watches break, history is compacted, the process starts anew, and writes. What Runs read is compared with
 * what the API server has.
 */

import { mayBelongTo } from "../../lib/controller/waking/views.ts";
import { runReads } from "../../lib/controller/key/reads.ts";
import { liveReadApi } from "../../lib/kube/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { type KubeObject, parseKey, type ReadApi } from "../../lib/model/mod.ts";
import { type CachedKind, InformerSet } from "../../lib/watch/mod.ts";
import { EmbeddedCluster, type InterceptedRequest, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { Foo } from "./resources.ts";

const KEYS = ["default/a", "default/b", "default/c", "default/d", "other/a", "other/b"];
const OWNER = {
  apiVersion: "example.dev/v1",
  kind: "Foo",
  metadata: { name: "owner", namespace: "default", uid: "owner-uid", resourceVersion: "1" },
} as unknown as KubeObject;
const OWNERS = [
  undefined,
  undefined,
  { apiVersion: "example.dev/v1", kind: "Foo", name: "owner", uid: "owner-uid", controller: true },
  { apiVersion: "example.dev/v1", kind: "Foo", name: "another", uid: "another-uid", controller: true },
  { apiVersion: "v1", kind: "Secret", name: "alien", uid: "alien-uid" },
  // Of another kind, though it has the very UID: lists of what is owned go by that.
  { apiVersion: "example.dev/v1", kind: "Bar", name: "owner", uid: "owner-uid" },
];

/** What a history came by: a test of nothing would show in it. */
export interface Seen {
  /** Times that only the metadata of an object was held when all was quiet. */
  reduced: number;
  /** Reads by Runs that went to the API server. */
  live: number;
  /** Times that a read met with something that happened between its request and its answer. */
  between: number;
}

/** Plays one history. */
export async function playForeignHistory(seed: number, seen: Seen): Promise<void> {
  const history = new History(seed, seen);
  try {
    await history.play();
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${history.said.join("\n")}`, { cause: error });
  } finally {
    await history.end();
  }
}

interface Process {
  readonly informers: InformerSet;
  readonly view: CachedKind;
  readonly stop: AbortController;
  readonly kube: ReadApi;
  /** The newest version that was read, by UID. */
  readonly versions: Map<string, number>;
}

class History {
  readonly said: string[] = [];
  readonly #clock = new VirtualClock();
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #cluster: EmbeddedCluster;
  readonly #admin;
  readonly #seen: Seen;
  readonly #room: number;
  readonly #pageSize: number;
  #process: Process | undefined;
  /** What is done while a read is under way. */
  #between: (() => Promise<void>) | undefined;

  constructor(seed: number, seen: Seen) {
    this.#random = seededRandom(seed);
    this.#seen = seen;
    const { clock, random } = { clock: this.#clock, random: this.#random };
    this.#cluster = new EmbeddedCluster({ clock, random, namespaces: ["other"] });
    this.#admin = this.#cluster.client("admin");
    this.#room = [0, 0, 700, 1_000_000][this.#below(4)]!;
    this.#pageSize = [1, 2, 400][this.#below(3)]!;
    const hook = async () => {
      const between = this.#between;
      this.#between = undefined;
      if (between) this.#seen.between += 1;
      await between?.();
    };
    const isBefore = this.#below(2) === 0;
    // The lists of watches have pages of another size.
    const isRead = ({ user, verb, query }: InterceptedRequest) =>
      user === "operator" && (verb === "get" || verb === "list" && query.get("limit") === "500");
    this.#cluster.intercept({
      before: async (request) => {
        if (!isRead(request)) return;
        this.#seen.live += 1;
        if (isBefore) await hook();
      },
      after: async (request) => {
        if (!isBefore && isRead(request)) await hook();
      },
    });
  }

  async play(): Promise<void> {
    for (let i = this.#below(8); i > 0; i--) await this.#disturb();
    await this.#restart();
    for (let act = 0; act < 25; act++) {
      await this.#act();
      if (this.#below(3) > 0) continue;
      await this.#quiet();
      await this.#checkAll();
    }
    await this.#quiet();
    await this.#checkAll();
  }

  async end(): Promise<void> {
    this.#process?.stop.abort();
    await this.#clock.settle();
    await this.#process?.informers.finished;
    this.#cluster.close();
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #act(): Promise<void> | void {
    switch (this.#below(10)) {
      case 0:
        this.said.push("watches cut");
        return this.#cluster.watches.cut();
      case 1:
        if (this.#below(2) === 0) return this.#restart();
        this.said.push("compacted, and watches cut");
        this.#cluster.compact();
        return this.#cluster.watches.cut();
      case 2:
        return this.#write();
      case 3:
      case 4:
        return this.#read();
      default:
        return this.#disturb();
    }
  }

  /** Until the watch has brought all. */
  async #quiet(): Promise<void> {
    this.#between = undefined;
    await this.#clock.advance(40_000);
  }

  async #restart(): Promise<void> {
    this.said.push("restart");
    this.#process?.stop.abort();
    await this.#clock.settle();
    const client = this.#cluster.client("operator");
    const [clock, random] = [this.#clock, this.#random];
    const informers = new InformerSet({
      ...{ client, clock, random, foreignRoom: this.#room, pageSize: this.#pageSize },
      onError: (error) => {
        throw error;
      },
    });
    const view = informers.obtain(ConfigMap, { claim: mayBelongTo(Foo) }) as unknown as CachedKind;
    const stop = new AbortController();
    informers.start(stop.signal);
    const kube = runReads({
      readable: [{ kind: ConfigMap }],
      object: OWNER,
      viewOf: <T extends KubeObject>() => view as unknown as CachedKind<T>,
      live: () => liveReadApi({ transport: { client, clock, random }, owner: OWNER }),
      observe: (kind, read) => informers.observeLive(kind, read),
      liveOnly: false,
    });
    this.#process = { informers, view, stop, kube, versions: new Map() };
    await this.#clock.settle();
  }

  // ---- what others do

  async #disturb(): Promise<void> {
    const key = KEYS[this.#below(KEYS.length)]!;
    const there = await this.#truth(key);
    if (!there) return await this.#put("POST", key, this.#body(key));
    switch (this.#below(5)) {
      case 0:
        this.said.push(`${key} removed`);
        return void await this.#send("DELETE", key);
      case 1:
        this.said.push(`${key} removed, and made anew`);
        await this.#send("DELETE", key);
        return await this.#put("POST", key, this.#body(key));
      default:
        return await this.#put("PUT", key, this.#body(key));
    }
  }

  #body(key: string): KubeObject & { data: Record<string, string> } {
    const { name, namespace } = parseKey(key);
    const owner = OWNERS[this.#below(OWNERS.length)];
    const app = ["x", "x", "y", undefined][this.#below(4)];
    const metadata = {
      ...{ name, namespace },
      ...(app && { labels: { app } }),
      ...(owner && (owner.name !== "owner" || namespace === "default") && { ownerReferences: [owner] }),
    };
    return { metadata, data: { value: String(this.#below(1_000_000)).padStart(300, "x") } } as never;
  }

  async #put(method: "POST" | "PUT", key: string, body: KubeObject): Promise<void> {
    const { labels, ownerReferences } = body.metadata;
    this.said.push(`${key} ${method} ${labels?.app ?? "-"} ${ownerReferences?.[0]?.name ?? "-"}`);
    await this.#send(method, key, body);
  }

  async #send(method: "GET" | "POST" | "PUT" | "DELETE", key: string, bodyJson?: unknown): Promise<KubeObject> {
    const { name, namespace } = parseKey(key);
    const path = `/api/v1/namespaces/${namespace}/configmaps${method === "POST" ? "" : `/${name}`}`;
    return await this.#admin.performRequest({ method, path, bodyJson: bodyJson as never, expectJson: true }) as never;
  }

  async #truth(key: string): Promise<KubeObject | undefined> {
    try {
      return await this.#send("GET", key);
    } catch {
      return undefined;
    }
  }

  // ---- what the process does

  /** A write of its own, whose answer is laid over the cache before or after the watch tells. */
  async #write(): Promise<void> {
    const { informers } = this.#process!;
    const key = KEYS[this.#below(KEYS.length)]!;
    const there = await this.#truth(key);
    this.said.push(`own write of ${key}`);
    const object = await this.#send(there ? "PUT" : "POST", key, this.#body(key));
    if (this.#below(2) === 0) await this.#clock.settle();
    informers.overlay({ type: "stored", kind: ConfigMap, object });
  }

  /** Reads at any time: what comes is whole, and never older than what came before. */
  async #read(): Promise<void> {
    if (!this.#process!.view.synced) return;
    if (this.#below(2) === 0) this.#between = () => this.#disturb();
    const { name, namespace } = parseKey(KEYS[this.#below(KEYS.length)]!);
    const { kube } = this.#process!;
    this.said.push(`reads ${namespace}/${name}`);
    const found = this.#below(3) === 0
      ? await kube.list(ConfigMap, { namespace: "*", labels: { app: "x" } })
      : [await kube.get(ConfigMap, name, { namespace: namespace! })];
    for (const one of found) if (one) this.#checkOne(one);
  }

  #checkOne(object: KubeObject): void {
    const { versions } = this.#process!;
    const { uid, resourceVersion, name } = object.metadata;
    if (!("data" in object)) throw new Error(`${name} is not whole`);
    const before = versions.get(uid) ?? 0;
    if (Number(resourceVersion) < before) throw new Error(`${name} went back from ${before} to ${resourceVersion}`);
    versions.set(uid, Number(resourceVersion));
  }

  // ---- what must be

  /** When all is quiet, every read says what the API server has; and what was read once asks nobody a second time. */
  async #checkAll(): Promise<void> {
    const { kube, view } = this.#process!;
    const size = view.informers[0]!.cache.foreign!;
    this.#seen.reduced += size.reduced;
    const truth = (await Promise.all(KEYS.map((key) => this.#truth(key)))).filter((one) => one !== undefined);
    const names = (all: readonly KubeObject[]) => all.map(show).sort().join("\n");
    const order = this.#below(2);
    for (let round = 0; round < 2; round++) {
      const asked = this.#seen.live;
      const checks = [
        async () => {
          for (const key of KEYS) {
            const { name, namespace } = parseKey(key);
            const found = await kube.get(ConfigMap, name, { namespace: namespace! });
            equal(show(found), show(truth.find(({ metadata }) => keyOf(metadata) === key)), `get ${key}`);
          }
        },
        async () => {
          for (const namespace of ["default", "other", "*"]) {
            const within = truth.filter(({ metadata }) => namespace === "*" || metadata.namespace === namespace);
            const labelled = within.filter(({ metadata }) => metadata.labels?.app === "x");
            const owned = within.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === "owner-uid");
            equal(names(await kube.list(ConfigMap, { namespace, owned: true })), names(owned), `owned in ${namespace}`);
            const labels = { app: "x" };
            equal(names(await kube.list(ConfigMap, { namespace, labels })), names(labelled), `x in ${namespace}`);
            equal(names(await kube.list(ConfigMap, { namespace })), names(within), `all in ${namespace}`);
          }
        },
      ];
      for (const check of order === 0 ? checks : checks.reverse()) await check();
      if (round === 1) equal(this.#seen.live, asked, "requests for what was read before");
    }
    equal(view.informers[0]!.cache.foreign!.reduced, 0, "objects that are not whole though they were read");
  }
}

function keyOf({ namespace, name }: { namespace?: string; name: string }): string {
  return `${namespace}/${name}`;
}

function show(object: KubeObject | undefined): string {
  if (!object) return "none";
  const { metadata, data } = object as KubeObject & { data?: { value: string } };
  const { labels, ownerReferences, uid, resourceVersion } = metadata;
  return [keyOf(metadata), uid, resourceVersion, labels?.app, ownerReferences?.[0]?.name, data?.value].join(" ");
}

function equal(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} is not ${expected}`);
}
