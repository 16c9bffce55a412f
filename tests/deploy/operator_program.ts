/**
 * An operator as a process of its own, with the permissions that it says it needs and no more: takes its name, the port of
 * its metrics, the shop's URL and a namespace. Tells each Run as a line of JSON, and what it keeps once it serves.
 */

import { connect, installCrd, serveController } from "@staircase/operator";
import { assertOwnPermissions, describeKept, revokeExcept } from "@staircase/operator/deploy";
import { listeningHosts } from "../../lib/controller/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { joinNeeds } from "../../lib/kube/mod.ts";
import { tell, tellRun } from "../cluster/tell.ts";
import { EXAMPLES } from "./served_examples.ts";
import { trespasser } from "./trespasser.ts";

if (import.meta.main) {
  const [name, port, shop, namespace = "default"] = Deno.args as [string, string, string, string?];
  const made = EXAMPLES[name]?.operator(shop) ?? trespasser;
  const operator = resolveOperator(made, { namespaces: [namespace] });
  await assertOwnPermissions(operator, operator.name);
  using client = await connect();
  for (const kind of operator.kinds) await installCrd(client, kind);
  const http = { port: Number(port), hostname: "127.0.0.1" };
  await using served = await serveController({
    controllers: operator.definitions.map((one) => ({ ...one, onRun: tellRun })),
    client,
    events: operator.events,
    http,
  });
  const kept = await revokeExcept(
    joinNeeds(client.needs, operator.needs),
    joinNeeds(client.spent, { net: listeningHosts(http) }),
  );
  tell({ kept: describeKept(kept) });
  await served.finished;
}
