/** An operator for a pod: the first example's controller, with probes. It says which permissions it needs. */

import { connect, installCrd, serveController } from "@staircase/operator";
import { connectionPermissions, podPermissions } from "@staircase/operator/cluster";
import { controller, Foo } from "../../../examples/simple.ts";

const PORT = 8080;

if (Deno.args[0] === "permissions") {
  const needs = Deno.args.includes("pod") ? podPermissions() : await connectionPermissions();
  // deno-lint-ignore no-console -- what is asked for
  console.log(JSON.stringify({ ...needs, net: [...needs.net, `0.0.0.0:${PORT}`] }));
} else {
  const client = await connect();
  await installCrd(client, Foo);
  await using served = await serveController({ ...controller, client, http: { port: PORT } });
  await served.finished;
}
