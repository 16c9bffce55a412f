/** What networks and gateways do to an operator's requests, before a real API server: nothing twice, nothing of what is not there. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  apply,
  type Change,
  connect,
  create,
  defineResource,
  defineSteps,
  installCrd,
  patch,
  remove,
  replace,
  runSteps,
  serveController,
  silentLogger,
} from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { ConfigMap, Secret } from "../../lib/kube/kinds/mod.ts";
import { callApi } from "./api.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { type FaultProxy, startFaultProxy } from "./faults/mod.ts";
import { adminOf } from "./simple_fixture.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const SECRETS = "/api/v1/namespaces/default/secrets";
const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

type ConfigMapObject = Parameters<typeof replace<typeof ConfigMap["objectType"] & object>>[1];

async function putMap(cluster: Cluster, labels: Record<string, string> = {}): Promise<ConfigMapObject> {
  const map = await callApi<ConfigMapObject>(adminOf(cluster), "POST", MAPS, {
    metadata: { name: unique("m"), labels },
    data: { a: "1" },
  });
  // What a collection's POST answers has no kind of its own in some versions.
  return { ...map, apiVersion: "v1", kind: "ConfigMap" };
}

/** One change by a Run of its own, whose connection is kept from a read before: on those `fetch` sends anew. */
async function runOnce(proxy: FaultProxy, object: ConfigMapObject, change: (object: ConfigMapObject) => Change) {
  using client = await connect({ kubeconfig: proxy.kubeconfig });
  const steps = defineSteps(ConfigMap)
    .observe("warm up", ({ kube }) => kube.get(ConfigMap, object.metadata.name))
    .change("change", () => change(object) as Change);
  return await runSteps({ steps, object, client, owns: [Secret] });
}

/** Each sort of write that a step can ask for. */
const WRITES: Readonly<Record<string, (object: ConfigMapObject) => Change>> = {
  "create": (object) => create(Secret, { metadata: { generateName: `${object.metadata.name}-` } }) as Change,
  "apply": (object) => apply(ConfigMap, { metadata: { name: object.metadata.name }, data: { b: "2" } }) as Change,
  "merge patch": (object) => patch(ConfigMap, object, { merge: { data: { b: "2" } } }) as Change,
  "JSON patch": (object) => patch(ConfigMap, object, { json: [{ op: "add", path: "/data/b", value: "2" }] }) as Change,
  "replace": (object) => replace(ConfigMap, { ...object, data: { b: "2" } }) as Change,
  "remove": (object) => remove(ConfigMap, object) as Change,
};

for (const [name, write] of Object.entries(WRITES)) {
  clusterTest(
    `a ${name} whose connection is cut arrives once, and the Run says that it may have been done`,
    async (cluster) => {
      await using proxy = await startFaultProxy(cluster);
      const faults = [
        { type: "cut-before" } as const,
        ...[0, 1, 20, 200].map((afterBytes) => ({ type: "cut-answer", afterBytes }) as const),
      ];
      for (const fault of faults) {
        const object = await putMap(cluster);
        const isWriteOf = ({ method, body, target }: { method: string; body?: unknown; target: string }) =>
          method !== "GET" && (target.includes(object.metadata.name) || String(body).includes(object.metadata.name));
        proxy.rules.length = 0;
        proxy.on(
          ({ method, target, body }) => isWriteOf({ method, target, body: new TextDecoder().decode(body) }),
          fault,
        );
        const result = await runOnce(proxy, object, write);
        const shown = JSON.stringify({ name, fault, arrivals: proxy.arrived(isWriteOf).map(({ status }) => status) });
        assertEquals(proxy.arrived(isWriteOf).length, 1, shown);
        assert(result.outcome === "Failed", shown);
        const { cause } = result.error as { cause: Error & { sent?: string } };
        assertEquals([cause.name, cause.sent], ["ConnectionError", "unknown"], shown);
        assert(!cause.message.endsWith("fetch failed"), cause.message);
      }
    },
  );
}

clusterTest(
  "a reset of all connections while a controller works makes nothing twice and loses nothing",
  async (cluster) => {
    await using proxy = await startFaultProxy(cluster);
    using client = await connect({ kubeconfig: proxy.kubeconfig });
    const label = unique("of");
    const steps = defineSteps(ConfigMap)
      // The idiom for names that the API server makes up: who is in doubt lists, and lists live.
      .observe("find the secrets", ({ kube, object }) => kube.list(Secret, { labels: { for: object.metadata.name } }))
      .change(
        "create the secret",
        ({ object: { metadata: { name } } }, secrets) =>
          secrets.length > 0
            ? secrets
            : create(Secret, { metadata: { generateName: "s-", labels: { for: name, of: label } } }),
      );
    const controller = await serveController({
      ...{
        resource: ConfigMap,
        steps,
        labelSelector: `of=${label}`,
        namespace: "default",
        writes: [Secret],
        reads: [Secret],
      },
      client,
      ...{ logger: silentLogger, handleSignals: false },
    });
    await controller.ready;
    let posts = 0;
    proxy.on(({ method, target }) => {
      if (method !== "POST" || !target.startsWith(SECRETS)) return false;
      posts++;
      // At every third, all connections end while it is under way; of every third other one, the answer is lost.
      if (posts % 3 === 0) proxy.gate.cut();
      return posts % 3 === 1;
    }, { type: "cut-answer", afterBytes: 0 });
    const maps = await Promise.all(Array.from({ length: 12 }, () => putMap(cluster, { of: label })));
    const secretsOf = async () =>
      (await callApi<{ items: { metadata: { labels: Record<string, string> } }[] }>(
        adminOf(cluster),
        "GET",
        `${SECRETS}?labelSelector=of%3D${label}`,
      )).items.map(({ metadata }) => metadata.labels["for"]!).sort();
    await eventually(async () => new Set(await secretsOf()).size === maps.length, { within: 60_000 });
    assertEquals(await secretsOf(), maps.map(({ metadata }) => metadata.name).sort());
    await controller.shutdown();
  },
);

