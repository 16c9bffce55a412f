/**
 * An operator that orders at a shop, and never orders twice. Read `operator.ts` first.
 *
 * `deno run examples/order/main.ts` shows it on a cluster and with a shop inside the process. With permissions it
 * serves the cluster of your kubeconfig, and orders at a shop that must be running:
 * `deno run --allow-net=127.0.0.1 examples/order/shop.ts` and
 * `deno run --allow-net --allow-read --allow-env examples/order/main.ts http://127.0.0.1:8787`.
 */

import { connect, installCrd, isConnectable, serveController } from "@staircase/operator";
import { demonstrate } from "./demonstrate.ts";
import { controllerFor, Order } from "./operator.ts";
import { ShopClient } from "./shop_client.ts";

if (Deno.build.standalone || await isConnectable()) {
  const [shop = "http://127.0.0.1:8787"] = Deno.args;
  const client = await connect();
  await installCrd(client, Order);
  await using served = await serveController({ controllers: [controllerFor(new ShopClient(shop))], client });
  await served.finished;
} else {
  await demonstrate();
}
