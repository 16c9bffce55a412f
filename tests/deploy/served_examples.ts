/** The examples as operators, with what a user does to each: shared by the program that serves them and by its tests. */

import { defineController, type KubeObject } from "@staircase/operator";
import type { TypedClient } from "@staircase/operator/client";
import { defineOperator, type Operator } from "@staircase/operator/deploy";
import { ConfigMap, Deployment } from "@staircase/operator/kinds";
import { Elevator } from "../../examples/elevator/kind.ts";
import { controllerFor as elevators } from "../../examples/elevator/operator.ts";
import { claims } from "../../examples/multi/claim.ts";
import { Claim, Pool } from "../../examples/multi/kinds.ts";
import { pools } from "../../examples/multi/pool.ts";
import { controllerFor as orders, Order } from "../../examples/order/operator.ts";
import { ShopClient } from "../../examples/order/shop_client.ts";
import { controller as simple, Foo } from "../../examples/simple.ts";
import { controller as websites, Website } from "../../examples/website/operator.ts";

/** What a user does, before and after the token of the operator is replaced. */
export interface Scenes {
  readonly before: (user: TypedClient) => Promise<unknown>;
  readonly after: (user: TypedClient) => Promise<unknown>;
}

/** An example. */
export interface Example {
  readonly operator: (shop: string) => Operator;
  readonly scenes: Scenes;
}

/** An object without a definition: it is there, or is gone. */
const isThere = (object: KubeObject) => object.metadata.deletionTimestamp === undefined;

export const EXAMPLES: Readonly<Record<string, Example>> = {
  simple: {
    operator: () => defineOperator({ name: "simple", controllers: [defineController(simple)] }),
    scenes: {
      async before(user) {
        await user.create(Foo, { metadata: { name: "hello" }, spec: {} });
        await user.waitFor(Foo, "hello", ({ status }) => status?.ready === 1);
      },
      async after(user) {
        await user.patch(Foo, "hello", { merge: { spec: { replicas: 3 } } });
        await user.waitFor(Foo, "hello", ({ status }) => status?.ready === 3);
        await user.delete(Foo, "hello");
        await user.waitUntilGone(Foo, "hello");
      },
    },
  },
  order: {
    operator: (shop) =>
      defineOperator({
        name: "order",
        controllers: [orders(new ShopClient(shop))],
        needs: { net: [new URL(shop).host] },
      }),
    scenes: {
      async before(user) {
        await user.create(Order, { metadata: { name: "umbrellas" }, spec: { item: "umbrellas", count: 3 } });
        await user.waitFor(Order, "umbrellas", ({ status }) => status !== undefined);
      },
      async after(user) {
        await user.create(Order, { metadata: { name: "tent" }, spec: { item: "tent" } });
        await user.waitFor(Order, "tent", ({ status }) => status !== undefined);
      },
    },
  },
  multi: {
    operator: () => defineOperator({ name: "multi", controllers: [pools, claims], events: true }),
    scenes: {
      async before(user) {
        await user.create(Pool, { metadata: { name: "licences" }, spec: { seats: 1 } });
        await user.create(Claim, { metadata: { name: "ann" }, spec: { pool: "licences" } });
        await user.waitFor(ConfigMap, "ann", isThere);
      },
      async after(user) {
        await user.create(Claim, { metadata: { name: "ben" }, spec: { pool: "licences" } });
        await user.delete(Claim, "ann");
        await user.waitFor(ConfigMap, "ben", isThere);
        await user.delete(Pool, "licences");
        await user.waitUntilGone(Pool, "licences");
      },
    },
  },
  website: {
    operator: () => defineOperator({ name: "website", controllers: [websites] }),
    scenes: {
      async before(user) {
        await user.create(Website, { metadata: { name: "home" }, spec: { title: "At home", text: "Come in." } });
        await user.waitFor(Website, "home", ({ status }) => status?.ready === 2);
      },
      async after(user) {
        await user.delete(ConfigMap, "home");
        await user.waitFor(ConfigMap, "home", isThere);
        await user.patch(Deployment, "home", { merge: { spec: { replicas: 0 } } });
        await user.waitFor(Deployment, "home", ({ spec }) => spec?.replicas === 2);
      },
    },
  },
  elevator: {
    operator: () => defineOperator({ name: "elevator", controllers: [elevators({ pace: 20 })] }),
    scenes: {
      async before(user) {
        await user.create(Elevator, { metadata: { name: "lift" }, spec: { floor: 3, content: "Ada" } });
        await user.waitFor(Elevator, "lift", ({ status }) => status?.floor === 3 && status.way === "still");
      },
      async after(user) {
        await user.patch(Elevator, "lift", { merge: { spec: { floor: -1 } } });
        await user.waitFor(Elevator, "lift", ({ status }) => status?.floor === -1 && status.way === "still");
      },
    },
  },
};
