/**
 * Two controllers in one process, of a cluster-scoped and a namespaced kind. Each is woken by the other's objects.
 *
 * `deno run examples/multi/main.ts` shows them on a cluster inside the process, without any permission. With
 * permissions, they serve the cluster of your kubeconfig:
 * `deno run --allow-net --allow-read --allow-env examples/multi/main.ts`.
 */

import { connect, installCrd, isConnectable, serveController } from "@staircase/operator";
import { claims } from "./claim.ts";
import { demonstrate } from "./demonstrate.ts";
import { Claim, Pool } from "./kinds.ts";
import { pools } from "./pool.ts";

if (Deno.build.standalone || await isConnectable()) {
  const client = await connect();
  for (const kind of [Pool, Claim]) await installCrd(client, kind);
  await using served = await serveController({ controllers: [pools, claims], client });
  await served.finished;
} else {
  await demonstrate();
}
