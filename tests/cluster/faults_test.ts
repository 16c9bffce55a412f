/** The fault proxy does what its tests rely on: what it says happened to a request has happened. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../mod.ts";
import { callApi } from "./api.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { type FaultProxy, startFaultProxy } from "./faults/mod.ts";
import { type Cluster, eventually } from "./cluster.ts";
import { adminOf } from "./simple_fixture.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const newMap = () => ({ metadata: { name: `m-${crypto.randomUUID()}` } });

async function post(proxy: FaultProxy, body: { metadata: { name: string } }, signal?: AbortSignal) {
  using client = await connect({ kubeconfig: proxy.kubeconfig });
  const bytes = await client.performRequest({
    ...{ method: "POST", path: MAPS, bodyJson: body, accept: "application/json" },
    ...(signal && { abortSignal: signal }),
  });
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function exists(cluster: Cluster, { metadata: { name } }: { metadata: { name: string } }): Promise<boolean> {
  return await callApi(adminOf(cluster), "GET", `${MAPS}/${name}`).then(() => true, () => false);
}

const isPost = ({ method }: { method: string }) => method === "POST";

clusterTest("without a rule, the proxy passes requests and answers on", async (cluster) => {
  await using proxy = await startFaultProxy(cluster);
  const map = newMap();
  assertEquals((await post(proxy, map)).metadata.name, map.metadata.name);
  assert(await exists(cluster, map));
  assertEquals(proxy.arrivals.map(({ method, status }) => [method, status]), [["POST", 201]]);
});

clusterTest("a request that is cut before is not carried out; one whose answer is cut is", async (cluster) => {
  await using proxy = await startFaultProxy(cluster);
  proxy.on(isPost, { type: "cut-before" }, 1);
  const [lost, made] = [newMap(), newMap()];
  await assertRejects(() => post(proxy, lost));
  assertEquals(await exists(cluster, lost), false);
  proxy.on(isPost, { type: "cut-answer", afterBytes: 20 }, 1);
  await assertRejects(() => post(proxy, made));
  assert(await exists(cluster, made));
});

clusterTest("a request that is delivered late is carried out after the client has given it up", async (cluster) => {
  await using proxy = await startFaultProxy(cluster);
  const map = newMap();
  proxy.on(isPost, { type: "deliver-late", delay: 600 }, 1);
  await assertRejects(() => post(proxy, map, AbortSignal.timeout(200)));
  assertEquals(await exists(cluster, map), false);
  await eventually(() => exists(cluster, map), { within: 10_000 });
});

clusterTest("an odd answer is given as it is told, in chunks or with a length", async (cluster) => {
  await using proxy = await startFaultProxy(cluster);
  for (const chunked of [true, false]) {
    proxy.on(isPost, { type: "answer", answer: { status: 200, body: '{"odd":true}', chunked } }, 1);
    assertEquals(await post(proxy, newMap()), { odd: true });
  }
});

clusterTest("a connection that was forgotten passes nothing and does not end; a new one is well", async (cluster) => {
  await using proxy = await startFaultProxy(cluster);
  using client = await connect({ kubeconfig: proxy.kubeconfig });
  const get = (signal: AbortSignal) =>
    client.performRequest({ method: "GET", path: MAPS, accept: "application/json", abortSignal: signal });
  await get(AbortSignal.timeout(5_000));
  proxy.gate.forget();
  const error = await assertRejects(() => get(AbortSignal.timeout(300)), DOMException);
  assertEquals(error.name, "TimeoutError");
  using another = await connect({ kubeconfig: proxy.kubeconfig });
  await another.performRequest({ method: "GET", path: MAPS, accept: "application/json" });
});
