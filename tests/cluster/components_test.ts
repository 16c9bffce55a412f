/** Components on a real control plane: kept equal, without one write too many by the audit log. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import {
  component,
  connect,
  type Controller,
  defineSteps,
  installCrd,
  type ResourceKind,
  type RunReport,
  serveController,
  type Steps,
} from "../../mod.ts";
import { ClusterRole, ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { collectionPath, objectPath } from "../../lib/kube/mod.ts";
import { driftCases, keeping, type World } from "../components/drift_cases.ts";
import { Site, web } from "../components/parts.ts";
import { KeepingLogger } from "../controller/keeping_logger.ts";
import { callApi } from "./api.ts";
import { readAudit } from "./audit.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

const WRITES = ["create", "update", "patch", "delete"];
const BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

/** What the controller does. */
interface Served {
  readonly steps: Steps<Site, unknown>;
  readonly owns: readonly ResourceKind[];
}

/** A namespace with a controller of Sites, as an account of its own. */
class Scene implements AsyncDisposable {
  readonly namespace = `components-${crypto.randomUUID().slice(0, 8)}`;
  readonly reports: RunReport[] = [];
  readonly logger = new KeepingLogger();
  readonly #cluster: Cluster;
  readonly #served: Served;
  /** The newest generation of which a Run came to the end of the plan. */
  #restedAt = 0;
  #end: () => Promise<void> = () => Promise.resolve();

  private constructor(cluster: Cluster, served: Served) {
    this.#cluster = cluster;
    this.#served = served;
  }

