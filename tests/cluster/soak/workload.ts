/** Users of Things: they make, change and delete them, and see what becomes of that, straight from the API server. */

import type { ConnectedClient } from "../../../mod.ts";
import { systemClock, systemRandom } from "../../../lib/time/mod.ts";
import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";
import type { KubeObject, ResourceKind } from "../../../lib/model/mod.ts";
import type { Random } from "../../../lib/time/mod.ts";
import { Informer } from "../../../lib/watch/mod.ts";
import { type ApiTarget, callApi } from "../api.ts";
import { ORDINAL, ordinalOf, Thing } from "./thing.ts";

/** How many Things there may be at once. */
const MOST = 30;

/** How many Secrets a Thing may want. */
const MOST_CHILDREN = 4;

interface Wish {
  readonly v: number;
  readonly children: number;
  /** Since when it is not fulfilled. */
  since: number | undefined;
}

/** One namespace of Things. */
export class Workload implements AsyncDisposable {
  /** What must never be, and was. */
  readonly faults: string[] = [];
  /** How often each was done. */
  readonly done = { created: 0, changed: 0, deleted: 0 };
  /** The longest that a wish has waited, in milliseconds, since it was asked. */
  #longest = 0;
  readonly #admin: ApiTarget;
  readonly namespace: string;
  readonly #random: Random;
  readonly #wishes = new Map<string, Wish>();
  readonly #stop = new AbortController();
  readonly #things: Informer;
  readonly #secrets: Informer;
  readonly #maps: Informer;

  private constructor(admin: ApiTarget, client: ConnectedClient, namespace: string, random: Random) {
    this.#admin = admin;
    this.namespace = namespace;
    this.#random = random;
    const informer = (kind: ResourceKind) =>
      new Informer<KubeObject>({
        ...{ client, kind, namespace, clock: systemClock, random: systemRandom },
        onError: (error) => void this.faults.push(String(error)),
      });
    [this.#things, this.#secrets, this.#maps] = [informer(Thing), informer(Secret), informer(ConfigMap)];
    this.#things.subscribe((changes) => {
      for (const { key } of changes) this.#lookAt(key.split("/")[1]!);
    });
    this.#secrets.subscribe(() => this.#count());
  }

  static async start(admin: ApiTarget, client: ConnectedClient, namespace: string, random: Random): Promise<Workload> {
    const workload = new Workload(admin, client, namespace, random);
    const informers = [workload.#things, workload.#secrets, workload.#maps];
    for (const informer of informers) informer.start(workload.#stop.signal);
    await Promise.all(informers.map(({ synced }) => synced));
    return workload;
  }

  /** One thing that users do. */
  async act(): Promise<void> {
    const name = `thing-${Math.floor(this.#random.next() * MOST)}`;
    const wish = this.#wishes.get(name);
    const children = Math.floor(this.#random.next() * (MOST_CHILDREN + 1));
    const path = `/apis/${Thing.group}/v1/namespaces/${this.namespace}/things`;
    if (wish === undefined) {
      const spec = { v: 1, children };
      this.#wishes.set(name, { ...spec, since: Date.now() });
      const body = { apiVersion: `${Thing.group}/v1`, kind: "Thing", metadata: { name }, spec };
      await callApi(this.#admin, "POST", path, body);
      this.done.created++;
    } else if (this.#random.next() < 0.25) {
      this.#wishes.delete(name);
      await callApi(this.#admin, "DELETE", `${path}/${name}`);
      this.done.deleted++;
    } else {
      const spec = { v: wish.v + 1, children: this.#random.next() < 0.5 ? wish.children : children };
      this.#wishes.set(name, { ...spec, since: wish.since ?? Date.now() });
      await callApi(this.#admin, "PATCH", `${path}/${name}`, { spec });
      this.done.changed++;
    }
  }

  /** The longest that a wish has waited, in milliseconds, since this was last asked. */
  longestWait(): number {
    const now = Date.now();
    const waiting = [...this.#wishes.values()].map(({ since }) => since === undefined ? 0 : now - since);
    const longest = Math.max(this.#longest, ...waiting);
    this.#longest = 0;
    return longest;
  }

  /** What is not as it should be when all is quiet; nothing when it is. */
  differences(): string[] {
    const found: string[] = [];
    const owners = new Map<string, string>();
    for (const [name, { v, children }] of this.#wishes) {
      const thing = this.#things.cache.get(`${this.namespace}/${name}`);
      owners.set(thing?.metadata.uid ?? name, name);
      const status = (thing as { status?: Partial<Wish> } | undefined)?.status;
      if (status?.v !== v || status.children !== children) {
        found.push(`${name} has status ${JSON.stringify(status)}, and is to have ${JSON.stringify({ v, children })}`);
      }
      const map = this.#maps.cache.get(`${this.namespace}/${name}`) as { data?: Record<string, string> } | undefined;
      if (map?.data?.["v"] !== String(v)) found.push(`the map of ${name} is ${JSON.stringify(map?.data)}, not ${v}`);
      const ordinals = this.#secretsOf(thing?.metadata.uid).map(ordinalOf).sort();
      if (ordinals.join() !== Array.from({ length: children }, (_, index) => index).join()) {
        found.push(`${name} has children ${ordinals}, and is to have ${children}`);
      }
    }
    for (const { metadata } of [...this.#secrets.cache.list(), ...this.#maps.cache.list()]) {
      const owner = metadata.ownerReferences?.[0]?.uid;
      if (owner !== undefined && !owners.has(owner)) found.push(`${metadata.name} is an orphan`);
    }
    if (this.#things.cache.size !== this.#wishes.size) found.push(`there are ${this.#things.cache.size} Things`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#things, this.#secrets, this.#maps].map(({ finished }) => finished));
  }

  #secretsOf(uid: string | undefined): KubeObject[] {
    return this.#secrets.cache.list().filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === uid);
  }

  #lookAt(name: string): void {
    const wish = this.#wishes.get(name);
    if (wish?.since === undefined) return;
    const thing = this.#things.cache.get(`${this.namespace}/${name}`) as { status?: { v?: number } } | undefined;
    if (thing?.status?.v !== wish.v) return;
    this.#longest = Math.max(this.#longest, Date.now() - wish.since);
    wish.since = undefined;
  }

  /** At no time two of one number. */
  #count(): void {
    const seen = new Set<string>();
    for (const secret of this.#secrets.cache.list()) {
      const owner = secret.metadata.ownerReferences?.[0];
      if (owner === undefined || secret.metadata.labels?.[ORDINAL] === undefined) continue;
      const which = `${owner.name} (${owner.uid}) number ${ordinalOf(secret)}`;
      if (seen.has(which)) this.faults.push(`a second Secret of ${which}: ${secret.metadata.name}`);
      seen.add(which);
    }
  }
}
