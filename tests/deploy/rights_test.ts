/** The rights of an operator: computed rules, for the examples and for odd declarations. */

import { assertEquals } from "@std/assert";
import { pools } from "../../examples/multi/pool.ts";
import { claims } from "../../examples/multi/claim.ts";
import { controllerFor as elevators } from "../../examples/elevator/operator.ts";
import { controllerFor as orders } from "../../examples/order/operator.ts";
import type { ShopClient } from "../../examples/order/shop_client.ts";
import { controller as foos } from "../../examples/simple.ts";
import { controller as websites } from "../../examples/website/operator.ts";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { type PolicyRule, type Rights, rightsOf, type RightsOptions } from "../../lib/deploy/rights/mod.ts";
import { ConfigMap, Deployment, Namespace, Secret } from "../../lib/kube/kinds/mod.ts";
import { component, type ControllerDefinition, defineController, defineSteps, watchKind } from "../../mod.ts";
import { Bar, Foo, Zone } from "../controller/resources.ts";

/** Rules as texts: `list,watch secrets,configmaps [names]`. */
function shown(rights: Rights): Record<string, string[]> {
  const text = ({ apiGroups: [group], resources, verbs, resourceNames }: PolicyRule) => {
    const names = resourceNames ? ` named ${resourceNames}` : "";
    return `${verbs} ${resources}${group === "" ? "" : ` of ${group}`}${names}`;
  };
  return { cluster: rights.cluster.map(text), namespaced: rights.namespaced.map(text) };
}

function rights(
  controllers: readonly ControllerDefinition[],
  options: RightsOptions = {},
  namespaces: "*" | readonly string[] = ["a"],
) {
  return shown(rightsOf(resolveOperator(defineOperator({ name: "x", controllers }), { namespaces }), options));
}

const EVENTS = "create,patch events of events.k8s.io";
const both = { installCrds: true, events: true };
const crds = (...names: string[]) => [
  "create customresourcedefinitions of apiextensions.k8s.io",
  `get,update customresourcedefinitions of apiextensions.k8s.io named ${names}`,
];

Deno.test("the rights of the examples are the verbs that they send", () => {
  assertEquals(rights([defineController(foos)], both), {
    cluster: crds("foos.example.dev"),
    namespaced: [
      "get,list,watch,create secrets",
      "get,list,watch,create,patch,delete deployments of apps",
      EVENTS,
      "get,list,watch,patch foos of example.dev",
      "patch foos/status of example.dev",
    ],
  });
  assertEquals(rights([orders({} as ShopClient)], both), {
    cluster: crds("orders.example.dev"),
    namespaced: [EVENTS, "get,list,watch orders of example.dev", "patch orders/status of example.dev"],
  });
  assertEquals(rights([pools, claims], both), {
    cluster: [
      ...crds("claims.example.dev", "pools.example.dev"),
      EVENTS,
      // Pools are for claims of all namespaces.
      "list,watch claims of example.dev",
      "get,list,watch pools of example.dev",
      "patch pools/status of example.dev",
    ],
    namespaced: ["get,list,watch,create,delete configmaps", "get claims of example.dev"],
  });
  for (const [controller, plural] of [[websites, "websites"], [elevators(), "elevators"]] as const) {
    assertEquals(rights([controller], both), {
      cluster: crds(`${plural}.example.dev`),
      namespaced: [
        "get,list,watch,create,patch configmaps,services",
        "get,list,watch,create,patch deployments of apps",
        EVENTS,
        `get,list,watch ${plural} of example.dev`,
        `patch ${plural}/status of example.dev`,
      ],
    });
  }
});

const nothing = defineSteps(Foo);
const STATUS = "patch foos/status of example.dev";

Deno.test("all namespaces, and cluster-scoped kinds, are for a ClusterRole; some namespaces for Roles", () => {
  const controller = defineController({ resource: Foo, steps: nothing, owns: [{ kind: Secret, verbs: ["create"] }] });
  const rules = ["get,list,watch,create secrets", "get,list,watch foos of example.dev", STATUS];
  assertEquals(rights([controller], {}, "*"), { cluster: rules, namespaced: [] });
  assertEquals(rights([controller], {}, ["a", "b"]), { cluster: [], namespaced: rules });
  const zones = defineController({ resource: Zone, steps: defineSteps(Zone), owns: [ConfigMap] });
  assertEquals(rights([zones]).namespaced, []);
  const watching = defineController({
    ...{ resource: Foo, steps: nothing },
    watches: [watchKind(Namespace, { map: () => [], reads: [] })],
  });
  assertEquals(rights([watching]), {
    cluster: ["list,watch namespaces"],
    namespaced: ["get,list,watch foos of example.dev", STATUS],
  });
});

