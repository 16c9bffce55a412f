import { assert, assertEquals } from "@std/assert";
import { type CacheChange, Informer, type InformerOptions, type WatchState } from "../../lib/watch/mod.ts";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { EmbeddedCluster, type EmbeddedClusterOptions, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const ConfigMap = kindOf<ConfigMap>({ version: "v1", kind: "ConfigMap", plural: "configmaps" });
const PATH = "/api/v1/namespaces/default/configmaps";

/** An embedded cluster, and an informer that watches its ConfigMaps. */
class Scene {
  readonly clock = new VirtualClock();
  readonly cluster: EmbeddedCluster;
  readonly informer: Informer<ConfigMap>;
  readonly states: WatchState[] = [];
  readonly changes: string[] = [];
  readonly requests: string[] = [];
  readonly #abort = new AbortController();

  constructor(options: Partial<InformerOptions<ConfigMap>> = {}, cluster: EmbeddedClusterOptions = {}) {
    this.cluster = new EmbeddedCluster({ clock: this.clock, random: seededRandom(1), ...cluster });
    this.cluster.intercept(({ user, verb, query }) => {
      if (user === "watcher") this.requests.push(`${verb} ${query.get("resourceVersion") ?? ""}`);
    });
    this.informer = new Informer({
      client: this.cluster.client("watcher"),
      kind: ConfigMap,
      namespace: "default",
      clock: this.clock,
      random: seededRandom(2),
      onState: (state) => this.states.push(state),
      onError: (error) => {
        throw error;
      },
      ...options,
    });
    this.informer.subscribe((changes) => this.changes.push(...changes.map(show)));
  }

  async start(): Promise<void> {
    this.informer.start(this.#abort.signal);
    await this.informer.synced;
  }

  async put(name: string, value: string): Promise<ConfigMap> {
    const exists = await this.get(name);
    const bodyJson = { metadata: { name }, data: { value } };
    const path = exists ? `${PATH}/${name}` : PATH;
    return await this.#send(exists ? "PUT" : "POST", path, bodyJson) as ConfigMap;
  }

  async remove(name: string): Promise<void> {
    await this.#send("DELETE", `${PATH}/${name}`);
  }

  /** What the cluster holds, by name. */
  async truth(): Promise<Record<string, string | undefined>> {
    const { items } = await this.#send("GET", PATH) as { items: ConfigMap[] };
    return valuesOf(items);
  }

  /** What the cache holds, by name. */
  get view(): Record<string, string | undefined> {
    return valuesOf(this.informer.cache.list());
  }

  async get(name: string): Promise<boolean> {
    return name in await this.truth();
  }

  async #send(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    bodyJson?: Record<string, unknown>,
  ): Promise<unknown> {
    return await this.cluster.performRequest({
      method,
      path,
      expectJson: true,
      ...(bodyJson && { bodyJson: bodyJson as never }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.informer.finished;
    this.cluster.close();
  }
}

function valuesOf(objects: readonly ConfigMap[]): Record<string, string | undefined> {
  return Object.fromEntries(objects.map(({ metadata, data }) => [metadata.name, data?.value]).sort());
}

function show({ source, before, after }: CacheChange<ConfigMap>): string {
  return `${source} ${(after ?? before)!.metadata.name} ${before?.data?.value ?? "-"}>${after?.data?.value ?? "-"}`;
}

for (const streamingLists of [true, false]) {
  const how = streamingLists ? "a streaming list" : "a plain list";

  Deno.test(`embedded: ${how} and the changes after it arrive`, async () => {
    await using scene = new Scene({ streamingLists });
    await scene.put("a", "1");
    await scene.start();
    await scene.put("a", "2");
    await scene.put("b", "1");
    await scene.remove("a");
    await scene.clock.settle();
    assertEquals(scene.changes, ["initial a ->1", "event a 1>2", "event b ->1", "event a 2>-"]);
  });

  Deno.test(`embedded: what happened while the history was forgotten is found by ${how}`, async () => {
    await using scene = new Scene({ streamingLists });
    await scene.put("kept", "1");
    await scene.put("gone", "1");
    await scene.start();
    scene.cluster.watches.freeze();
    await scene.put("kept", "2");
    await scene.remove("gone");
    await scene.put("new", "1");
    scene.cluster.compact();
    scene.cluster.watches.cut({}, new TypeError("error reading a body from connection"));
    scene.cluster.watches.thaw();
    await scene.clock.advanceUntil(() => scene.states.at(-1)?.type === "watching");
    assertEquals(scene.view, await scene.truth());
    assertEquals(scene.changes.slice(2).toSorted(), ["relist gone 1>-", "relist kept 1>2", "relist new ->1"]);
  });
}

Deno.test("embedded: a list of several pages arrives whole", async () => {
  await using scene = new Scene({ streamingLists: false, pageSize: 3 });
  for (let index = 0; index < 10; index++) await scene.put(`c${index}`, "1");
  await scene.start();
  assertEquals(scene.view, await scene.truth());
});

Deno.test("embedded: a watch that is cut goes on where it was, once the server is known to be there, without another list", async () => {
  await using scene = new Scene();
  await scene.start();
  await scene.put("a", "1");
  await scene.clock.settle();
  const { resourceVersion } = scene.informer.cache;
  const before = scene.requests.length;
  scene.cluster.watches.cut();
  await scene.put("a", "2");
  await scene.clock.advanceUntil(() => scene.view.a === "2");
  assertEquals(scene.requests.slice(before), [`watch ${resourceVersion}`, "list "]);
  assertEquals(scene.states.filter(({ type }) => type === "listing").length, 1);
});

Deno.test("embedded: a connection that goes silent is replaced, and the changes that it missed are found", async () => {
  await using scene = new Scene();
  await scene.start();
  await scene.clock.advance(40_000);
  scene.cluster.watches.freeze();
  await scene.put("a", "1");
  await scene.clock.advance(20_000);
  assertEquals(scene.view, {});
  scene.cluster.intercept(() => scene.cluster.watches.thaw());
  await scene.clock.advanceUntil(() => scene.view.a === "1", { within: 25_000 });
});

Deno.test("embedded: bookmarks move a quiet watch on, so that it survives compaction", async () => {
  await using scene = new Scene();
  await scene.start();
  for (const name of ["x", "y"]) {
    await scene.cluster.performRequest({
      method: "POST",
      path: "/api/v1/namespaces/kube-system/configmaps",
      bodyJson: { metadata: { name } },
    });
  }
  await scene.clock.advance(45_000);
  assertEquals(scene.informer.cache.resourceVersion, scene.cluster.resourceVersion);
  const before = scene.requests.length;
  scene.cluster.compact();
  scene.cluster.watches.cut();
  await scene.clock.advance(2_000);
  assertEquals(scene.states.some((state) => state.type === "backing-off"), false);
  assertEquals(scene.requests.slice(before), [`watch ${scene.cluster.resourceVersion}`, "list "]);
});

Deno.test("embedded: a day without any change costs two small requests a minute, and no trouble", async () => {
  await using scene = new Scene();
  await scene.start();
  await scene.clock.advance(86_400_000);
  assertEquals(scene.states.filter(({ type }) => type === "backing-off"), []);
  const perHour = scene.requests.length / 24;
  assert(perHour >= 3_600 / 34 && perHour <= 3_600 / 27, `${perHour} requests an hour`);
});

Deno.test("embedded: whatever is cut, frozen and compacted, the view ends up equal to the server", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    await using scene = new Scene({ streamingLists: seed % 2 === 0, pageSize: 3 }, { historySize: 50 });
    const source = seededRandom(seed);
    const random = (below: number) => Math.floor(source.next() * below);
    await scene.start();
    for (let step = 0; step < 60; step++) {
      const name = `c${random(8)}`;
      const next = random(10);
      if (next < 5) await scene.put(name, String(step));
      else if (next < 7 && await scene.get(name)) await scene.remove(name);
      else if (next === 7) {
        scene.cluster.watches.cut({}, random(2) === 0 ? undefined : new TypeError("error reading a body"));
      } else if (next === 8) scene.cluster.watches.freeze();
      else if (random(3) === 0) scene.cluster.compact();
      else scene.cluster.watches.thaw();
      await scene.clock.advance(random(3_000));
    }
    scene.cluster.watches.thaw();
    await scene.clock.advance(300_000);
    assertEquals(scene.view, await scene.truth(), `seed ${seed}`);
  }
});