clusterTest("a status that the network delivers after a newer one is put right when it arrives", async (cluster) => {
  const Thing = defineResource({
    ...{ group: `${unique("late")}.example.dev`, version: "v1", kind: "Thing", scope: "Namespaced" } as const,
    spec: jsonSchema<{ v: number }>({ type: "object", properties: { v: { type: "integer" } } }),
    status: jsonSchema<{ v: number }>({ type: "object", properties: { v: { type: "integer" } } }),
  });
  await using proxy = await startFaultProxy(cluster);
  using client = await connect({ kubeconfig: proxy.kubeconfig });
  await installCrd(client, Thing);
  const steps = defineSteps(Thing).change("report", ({ object: { spec }, setStatus }) => setStatus({ v: spec.v }));
  const controller = await serveController({
    ...{ resource: Thing, steps, namespace: "default", client, stepTimeout: "1s" as const },
    ...{ logger: silentLogger, handleSignals: false },
  });
  await controller.ready;
  const things = `/apis/${Thing.group}/v1/namespaces/default/things`;
  const admin = adminOf(cluster);
  const statusOf = async () => (await callApi<{ status?: { v: number } }>(admin, "GET", `${things}/one`)).status?.v;
  await callApi(admin, "POST", things, {
    apiVersion: `${Thing.group}/v1`,
    kind: "Thing",
    metadata: { name: "one" },
    spec: { v: 0 },
  });
  await eventually(async () => await statusOf() === 0, { within: 20_000 });
  const isStatus = ({ target }: { target: string }) => target.includes("/things/one/status");
  proxy.on(isStatus, { type: "deliver-late", delay: 4_000 }, 1);
  await callApi(admin, "PATCH", `${things}/one`, { spec: { v: 1 } });
  await eventually(() => proxy.arrived(isStatus).some(({ fault }) => fault === "deliver-late"), { within: 10_000 });
  await callApi(admin, "PATCH", `${things}/one`, { spec: { v: 2 } });
  await eventually(async () => await statusOf() === 2, { within: 20_000 });
  // The late one arrives, and is carried out or refused; either way the status does not stay as it says.
  const late = () => proxy.arrived(isStatus).find(({ fault }) => fault === "deliver-late")!;
  await eventually(() => late().status !== undefined, { within: 20_000 });
  await eventually(async () => await statusOf() === 2, { within: 10_000 });
  assertEquals(await statusOf(), 2);
  await controller.shutdown();
});

clusterTest(
  "an answer that is none, whatever its code and form, is taken for nothing that it is not",
  async (cluster) => {
    await using proxy = await startFaultProxy(cluster);
    const bodies = ['{"error":"bad gateway"}', "{}", "[]", "null", '"ok"', "<h1>502</h1>", "", '{"kind":"SecretList"}'];
    for (const status of [200, 403, 502]) {
      for (const [at, body] of bodies.entries()) {
        const object = await putMap(cluster);
        proxy.rules.length = 0;
        const chunked = at % 2 === 0;
        proxy.on(({ method, target }) => method === "GET" && target.startsWith(SECRETS), {
          ...{ type: "answer", answer: { status, body, chunked } },
        });
        using client = await connect({ kubeconfig: proxy.kubeconfig });
        const steps = defineSteps(ConfigMap)
          .observe("find", ({ kube }) => kube.list(Secret, { labels: { for: object.metadata.name } }))
          .change(
            "create",
            (_, secrets) =>
              secrets.length > 0
                ? secrets
                : create(Secret, { metadata: { generateName: "s-", labels: { for: object.metadata.name } } }),
          );
        const signal = AbortSignal.timeout(2_000);
        const result = await runSteps({ steps, object, client, writes: [{ kind: Secret }], signal });
        assertEquals([status, body, result.outcome], [status, body, "Failed"]);
        assert(result.outcome === "Failed");
        assertStringIncludes(result.error.message, "find");
      }
    }
    assertEquals(
      proxy.arrived(({ method, target }) => method === "POST" && target.startsWith(SECRETS)),
      [],
    );
  },
);
