/**
 * Websites made of a ConfigMap, a Deployment and a Service, with drift corrected. Read `operator.ts` first.
 *
 * `deno run examples/website/main.ts` shows them on a cluster inside the process, without any permission. With
 * permissions, it serves the cluster of your kubeconfig:
 * `deno run --allow-net --allow-read --allow-env examples/website/main.ts`.
 */

import { defineOperator, runOperator } from "@staircase/operator/cli";
import { demonstrate } from "./demonstrate.ts";
import { controller } from "./operator.ts";

await runOperator(defineOperator({
  name: "website",
  description: "Each Website gets a page, a server and an address.",
  controllers: [controller],
  withoutCluster: demonstrate,
}));
