/** Holds a real API server to the conformance cases that the embedded cluster is held to. */

import { KubeConfig, KubeConfigRestClient } from "@cloudydeno/kubernetes-client";
import { runOnReal } from "../conformance/real.ts";
import type { Cluster } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";

clusterTest("the conformance cases hold on a real API server", async (cluster) => {
  // A client of its own, so that no connection outlives the test.
  using http = Deno.createHttpClient({ caCerts: [cluster.ca] });
  const client = new KubeConfigRestClient(configOf(cluster).fetchContext(), http);
  const { passed, failures } = await runOnReal(client, true);
  if (failures.length === 0) return;
  const list = failures.map(({ name, error }) => `${name}: ${error instanceof Error ? error.message : error}`);
  throw new Error(`${failures.length} cases failed, ${passed} passed:\n${list.join("\n")}`);
});

function configOf({ url, adminToken }: Cluster): KubeConfig {
  return new KubeConfig({
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    clusters: [{ name: "test", cluster: { server: url } }],
    users: [{ name: "admin", user: { token: adminToken } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}
