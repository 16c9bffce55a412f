/**
 * The operator: orders at a shop and notes the order's number. These are two effects, so they are two steps based on
 * what the shop says.
 */

import { type ControllerDefinition, defineController, defineResource, defineSteps, perform } from "@staircase/operator";
import { z } from "zod";
import type { ShopClient } from "./shop_client.ts";

export const Order = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Order",
  scope: "Namespaced",
  spec: z.object({ item: z.string().min(1), count: z.int().min(1).default(1) }),
  status: z.object({ number: z.int() }),
});

/** Orders at one shop. */
export function controllerFor(shop: ShopClient): ControllerDefinition {
  const steps = defineSteps(Order)
    .observe("look for the order", ({ object, signal }) => object.status ?? shop.find(object.metadata.uid, signal))
    .change("place the order", ({ object: { metadata, spec } }, placed) => {
      const order = { reference: metadata.uid, item: spec.item, count: spec.count };
      // Every process uses the same key for this order of this object, also after a restart. If a request is still
      // under way during a look, or is sent twice, the key makes it the same order.
      const key = `${order.reference}/${order.count}/${order.item}`;
      return placed ?? perform(`order ${spec.count} ${spec.item}`, (signal) => shop.place(order, key, signal));
    })
    .change("note its number", ({ setStatus }, { number }) => setStatus({ number }));
  return defineController({ resource: Order, steps });
}
