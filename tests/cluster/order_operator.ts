/** The operator of the orders as a process of its own: tells each Run as a line of JSON. Takes a kubeconfig and the shop's URL. */

import { connect, serveController } from "../../mod.ts";
import { controllerFor } from "../../examples/order/operator.ts";
import { ShopClient } from "../../examples/order/shop_client.ts";
import { tell, tellRun } from "./tell.ts";

const [kubeconfig, shop] = Deno.args;
const client = await connect({ kubeconfig: kubeconfig! });
const scope = { namespace: client.defaultNamespace ?? "default", onRun: tellRun };
await using served = await serveController({
  controllers: [{ ...controllerFor(new ShopClient(shop!)), ...scope }],
  client,
});
await served.ready;
tell({ ready: true });
await served.finished;
