/** Fields that a former self of a controller holds, on a real API server. */

import { assertEquals } from "@std/assert";
import {
  type ClusterClient,
  type Component,
  component,
  connect,
  defineSteps,
  type EnsureOptions,
  installCrd,
  isConflict,
  type KubeObject,
  runSteps,
} from "../../mod.ts";
import { collectionPath, objectPath } from "../../lib/kube/mod.ts";
import { ConfigMap, Deployment, Service } from "../../lib/kube/kinds/mod.ts";
import { Site } from "../components/parts.ts";
import { callApi } from "./api.ts";
import type { Cluster } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

// deno-lint-ignore no-explicit-any -- objects of several kinds
type Loose = any;

/** One owner in a namespace of its own, and releases of its controller. */
class Scene implements AsyncDisposable {
  readonly namespace = `takeover-${crypto.randomUUID().slice(0, 8)}`;
  readonly #cluster: Cluster;
  readonly #client: ClusterClient & Disposable;
  #owner: Site | undefined;

  private constructor(cluster: Cluster, client: ClusterClient & Disposable) {
    this.#cluster = cluster;
    this.#client = client;
  }

  static async start(cluster: Cluster): Promise<Scene> {
    const client = await connect({ kubeconfig: cluster.kubeconfig });
    const scene = new Scene(cluster, client);
    await installCrd(client, Site);
    await scene.call("POST", "/api/v1/namespaces", { metadata: { name: scene.namespace } });
    scene.#owner = await scene.call("POST", collectionPath(Site, scene.namespace), {
      ...{ apiVersion: `${Site.group}/v1`, kind: "Site", metadata: { name: "a" }, spec: {} },
    });
    return scene;
  }

  call(method: string, path: string, body?: unknown): Promise<Loose> {
    return callApi<Loose>(adminOf(this.#cluster), method, path, body);
  }

  path(kind: Component<Site, KubeObject>["kind"]): string {
    return objectPath(kind, { namespace: this.namespace, name: "a" });
  }

  /** A release runs until nothing is left to do; what it has changed. */
  async release<T extends KubeObject>(
    fieldManager: string,
    part: Component<Site, T>,
    options: EnsureOptions<Site, T>,
  ): Promise<string[]> {
    const steps = defineSteps(Site).ensure(part, options);
    const changes: string[] = [];
    for (;;) {
      const object = this.#owner!;
      const result = await runSteps({ steps, object, client: this.#client, owns: [part.kind], fieldManager });
      // The Deployment's own controller may have been faster: a controller would try again, too.
      if (result.outcome === "Failed" && isConflict(result.error.cause)) continue;
      if (result.outcome === "Failed") throw result.error;
      if (result.outcome !== "Modified") return changes;
      changes.push(result.change.split(" ")[0]!);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.call("DELETE", `/api/v1/namespaces/${this.namespace}`);
    this.#client[Symbol.dispose]();
  }
}

const labels = { app: "a" };
const settings = (data: Record<string, string>, more: Record<string, string> = {}) =>
  component(Site, ConfigMap, { labels: () => more, build: () => ({ data }) });
const web = (container: string) =>
  component(Site, Deployment, {
    build: () => ({
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: container, image: "x" }] } },
      },
    }),
  });
const address = (port: number) =>
  component(Site, Service, { build: () => ({ spec: { selector: labels, ports: [{ name: "http", port }] } }) });

