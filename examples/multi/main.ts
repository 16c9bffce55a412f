/**
 * Two controllers in one process, of a cluster-scoped and a namespaced kind. Each is woken by the other's objects.
 *
 * `deno run examples/multi/main.ts` shows them on a cluster inside the process, without any permission. With
 * permissions, they serve the cluster of your kubeconfig:
 * `deno run --allow-net --allow-read --allow-env examples/multi/main.ts`.
 */

import { defineOperator, runOperator } from "@staircase/operator/cli";
import { claims } from "./claim.ts";
import { demonstrate } from "./demonstrate.ts";
import { pools } from "./pool.ts";

await runOperator(defineOperator({
  name: "multi",
  description: "Pools give their seats to Claims.",
  controllers: [pools, claims],
  withoutCluster: demonstrate,
}));
