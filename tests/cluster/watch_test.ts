/** The same watch, on a real API server: `deno task test:cluster tests/cluster/watch_test.ts`. */

import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { ApiError, connect, type ConnectedClient } from "../../lib/kube/mod.ts";
import { systemClock, systemRandom } from "../../lib/time/mod.ts";
import { Informer, type InformerOptions, SilentConnectionError, type WatchState } from "../../lib/watch/mod.ts";
import { eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";

const Secret = kindOf<KubeObject>({ version: "v1", kind: "Secret", plural: "secrets" });

type Options = Partial<InformerOptions> & { kubeconfig: string; watchAs?: string };

/** A namespace of its own, and an informer of its Secrets. */
class Scene {
  readonly namespace = `watch-${crypto.randomUUID().slice(0, 8)}`;
  readonly states: WatchState[] = [];
  readonly informer: Informer;
  readonly #clients: readonly [writer: ConnectedClient, watcher: ConnectedClient];
  readonly #abort = new AbortController();

  private constructor(clients: readonly [ConnectedClient, ConnectedClient], options: Partial<InformerOptions>) {
    this.#clients = clients;
    this.informer = new Informer({
      client: clients[1],
      kind: Secret,
      namespace: this.namespace,
      clock: systemClock,
      random: systemRandom,
      onState: (state) => this.states.push(state),
      onError: (error) => {
        throw error;
      },
      ...options,
    });
  }

  static async start({ kubeconfig, watchAs = kubeconfig, ...options }: Options): Promise<Scene> {
    const clients = [await connect({ kubeconfig }), await connect({ kubeconfig: watchAs })] as const;
    const scene = new Scene(clients, options);
    await scene.#send("POST", "/api/v1/namespaces", { metadata: { name: scene.namespace } });
    scene.informer.start(scene.#abort.signal);
    return scene;
  }

  async put(name: string, value: string): Promise<void> {
    const body = { apiVersion: "v1", kind: "Secret", metadata: { name, annotations: { value } } };
    await this.#send("PATCH", `${this.#path}/${name}?fieldManager=test`, body);
  }

  async remove(name: string): Promise<void> {
    await this.#send("DELETE", `${this.#path}/${name}`);
  }

  /** Waits until the cache holds this, and nothing else. */
  async shows(expected: Record<string, string>): Promise<void> {
    await eventually(() => JSON.stringify(this.#view()) === JSON.stringify(expected), { within: 40_000 });
  }

  count(type: WatchState["type"]): number {
    return this.states.filter((state) => state.type === type).length;
  }

  /** What went wrong so far. */
  get troubles(): readonly unknown[] {
    return this.states.flatMap((state) => state.type === "backing-off" ? [state.error] : []);
  }

  get #path(): string {
    return `/api/v1/namespaces/${this.namespace}/secrets`;
  }

  #view(): Record<string, string | undefined> {
    const objects = this.informer.cache.list();
    return Object.fromEntries(objects.map(({ metadata }) => [metadata.name, metadata.annotations?.value]).sort());
  }

  async #send(method: "POST" | "PATCH" | "DELETE", url: string, body?: Record<string, unknown>): Promise<void> {
    const [path = "", query] = url.split("?");
    const contentType = method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
    await this.#clients[0].performRequest({
      method,
      path,
      contentType,
      expectJson: true,
      querystring: new URLSearchParams(query),
      ...(body && { bodyJson: body as never }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.informer.finished;
    await this.#send("DELETE", `/api/v1/namespaces/${this.namespace}`);
    for (const client of this.#clients) client.close();
  }
}

for (const streamingLists of [true, false]) {
  const how = streamingLists ? "a streaming list" : "a plain list";

  clusterTest(`real: ${how} and the changes after it arrive`, async ({ kubeconfig }) => {
    await using scene = await Scene.start({ kubeconfig, streamingLists });
    await scene.informer.synced;
    await scene.put("a", "1");
    await scene.put("a", "2");
    await scene.put("b", "1");
    await scene.shows({ a: "2", b: "1" });
    await scene.remove("a");
    await scene.shows({ b: "1" });
    assertEquals(scene.troubles, []);
    assertEquals([scene.count("streaming-list"), scene.count("listing")], streamingLists ? [1, 0] : [0, 1]);
  });

  clusterTest(`real: after a crash of the API server the view is the truth again, by ${how}`, async (cluster) => {
    await using scene = await Scene.start({ kubeconfig: cluster.kubeconfig, streamingLists });
    await scene.put("a", "1");
    await scene.put("gone", "1");
    await scene.shows({ a: "1", gone: "1" });
    await cluster.stopApiServer("SIGKILL");
    await eventually(() => scene.troubles.length >= 2, { within: 10_000 });
    await cluster.startApiServer();
    await scene.put("a", "2");
    await scene.remove("gone");
    await scene.put("new", "1");
    await scene.shows({ a: "2", new: "1" });
  });
}

clusterTest("real: a server that goes silent is noticed, and the watch goes on without a list", async (cluster) => {
  await using scene = await Scene.start({ kubeconfig: cluster.kubeconfig, idleTimeout: "2s" });
  await scene.put("a", "1");
  await scene.shows({ a: "1" });
  const lists = scene.count("listing");
  await cluster.pauseApiServer();
  try {
    await eventually(() => scene.troubles.length > 0, { within: 10_000 });
  } finally {
    await cluster.resumeApiServer();
  }
  await scene.put("a", "2");
  await scene.shows({ a: "2" });
  assertInstanceOf(scene.troubles[0], SilentConnectionError);
  assertEquals(scene.count("listing"), lists);
});

clusterTest("real: a watch that the server ends at its time goes on without trouble", async ({ kubeconfig }) => {
  await using scene = await Scene.start({ kubeconfig, timeoutSeconds: [2, 2] });
  await scene.informer.synced;
  await eventually(() => scene.count("connecting") >= 3, { within: 15_000 });
  await scene.put("a", "1");
  await scene.shows({ a: "1" });
  assertEquals(scene.troubles, []);
  assertEquals(scene.count("listing"), 1);
});

clusterTest("real: a right that is missing is named in what is reported", async (cluster) => {
  const watchAs = await cluster.serviceAccountKubeconfig({ namespace: "default", name: "no-rights" });
  await using scene = await Scene.start({ kubeconfig: cluster.kubeconfig, watchAs });
  scene.informer.synced.catch(() => {});
  const error = await eventually(() => scene.troubles[0], { within: 10_000 });
  assertInstanceOf(error, ApiError);
  assertEquals(error.code, 403);
  assertStringIncludes(error.message, "lacks the right to list secrets");
});

clusterTest("real: a kind that is not installed is asked for again", async ({ kubeconfig }) => {
  const kind = kindOf({ group: "absent.example.com", version: "v1", kind: "Absent", plural: "absents" });
  await using scene = await Scene.start({ kubeconfig, kind });
  scene.informer.synced.catch(() => {});
  const error = await eventually(() => scene.troubles[1], { within: 10_000 });
  assertInstanceOf(error, ApiError);
  assertEquals(error.code, 404);
});
