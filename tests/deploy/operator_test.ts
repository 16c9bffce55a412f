import { type ControllerDefinition, defineController, defineResource, defineSteps } from "@staircase/operator";
import { defineOperator } from "../../lib/deploy/mod.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { type PolicyRule, rightsOf } from "../../lib/deploy/rights/mod.ts";
import { ConfigMap, Secret } from "@staircase/operator/kinds";
import { jsonSchema } from "@staircase/operator/crd";
import { OptionsError } from "@staircase/operator/errors";
import { assertEquals, assertThrows } from "@std/assert";

const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: jsonSchema({ type: "object" }),
});
const Plain = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Plain",
  scope: "Cluster",
  spec: jsonSchema({ type: "object" }),
});
const foos = defineController({ resource: Foo, steps: defineSteps(Foo), owns: [ConfigMap], writes: [Plain] });
const plains = defineController({ resource: Plain, steps: defineSteps(Plain), owns: [Foo] });

Deno.test("an operator of one controller has its name, one of several needs one", () => {
  assertEquals(resolveOperator({ controllers: [foos] }).name, "foo");
  assertEquals(resolveOperator({ name: "both", controllers: [foos, plains] }).name, "both");
  assertThrows(() => resolveOperator({ controllers: [foos, plains] }), OptionsError, "give it a name");
});

Deno.test("a name that Kubernetes would refuse somewhere is refused at once", () => {
  for (const name of ["", "Foo", "1st", "a.b", "a-", "-a", "a".repeat(41)]) {
    assertThrows(() => resolveOperator({ name, controllers: [foos] }), OptionsError, "its name must be");
  }
  assertEquals(resolveOperator({ name: "a".repeat(40), controllers: [foos] }).name.length, 40);
});

Deno.test("kinds with a definition are found wherever a controller names them, each once", () => {
  const { kinds } = resolveOperator({ name: "both", controllers: [foos, plains] });
  assertEquals(kinds.map(({ kind }) => kind), ["Foo", "Plain"]);
});

Deno.test("flags have the values that are given, or their defaults, and controllers are made from them", () => {
  const operator = defineOperator({
    flags: {
      many: { description: "how many at once", default: "3", parse: Number },
      shop: { description: "the shop's address", default: "http://127.0.0.1" },
    },
    controllers: ({ many, shop }) => [
      defineController({
        resource: Foo,
        steps: defineSteps(Foo),
        concurrency: many,
        name: new URL(shop).hostname.split(".")[0]!,
      }),
    ],
    needs: ({ shop }) => ({ net: [new URL(shop).host] }),
  });
  const { controllers: [one], needs, arguments: args } = resolveOperator(operator, {
    flags: { shop: "http://a.example" },
  });
  assertEquals([one!.concurrency, one!.name], [3, "a"]);
  assertEquals(needs, { net: ["a.example"], read: [], env: [], run: [] });
  assertEquals(args, { many: "3", shop: "http://a.example" });
});

Deno.test("a flag without a value, an unknown one, and a text that is refused each have an error that names it, and no text", () => {
  const operator = defineOperator({
    flags: {
      shop: {
        description: "the shop's address",
        parse: () => {
          throw new Error("it is no address");
        },
      },
    },
    controllers: [foos],
  });
  const resolve = (flags: Record<string, string>) => () => resolveOperator(operator, { flags });
  assertThrows(resolve({}), OptionsError, "--shop is missing: the shop's address");
  assertThrows(resolve({ shop: "x" }), OptionsError, "Cannot use --shop: it is no address");
  assertThrows(resolve({ shop: "x", ship: "y" }), OptionsError, "Cannot use --ship as the operator has no such flag");
});

Deno.test("namespaces take the place of the controllers' own, where kinds are in namespaces", () => {
  const { controllers } = resolveOperator({ name: "both", controllers: [foos, plains] }, { namespaces: ["a", "b"] });
  assertEquals(controllers.map(({ namespaces }) => namespaces), [["a", "b"], undefined]);
});

Deno.test("what runs beside the controllers is told their namespaces: all of them, or undefined where one has all", () => {
  const one = defineController({ name: "one", resource: Foo, steps: defineSteps(Foo), namespace: ["a", "b"] });
  const two = defineController({ name: "two", resource: Foo, steps: defineSteps(Foo), namespace: "b" });
  const namespacesOf = (...controllers: ControllerDefinition[]) =>
    resolveOperator({ name: "x", controllers }).namespaces;
  assertEquals(namespacesOf(one, two), ["a", "b"]);
  assertEquals(namespacesOf(one, foos), undefined);
  assertEquals(namespacesOf(one, plains), ["a", "b"]);
  assertEquals(namespacesOf(plains), undefined);
});

Deno.test("the rights cover what runs beside the controllers, where these look", () => {
  const operator = defineOperator({ controllers: [foos], reads: [Secret, Plain] });
  const verbs = ["get", "list", "watch"];
  const readsOf = (rules: readonly PolicyRule[]) => rules.filter(({ resources }) => resources.includes("secrets"));
  const rule = { apiGroups: [""], resources: ["secrets"], verbs };
  assertEquals(readsOf(rightsOf(resolveOperator(operator)).cluster), [rule]);
  const { cluster, namespaced } = rightsOf(resolveOperator(operator, { namespaces: ["a"] }));
  assertEquals([readsOf(cluster), readsOf(namespaced)], [[], [rule]]);
  assertThrows(() => resolveOperator({ controllers: [foos], reads: "pods" as never }), OptionsError, "reads must be");
});
