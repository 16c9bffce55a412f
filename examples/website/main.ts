/**
 * Websites made of a ConfigMap, a Deployment and a Service, with drift corrected. Read `operator.ts` first.
 *
 * `deno run examples/website/main.ts` shows them on a cluster inside the process, without any permission. With
 * permissions, it serves the cluster of your kubeconfig:
 * `deno run --allow-net --allow-read --allow-env examples/website/main.ts`.
 */

import { connect, installCrd, isConnectable, serveController } from "@staircase/operator";
import { demonstrate } from "./demonstrate.ts";
import { controller, Website } from "./operator.ts";

if (Deno.build.standalone || await isConnectable()) {
  const client = await connect();
  await installCrd(client, Website);
  await using served = await serveController({ controllers: [controller], client });
  await served.finished;
} else {
  await demonstrate();
}
