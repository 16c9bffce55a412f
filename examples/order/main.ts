/**
 * An operator that orders at a shop, and never orders twice. Read `operator.ts` first.
 *
 * `deno run examples/order/main.ts` shows it on a cluster and with a shop inside the process. With permissions it
 * serves the cluster of your kubeconfig, and orders at a shop that must be running:
 * `deno run --allow-net=127.0.0.1 examples/order/shop.ts` and
 * `deno run --allow-net --allow-read --allow-env examples/order/main.ts --shop http://127.0.0.1:8787`.
 */

import { defineOperator, runOperator } from "@staircase/operator/cli";
import { demonstrate } from "./demonstrate.ts";
import { controllerFor } from "./operator.ts";
import { ShopClient } from "./shop_client.ts";

await runOperator(defineOperator({
  name: "order",
  description: "Places each Order at a shop, once.",
  flags: {
    shop: {
      description: "the URL of the shop",
      default: "http://127.0.0.1:8787",
      env: "ORDER_SHOP",
      parse: (text) => new URL(text),
    },
  },
  controllers: ({ shop }) => [controllerFor(new ShopClient(shop.origin))],
  needs: ({ shop }) => ({ net: [shop.port === "" ? shop.hostname : shop.host] }),
  withoutCluster: () => demonstrate(),
}));