for (const [drift, name] of [["ignore", "one"], ["ignore", "other"], ["apply", "other"]] as const) {
  clusterTest(
    `real: what was made with drift "${drift}" is rid of what is no longer built, by a controller named ${name} in place of one; others' fields stay`,
    async (cluster) => {
      await using scene = await Scene.start(cluster);
      await scene.release("one", web("main"), { drift });
      await scene.release("one", address(80), { drift });
      await scene.release("one", settings({ a: "1", b: "2" }), { drift });
      await scene.call("PATCH", scene.path(ConfigMap), {
        data: { theirs: "3" },
        metadata: { annotations: { theirs: "4" } },
      });
      await scene.call("PATCH", scene.path(Deployment), {
        spec: { template: { metadata: { annotations: { restarted: "5" } } } },
      });

      assertEquals(await scene.release(name, web("web"), { drift: "apply" }), ["patch", "apply"]);
      assertEquals(await scene.release(name, address(8080), { drift: "apply" }), ["patch", "apply"]);
      assertEquals(await scene.release(name, settings({ a: "1" }), { drift: "apply" }), ["patch", "apply"]);

      const { spec: { template } } = await scene.call("GET", scene.path(Deployment));
      assertEquals(template.spec.containers.map((one: { name: string }) => one.name), ["web"]);
      assertEquals(template.metadata.annotations, { restarted: "5" });
      const { spec: { ports } } = await scene.call("GET", scene.path(Service));
      assertEquals(ports.map((one: { port: number }) => one.port), [8080]);
      const { data, metadata: { annotations } } = await scene.call("GET", scene.path(ConfigMap));
      assertEquals([data, annotations.theirs], [{ a: "1", theirs: "3" }, "4"]);

      // Once is enough.
      assertEquals(await scene.release(name, settings({}), { drift: "apply" }), ["apply"]);
      assertEquals((await scene.call("GET", scene.path(ConfigMap))).data, { theirs: "3" });
    },
  );
}

clusterTest(
  "real: what a former self has applied goes when it is no longer built, however many releases later",
  async (cluster) => {
    await using scene = await Scene.start(cluster);
    const apply = { drift: "apply" } as const;
    await scene.release("one", settings({ a: "1", b: "1" }), apply);
    await scene.release("two", settings({ a: "1", b: "1" }), apply);
    assertEquals(await scene.release("two", settings({ a: "1", b: "1", c: "1" }), apply), ["patch", "apply"]);
    assertEquals(await scene.release("three", settings({ a: "1", b: "1", c: "1", d: "1" }), apply), ["patch", "apply"]);
    assertEquals(await scene.release("three", settings({ d: "1" }), apply), ["apply"]);
    assertEquals((await scene.call("GET", scene.path(ConfigMap))).data, { d: "1" });
  },
);

clusterTest(
  "real: a label that was given by adoption goes when it is no longer built, and no change more than needed is made",
  async (cluster) => {
    await using scene = await Scene.start(cluster);
    await scene.call("POST", `/api/v1/namespaces/${scene.namespace}/configmaps`, {
      metadata: { name: "a" },
      data: { mine: "1" },
    });
    const adopt = { adopt: true, drift: "apply" } as const;
    assertEquals(await scene.release("one", settings({ a: "1" }, { tier: "front" }), adopt), ["patch", "apply"]);
    assertEquals(await scene.release("one", settings({ a: "1" }), adopt), ["patch", "apply"]);
    const { metadata, data } = await scene.call("GET", scene.path(ConfigMap));
    assertEquals([metadata.labels.tier, data], [undefined, { a: "1", mine: "1" }]);
  },
);

clusterTest("real: an owner reference follows the owner's API version, by one change", async (cluster) => {
  await using scene = await Scene.start(cluster);
  for (const drift of ["ignore", "apply"] as const) {
    await scene.release("one", settings({ a: "1" }), { drift });
    const { metadata: { ownerReferences: [ours] } } = await scene.call("GET", scene.path(ConfigMap));
    const old = { ...ours, apiVersion: `${Site.group}/v1alpha1` };
    await scene.call("PATCH", scene.path(ConfigMap), { metadata: { ownerReferences: [old] } });
    assertEquals((await scene.release("one", settings({ a: "1" }), { drift })).length, 1);
    assertEquals((await scene.call("GET", scene.path(ConfigMap))).metadata.ownerReferences, [ours]);
  }
});
