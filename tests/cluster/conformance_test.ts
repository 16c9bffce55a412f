/** Holds a real API server to the conformance cases that the embedded cluster is held to. */

import { connect } from "../../mod.ts";
import { runOnReal } from "../conformance/real.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";

/** Runs the cases, and fails with all that did not hold. */
async function holdTo(which: "alone" | "with controllers", cluster: Cluster): Promise<void> {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  const { passed, failures } = await runOnReal(client, which);
  if (failures.length === 0) return;
  const list = failures.map(({ name, error }) => `${name}: ${error instanceof Error ? error.message : error}`);
  throw new Error(`${failures.length} cases failed, ${passed} passed:\n${list.join("\n")}`);
}

clusterTest("the conformance cases hold on a real API server, without controllers that would join in", async () => {
  await using cluster = await startCluster({ controllers: false });
  await holdTo("alone", cluster);
});

clusterTest("the conformance cases that need controllers hold where there are some", async (cluster) => {
  await holdTo("with controllers", cluster);
});
