import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { defineResource, jsonSchema, type JsonSchemaSource, ResourceDefinitionError } from "../../lib/kube/mod.ts";
import type { CustomObject, Draft, ObjectOf, StatusOf } from "../../lib/model/mod.ts";

const base = {
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ size: z.string() }),
} as const;

Deno.test("a definition is a kind, with names made from the kind's", () => {
  const Foo = defineResource(base);
  assertEquals(
    [Foo.group, Foo.version, Foo.kind, Foo.plural, Foo.singular, Foo.scope, Foo.shortNames, Foo.hasStatus],
    ["example.dev", "v1", "Foo", "foos", "foo", "Namespaced", [], false],
  );
});

Deno.test("plurals follow English", () => {
  const plurals = {
    Proxy: "proxies",
    Gateway: "gateways",
    Box: "boxes",
    Bus: "buses",
    Batch: "batches",
    Dish: "dishes",
  };
  for (const [kind, plural] of Object.entries(plurals)) assertEquals(defineResource({ ...base, kind }).plural, plural);
});

Deno.test("the CRD holds all that was defined", () => {
  const Foo = defineResource({
    ...base,
    shortNames: ["fo"],
    categories: ["all"],
    status: z.object({ replicas: z.int().optional() }),
    printerColumns: [{ name: "Size", type: "string", jsonPath: ".spec.size" }],
    scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
  });
  assertEquals(Foo.crd, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "foos.example.dev" },
    spec: {
      group: "example.dev",
      scope: "Namespaced",
      names: {
        kind: "Foo",
        listKind: "FooList",
        plural: "foos",
        singular: "foo",
        shortNames: ["fo"],
        categories: ["all"],
      },
      versions: [{
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: { type: "object", required: ["size"], properties: { size: { type: "string" } } },
              status: { type: "object", properties: { replicas: { type: "integer" } } },
            },
          },
        },
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
        },
        additionalPrinterColumns: [
          { name: "Size", type: "string", jsonPath: ".spec.size" },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
      }],
    },
  });
});

Deno.test("without a status there is no status subresource", () => {
  assertEquals(defineResource(base).crd.spec.versions[0]!.subresources, undefined);
});

Deno.test("the CRD is made once, and only when it is asked for", () => {
  let made = 0;
  const count = () => {
    made++;
    return { type: "object", properties: {} };
  };
  const spec: JsonSchemaSource<unknown> = {
    "~standard": { version: 1, vendor: "x", jsonSchema: { input: count, output: count } },
  };
  const Foo = defineResource({ ...base, spec });
  assertEquals(made, 0);
  assertStrictEquals(Foo.crd, Foo.crd);
  assertEquals(made, 2);
});

Deno.test("names that Kubernetes refuses are refused at once", () => {
  const refuses = (change: object, words: string) =>
    assertThrows(() => defineResource({ ...base, ...change }), ResourceDefinitionError, words);
  refuses({ group: "example" }, 'group must be a DNS name with a dot, such as example.dev: current value is "example"');
  refuses({ group: "Example.dev" }, "DNS name");
  refuses({ group: "apps.k8s.io" }, "belong to Kubernetes");
  refuses({ version: "1" }, "version must be such as v1, v1beta1");
  refuses({ version: "v0" }, "version");
  refuses({ kind: "foo" }, "kind must be in CamelCase");
  refuses({ plural: "Foos" }, 'plural must be in lower case, of letters, digits and hyphens: current value is "Foos"');
  refuses({ singular: "a b" }, "singular");
  refuses(
    { shortNames: ["ok", "Not"] },
    'shortNames[1] must be in lower case, of letters, digits and hyphens: current value is "Not"',
  );
  refuses({ shortNames: ["f", "f"] }, 'different from each other, the plural and the singular: current value is "f"');
  refuses({ shortNames: ["foo"] }, "different from each other");
  refuses({ scope: "Everywhere" }, 'scope must be "Namespaced" or "Cluster"');
});

Deno.test("objects carry the types of the schemas", () => {
  const Foo = defineResource({
    ...base,
    spec: z.object({ replicas: z.number().int().default(1), note: z.string().optional() }),
    status: z.object({ observed: z.number() }),
  });
  type FooObject = ObjectOf<typeof Foo>;
  const spec = (foo: FooObject): number => foo.spec.replicas;
  const status = (foo: FooObject): number | undefined => foo.status?.observed;
  const good: StatusOf<FooObject> = { observed: 1 };
  // @ts-expect-error the status says that it is a number
  const bad: StatusOf<FooObject> = { observed: "1" };
  const draft: Draft<FooObject> = { metadata: { name: "a" }, spec: { replicas: 2 } };
  // @ts-expect-error the spec has no such field
  const typo: Draft<FooObject> = { metadata: { name: "a" }, spec: { replicas: 2, replica: 3 } };
  assertEquals([typeof spec, typeof status, good, bad, draft.spec, typo.spec.replicas], [
    "function",
    "function",
    { observed: 1 },
    { observed: "1" },
    { replicas: 2 },
    2,
  ]);
});

Deno.test("a kind without a status has no type for one", () => {
  const Foo = defineResource({ ...base, spec: jsonSchema<{ a: string }>({ type: "object" }) });
  const check = (status: StatusOf<ObjectOf<typeof Foo>>): never => status;
  const spec: CustomObject<{ a: string }, never>["spec"] = { a: "typed by hand" };
  assertEquals([typeof check, spec.a], ["function", "typed by hand"]);
});

Deno.test("any Standard JSON Schema can be given", () => {
  const standard: StandardJSONSchemaV1<unknown, { a: string }> = z.object({ a: z.string() });
  const Foo = defineResource({ ...base, spec: standard });
  const read = (foo: ObjectOf<typeof Foo>): string => foo.spec.a;
  assertEquals([typeof read, Foo.crd.metadata.name], ["function", "foos.example.dev"]);
});