Deno.test("what is allowed in the whole cluster is not allowed again in a namespace", () => {
  const zones = defineController({
    resource: Zone,
    steps: defineSteps(Zone),
    owns: [{ kind: ConfigMap, verbs: ["create"] }],
  });
  const maps = defineController({
    resource: Foo,
    steps: nothing,
    owns: [{ kind: ConfigMap, verbs: ["create", "delete"] }],
  });
  const { cluster, namespaced } = rights([zones, maps], { events: true });
  assertEquals(cluster!.filter((rule) => /configmaps|events/.test(rule)), ["get,list,watch,create configmaps", EVENTS]);
  assertEquals(namespaced!.filter((rule) => /configmaps|events/.test(rule)), ["delete configmaps"]);
});

Deno.test("Events are allowed where the objects are: for cluster-scoped ones everywhere, as they go to `default`", () => {
  assertEquals(rights([defineController({ resource: Foo, steps: nothing })], { events: true }).namespaced![0], EVENTS);
  assertEquals(
    rights([defineController({ resource: Zone, steps: defineSteps(Zone) })], { events: true }).cluster![0],
    EVENTS,
  );
  const operator = defineOperator({ controllers: [defineController({ resource: Foo, steps: nothing })], events: true });
  assertEquals(shown(rightsOf(resolveOperator(operator))).cluster![0], EVENTS);
  assertEquals(shown(rightsOf(resolveOperator(operator), { events: false })).cluster!.includes(EVENTS), false);
});

Deno.test("a finalizer takes a patch of the resource, a status one of its status, and nothing else is implied", () => {
  const at = (more: object) => rights([defineController({ resource: Foo, steps: nothing, ...more })]).namespaced;
  assertEquals(at({}), ["get,list,watch foos of example.dev", STATUS]);
  assertEquals(at({ cleanup: nothing }), ["get,list,watch,patch foos of example.dev", STATUS]);
  assertEquals(at({ writes: [{ kind: Foo, verbs: ["update"] }] }), [
    "get,list,watch,update foos of example.dev",
    STATUS,
  ]);
  const maps = defineController({ resource: ConfigMap, steps: defineSteps(ConfigMap) });
  assertEquals(rights([maps]).namespaced, ["get,list,watch configmaps"]);
});

Deno.test("names limit what RBAC can limit to names; subresources are rules of their own", () => {
  const at = (more: object) =>
    rights([defineController({ resource: Foo, steps: nothing, ...more })]).namespaced!
      .filter((rule) => !rule.includes("foos"));
  assertEquals(at({ writes: [{ kind: Secret, verbs: ["create", "patch"], names: ["b", "a"] }] }), [
    "create secrets",
    "patch secrets named a,b",
  ]);
  assertEquals(at({ reads: [{ kind: Secret, names: ["key"] }] }), ["get secrets named key"]);
  assertEquals(at({ reads: [{ kind: Secret, names: ["key"] }, { kind: Secret, verbs: ["list"] }] }), [
    "list secrets",
    "get secrets named key",
  ]);
  assertEquals(at({ reads: [{ kind: Secret, names: ["key"] }, Secret] }), ["get,list secrets"]);
  assertEquals(at({ reads: [{ kind: Secret, names: ["b"] }, { kind: Secret, names: ["a", "b"] }] }), [
    "get secrets named a,b",
  ]);
  assertEquals(at({ owns: [{ kind: Secret, verbs: ["create", "delete"], names: ["a"] }] }), [
    "get,list,watch,create secrets",
    "delete secrets named a",
  ]);
  assertEquals(at({ writes: [{ kind: Deployment, subresources: ["scale", "status"] }] }), [
    "update,patch deployments/scale,deployments/status of apps",
  ]);
});

Deno.test("components that may be in other namespaces are allowed in all, and the rest is not", () => {
  const near = component(Foo, ConfigMap, { name: "near", build: () => ({}) });
  const far = component(Foo, Secret, { name: "far", namespace: () => "elsewhere", build: () => ({}) });
  const at = (steps: unknown) =>
    rights([defineController({ resource: Foo, steps: steps as typeof nothing, owns: [ConfigMap, Secret] })]);
  const steps = defineSteps(Foo).ensure(near, { drift: "apply" }).ensure(far, { removeWhen: () => true });
  assertEquals(at(steps).cluster, ["get,list,watch,create,patch,delete secrets"]);
  assertEquals(at(steps).namespaced![0], "get,list,watch,create,patch configmaps");
  // Nobody can look into a function.
  assertEquals(at(() => steps).cluster, []);
  assertEquals(at(() => steps).namespaced![0], "get,list,watch,create,update,patch,delete configmaps,secrets");
});

Deno.test("the same declarations in another order give the same rules", () => {
  const one = defineController({ name: "one", resource: Foo, steps: nothing, owns: [Secret, ConfigMap, Deployment] });
  const two = defineController({ name: "two", resource: Bar, steps: defineSteps(Bar), reads: [ConfigMap, Namespace] });
  const turned = [two, { ...one, owns: [Deployment, ConfigMap, Secret] } as ControllerDefinition];
  assertEquals(rights(turned, both), rights([one, two], both));
});