  static async start(cluster: Cluster, served: Served): Promise<Scene> {
    const scene = new Scene(cluster, served);
    using admin = await connect({ kubeconfig: cluster.kubeconfig });
    await installCrd(admin, Site);
    await scene.call("POST", "/api/v1/namespaces", { metadata: { name: scene.namespace } });
    await scene.call("POST", BINDINGS, {
      metadata: { name: scene.namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "operator", namespace: scene.namespace }],
    });
    await scene.#serve();
    return scene;
  }

  async #serve(): Promise<void> {
    const { namespace, logger } = this;
    const kubeconfig = await this.#cluster.serviceAccountKubeconfig({ namespace, name: "operator" });
    const client = await connect({ kubeconfig });
    const controller: Controller = await serveController({
      resource: Site,
      owns: this.#served.owns,
      steps: this.#served.steps.observe("rest", ({ object }) => {
        this.#restedAt = object.metadata.generation ?? 0;
      }),
      ...{ namespace, client, logger, handleSignals: false },
      onRun: (report) => void this.reports.push(report),
    });
    this.#end = async () => {
      await controller.shutdown();
      client.close();
    };
    await controller.ready;
  }

  /** Another controller in place of the first. */
  async restart(): Promise<void> {
    await this.settled(async () => {
      await this.#end();
      await this.#serve();
    });
  }

  /** The path of the namespace's objects of a kind, or of one of them. */
  path(kind: ResourceKind, name?: string): string {
    const { namespace } = this;
    return name === undefined ? collectionPath(kind, namespace) : objectPath(kind, { namespace, name });
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    return await callApi<T>(adminOf(this.#cluster), method, path, body);
  }

  /** The writes of the controller that the API server has answered. */
  async writes(): Promise<number> {
    const username = `system:serviceaccount:${this.namespace}:operator`;
    const events = await readAudit(this.#cluster, { username, stage: "ResponseComplete" });
    return events.filter(({ verb }) => WRITES.includes(verb)).length;
  }

  /**
   * Does something, and waits until a Run has nothing left to do that has seen what was done: so many changes after it, and the
   * generation of the Site that is answered.
   */
  async settled(act: () => Promise<Site | void>, changes = 0): Promise<void> {
    const before = this.reports.length;
    this.#restedAt = 0;
    const generation = (await act())?.metadata.generation ?? 1;
    await eventually(() => {
      const results = this.reports.slice(before).map(({ result }) => result);
      const changed = results.filter(({ outcome }) => outcome === "Modified").length;
      return changed >= changes && results.at(-1)?.outcome === "NoOp" && this.#restedAt >= generation;
    }, { within: 20_000 }).catch((error) => {
      throw new Error(`${error.message}; ${this.logger.text}`);
    });
  }

  /** Ends the controller. */
  async end(): Promise<void> {
    await this.#end();
    this.#end = () => Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.call("DELETE", `${BINDINGS}/${this.namespace}`);
    await this.call("DELETE", `/api/v1/namespaces/${this.namespace}`);
  }
}

function world(scene: Scene, site: string): World {
  let created = false;
  return {
    setSpec: async (spec) => {
      const [method, path] = created ? ["PATCH", scene.path(Site, site)] as const : ["POST", scene.path(Site)] as const;
      const body = { apiVersion: `${Site.group}/v1`, kind: "Site", metadata: { name: site }, spec };
      await scene.settled(() => scene.call<Site>(method, path, body), created ? 0 : 1);
      created = true;
    },
    spoil: async (kind, name, patch) =>
      await scene.settled(() => scene.call("PATCH", scene.path(kind, name), patch), 1),
    restart: () => scene.restart(),
    read: async (kind, name) => await scene.call("GET", scene.path(kind, name)),
    writes: () => scene.writes(),
    withoutEffect: () => [...scene.logger.saying("had no effect"), ...scene.logger.saying("failed")].map(String),
  };
}

for (const { name, part, run } of driftCases) {
  clusterTest(`real: ${name}`, async (cluster) => {
    await using scene = await Scene.start(cluster, { steps: keeping(part), owns: [part.component.kind] });
    await run(world(scene, "a"), "a");
  });
}

clusterTest(
  "real: a value that the API server writes its own way costs one write more, no loop, and none when others' changes are put right",
  async (cluster) => {
    const odd = component(Site, Deployment, {
      build: (_, { labels, selector }) => ({
        spec: {
          selector: { matchLabels: selector },
          template: {
            metadata: { labels },
            spec: {
              containers: [{ name: "main", image: "x" }],
              volumes: [{ name: "scratch", emptyDir: { medium: "" } }],
            },
          },
        },
      }),
    });
    const steps = defineSteps(Site).ensure(odd, { drift: "apply" });
    await using scene = await Scene.start(cluster, { steps, owns: [Deployment] });
    const { setSpec, spoil, read, restart, withoutEffect } = world(scene, "a");
    await setSpec({});
    for (const touch of [1, 2]) await setSpec({ touch });
    await restart();
    assertEquals(await scene.writes(), 2);
    await spoil(Deployment, "a", { spec: { template: { spec: { containers: [{ name: "main", image: "y" }] } } } });
    await setSpec({ touch: 3 });
    assertEquals((await read(Deployment, "a") as Deployment).spec?.template.spec?.containers[0]?.image, "x");
    assertEquals(await scene.writes(), 3, "by one write");
    assertEquals(withoutEffect(), []);
  },
);

clusterTest(
  "real: dependents that no owner reference ties to their owner are made again, and put right",
  async (cluster) => {
    const role = component(Site, ClusterRole, { build: () => ({ rules: [] }) });
    const loose = component(Site, ConfigMap, { name: "loose", owned: false, build: () => ({ data: { a: "1" } }) });
    const drift = "apply";
    const steps = defineSteps(Site).ensure(role, { drift }).ensure(loose, { drift });
    await using scene = await Scene.start(cluster, { steps, owns: [ConfigMap, ClusterRole] });
    const site = `tied-${crypto.randomUUID().slice(0, 8)}`;
    await world(scene, site).setSpec({});
    const paths = [
      `/apis/rbac.authorization.k8s.io/v1/clusterroles/${site}`,
      scene.path(ConfigMap, `${site}-loose`),
    ];
    for (const path of paths) {
      const { metadata } = await scene.call<ConfigMap>("GET", path);
      await scene.settled(
        () => scene.call("PATCH", path, { metadata: { labels: { "app.kubernetes.io/instance": null } } }),
        1,
      );
      assertEquals((await scene.call<ConfigMap>("GET", path)).metadata.labels, metadata.labels);
      await scene.settled(() => scene.call("DELETE", path), 1);
      assertNotEquals((await scene.call<ConfigMap>("GET", path)).metadata.uid, metadata.uid);
    }
    // A cluster role outlives the namespace.
    await scene.end();
    await scene.call("DELETE", paths[0]!);
  },
);

clusterTest(
  "real: a component waits for its pods, adopts when told to, and refuses what is another's",
  async (cluster) => {
    const settings = component(Site, ConfigMap, { name: "settings", build: () => ({ data: { color: "blue" } }) });
    const steps = defineSteps(Site)
      .ensure(settings, { drift: "apply", adopt: true })
      .ensure(web, { drift: "apply", readyWhen: ({ status }) => status?.readyReplicas === 1 || "no pod is ready" });
    await using scene = await Scene.start(cluster, { steps, owns: [ConfigMap, Deployment] });
    const boss = await scene.call<ConfigMap>("POST", scene.path(ConfigMap), { metadata: { name: "boss" } });
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "boss", uid: boss.metadata.uid, controller: true };
    await scene.call("POST", scene.path(ConfigMap), { metadata: { name: "a-settings" }, data: { mine: "1" } });
    await scene.call("POST", scene.path(ConfigMap), {
      metadata: { name: "b-settings", ownerReferences: [reference] },
      data: { mine: "1" },
    });
    await world(scene, "a").setSpec({});
    const changes = scene.reports.flatMap(({ result }) => result.outcome === "Modified" ? [result.change] : []);
    const place = `${scene.namespace}/a-`;
    assertEquals(changes, [
      `patch ConfigMap ${place}settings`,
      `apply ConfigMap ${place}settings`,
      `apply Deployment ${place}web`,
    ]);
    assert(scene.reports.some(({ result }) => result.outcome === "Stopped" && result.reason === "no pod is ready"));
    const { data } = await scene.call<ConfigMap>("GET", scene.path(ConfigMap, "a-settings"));
    assertEquals(data, { color: "blue", mine: "1" });

    await scene.call("POST", scene.path(Site), {
      apiVersion: `${Site.group}/v1`,
      kind: "Site",
      metadata: { name: "b" },
      spec: {},
    });
    const failure = await eventually(() => scene.reports.find(({ result }) => result.outcome === "Failed"), {
      within: 9_000,
    });
    assertStringIncludes(
      failure.result.outcome === "Failed" ? failure.result.error.message : "",
      `as another owner controls it: current value is ConfigMap boss (uid ${boss.metadata.uid})`,
    );
    const refused = await scene.call<ConfigMap>("GET", scene.path(ConfigMap, "b-settings"));
    assertEquals([refused.data, refused.metadata.ownerReferences?.length], [{ mine: "1" }, 1]);
  },
);

clusterTest(
  "real: creating by apply never touches an object that is there, and an apply means one object",
  async (cluster) => {
    const target = adminOf(cluster);
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    const namespace = `components-${crypto.randomUUID().slice(0, 8)}`;
    await callApi(target, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const path = `/api/v1/namespaces/${namespace}/configmaps/a`;
    const apply = async (metadata: Record<string, string>) => {
      try {
        await client.performRequest({
          method: "PATCH",
          path,
          contentType: "application/apply-patch+yaml",
          expectJson: true,
          querystring: new URLSearchParams({ fieldManager: "test", force: "true" }),
          bodyJson: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata }, data: { x: "1" } },
        });
        return "done";
      } catch (error) {
        return String(error);
      }
    };
    assertEquals(await apply({ resourceVersion: "1" }), "done");
    assertStringIncludes(await apply({ resourceVersion: "1" }), "modified");
    assertStringIncludes(await apply({ uid: crypto.randomUUID() }), "field is immutable");
    await callApi(target, "DELETE", path);
    assertStringIncludes(await apply({ uid: crypto.randomUUID() }), "uid mismatch");
    await callApi(target, "DELETE", `/api/v1/namespaces/${namespace}`);
  },
);
