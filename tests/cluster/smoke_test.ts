/** Proves on the real cluster that it is one: controllers work, requests are audited, outages heal. */

import { type ApiTarget, callApi } from "./api.ts";
import { type Cluster, eventually, readAudit, startCluster } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";

clusterTest("all Pods of fifty Deployments become ready", async (cluster) => {
  await using namespace = await createNamespace(cluster);
  const path = `/apis/apps/v1/namespaces/${namespace.name}/deployments`;
  const names = Array.from({ length: 50 }, (_, index) => `web-${index}`);
  await Promise.all(names.map((name) => call(cluster, "POST", path, deployment(name))));
  await eventually(async () => {
    const { items } = await call<List<Deployment>>(cluster, "GET", path);
    return items.length === 50 && items.every(({ status }) => status.readyReplicas === 2);
  }, { within: 60_000 });
});

clusterTest("a dependent is collected when its owner is deleted", async (cluster) => {
  await using namespace = await createNamespace(cluster);
  const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
  const owner = await call<Owner>(cluster, "POST", path, { metadata: { name: "owner" } });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid };
  await call(cluster, "POST", path, { metadata: { name: "dependent", ownerReferences: [reference] } });
  await call(cluster, "DELETE", `${path}/owner`);
  await eventually(() => isGone(cluster, `${path}/dependent`), { within: 30_000 });
});

clusterTest(
  "a dependent of a custom resource is collected, once the controller manager knows its kind",
  async (cluster) => {
    await using namespace = await createNamespace(cluster);
    const group = `g${crypto.randomUUID().slice(0, 8)}.example.com`;
    await call(cluster, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition(group));
    const path = `/apis/${group}/v1/namespaces/${namespace.name}/things`;
    const thing = { apiVersion: `${group}/v1`, kind: "Thing", metadata: { name: "owner" } };
    const owner = await eventually(() => call<Owner>(cluster, "POST", path, thing), { within: 10_000 });
    await cluster.restartControllerManager();
    const dependents = `/api/v1/namespaces/${namespace.name}/configmaps`;
    const reference = { apiVersion: thing.apiVersion, kind: "Thing", name: "owner", uid: owner.metadata.uid };
    await call(cluster, "POST", dependents, { metadata: { name: "dependent", ownerReferences: [reference] } });
    await call(cluster, "DELETE", `${path}/owner`);
    await eventually(() => isGone(cluster, `${dependents}/dependent`), { within: 30_000 });
  },
);

clusterTest("a deleted namespace ends, with all that is in it", async (cluster) => {
  const namespace = await createNamespace(cluster);
  const path = `/api/v1/namespaces/${namespace.name}`;
  await call(cluster, "POST", `${path}/configmaps`, { metadata: { name: "inside" } });
  await call(cluster, "DELETE", path);
  await eventually(() => isGone(cluster, path), { within: 30_000 });
});

clusterTest("the audit log tells who asked for what", async (cluster) => {
  const { token } = await accountToken(cluster, "default", "audited");
  const name = `absent-${crypto.randomUUID()}`;
  const path = `/api/v1/namespaces/default/secrets/${name}`;
  equal(await statusOf({ ...admin(cluster), token }, path), 403);
  const [event] = await eventually(async () => {
    const events = await readAudit(cluster, { resource: "secrets", name, verb: "get" });
    return events.length > 0 && events;
  }, { within: 5_000 });
  equal(event?.user.username, "system:serviceaccount:default:audited");
  equal(event?.responseStatus?.code, 403);
  equal(event?.requestURI, path);
});

clusterTest("the API server comes back on the same port, with the same data", async (cluster) => {
  await using namespace = await createNamespace(cluster);
  await cluster.stopApiServer();
  await rejects(() => call(cluster, "GET", "/readyz"));
  await cluster.startApiServer();
  await call(cluster, "GET", `/api/v1/namespaces/${namespace.name}`);
  const path = `/apis/apps/v1/namespaces/${namespace.name}/deployments`;
  await call(cluster, "POST", path, deployment("after"));
  await eventually(async () => {
    return (await call<Deployment>(cluster, "GET", `${path}/after`)).status.readyReplicas === 2;
  }, { within: 60_000 });
});

clusterTest("a paused API server is silent, and answers when it is resumed", async (cluster) => {
  await cluster.pauseApiServer();
  const answer = call(cluster, "GET", "/version");
  const first = await Promise.race([answer, silence(300)]);
  await cluster.resumeApiServer();
  equal(first, "silence");
  await answer;
});

clusterTest("a second cluster of etcd and API server alone starts and stops", async () => {
  const second = await startCluster({ controllers: false, apiServerFlags: ["--anonymous-auth=false"] });
  await using _stopped = second;
  equal(await statusOf({ ...admin(second), token: "" }, "/readyz"), 401);
  equal(await statusOf(admin(second), "/api/v1/namespaces/default"), 200);
  await second.stop();
  await rejects(() => Deno.stat(second.dir));
});

interface List<T> {
  items: T[];
}

interface Owner {
  metadata: { uid: string };
}

interface Deployment {
  status: { readyReplicas?: number };
}

function admin({ url, ca, adminToken }: Cluster): ApiTarget {
  return { url, ca, token: adminToken };
}

function call<T>(cluster: Cluster, method: string, path: string, body?: unknown): Promise<T> {
  return callApi<T>(admin(cluster), method, path, body);
}

async function statusOf({ url, ca, token }: ApiTarget, path: string): Promise<number> {
  using client = Deno.createHttpClient({ caCerts: [ca] });
  const response = await fetch(url + path, { client, headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

async function isGone(cluster: Cluster, path: string): Promise<boolean> {
  return await statusOf(admin(cluster), path) === 404;
}

/** A namespace that is deleted at the end of the test; nobody waits for it to end. */
async function createNamespace(cluster: Cluster): Promise<AsyncDisposable & { name: string }> {
  const name = `smoke-${crypto.randomUUID().slice(0, 8)}`;
  await call(cluster, "POST", "/api/v1/namespaces", { metadata: { name } });
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await call(cluster, "DELETE", `/api/v1/namespaces/${name}`);
    },
  };
}

/** The token in a ServiceAccount's kubeconfig. */
async function accountToken(cluster: Cluster, namespace: string, name: string): Promise<{ token: string }> {
  const text = await Deno.readTextFile(await cluster.serviceAccountKubeconfig({ namespace, name }));
  return { token: text.match(/token: (\S+)/)?.[1] ?? "" };
}

function deployment(name: string): unknown {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } };
  return { metadata: { name }, spec: { replicas: 2, selector: { matchLabels: labels }, template } };
}

function definition(group: string): unknown {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

function silence(milliseconds: number): Promise<"silence"> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, "silence"));
}

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${actual} is not ${expected}`);
}

async function rejects(fn: () => Promise<unknown>): Promise<void> {
  const failed = await fn().then(() => false, () => true);
  if (!failed) throw new Error("it should have failed");
}
