/** Operators of many sorts: the examples', and odd ones. */

import { defineController, defineResource, defineSteps, kindOf } from "@staircase/operator";
import { jsonSchema } from "@staircase/operator/crd";
import { defineOperator, type Operator } from "@staircase/operator/deploy";
import { ConfigMap, Secret } from "@staircase/operator/kinds";
import { claims } from "../../examples/multi/claim.ts";
import { pools } from "../../examples/multi/pool.ts";
import { controllerFor as elevators } from "../../examples/elevator/operator.ts";
import { controllerFor as orders } from "../../examples/order/operator.ts";
import { ShopClient } from "../../examples/order/shop_client.ts";
import { controller as simple } from "../../examples/simple.ts";
import { controller as websites } from "../../examples/website/operator.ts";

/** A kind whose definition holds what a template, and YAML 1.1, would misread. */
const Odd = defineResource({
  group: "odd.example.dev",
  version: "v1beta1",
  kind: "Odd",
  scope: "Namespaced",
  spec: jsonSchema({
    type: "object",
    description: "Text such as {{ .Values.x }} and {{- end }} stays as it is: yes, no, on, 0x1, 1e3, 12:30:45, ~",
    properties: {
      mode: {
        type: "string",
        enum: ["on", "off", "yes", "NO", "0x1f", "1e3", "012", "12:30:45", "null", "~", "=", "<<"],
      },
      template: { type: "string", default: "{{ $labels.pod }} }} {{/* a */}}\n  two\n" },
      "y": { type: "string" },
    },
  }),
});

const Everywhere = kindOf({ group: "odd.example.dev", version: "v1", kind: "Wide", plural: "wides", scope: "Cluster" });

/** The operators of the examples. */
export const EXAMPLES: readonly Operator[] = [
  defineOperator({ name: "simple", version: "1.2.0", controllers: [defineController(simple)], events: true }),
  defineOperator({ name: "multi", version: "0.3.0", controllers: [pools, claims] }),
  defineOperator({ name: "elevator", version: "1.0.0", controllers: [elevators()], needs: { net: ["0.0.0.0:8081"] } }),
  defineOperator({ name: "website", version: "1.0.0", controllers: [websites] }),
  defineOperator({
    name: "order",
    version: "2.0.0-rc.1+build.7",
    description: "Orders at a shop",
    flags: { shop: { description: "the address of the shop", default: "http://shop.shops.svc:8787", env: "SHOP" } },
    controllers: ({ shop }) => [orders(new ShopClient(shop))],
    needs: ({ shop }) => ({ net: [new URL(shop).host] }),
  }),
];

/** Operators that are wanted by few. */
export const ODD: readonly Operator[] = [
  defineOperator({
    name: "a".repeat(40),
    version: "1.0.0",
    controllers: [defineController({ resource: Odd, steps: defineSteps(Odd), owns: [ConfigMap, Secret] })],
    events: true,
  }),
  defineOperator({
    name: "on",
    version: "1.0.0",
    description: "a: {{ b }} # c",
    controllers: [defineController({ resource: Everywhere, steps: defineSteps(Everywhere) })],
  }),
  defineOperator({
    name: "scoped",
    version: "1.0.0",
    flags: {
      "on": { description: "{{ odd }}", default: "yes" },
      "text": { description: "odd: text", default: `"'{{ x }}' : # \\ \n é` },
    },
    controllers: () => [
      defineController({ resource: Odd, steps: defineSteps(Odd), namespace: ["one", "two"] }),
      defineController({ resource: Everywhere, steps: defineSteps(Everywhere), owns: [Odd] }),
      defineController({ name: "secrets", resource: Secret, steps: defineSteps(Secret), namespace: "three" }),
    ],
    needs: {
      net: [
        "api.example:443",
        "*.wild.example:8443",
        "10.1.2.3:5432",
        "[fd00::1]:80",
        "10.0.0.0/8",
        "db",
        "host.example",
      ],
    },
    shutdownTimeout: "90s",
  }),
];
