import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { defineResource, jsonSchema, type JsonSchemaSource, ResourceDefinitionError } from "../../../lib/kube/mod.ts";

function define(spec: JsonSchemaSource<unknown>) {
  return defineResource({ group: "example.dev", version: "v1", kind: "Foo", scope: "Namespaced", spec });
}

function specOf(spec: JsonSchemaSource<unknown>): unknown {
  return define(spec).crd.spec.versions[0]!.schema.openAPIV3Schema.properties!.spec;
}

/** What becomes of the schema of one required field. */
function fieldOf(field: z.ZodType): unknown {
  const spec = specOf(z.object({ f: field })) as { properties: { f: unknown } };
  return spec.properties.f;
}

/** What becomes of a plain JSON Schema of one field. */
function plainFieldOf(field: unknown, more: Record<string, unknown> = {}): unknown {
  const spec = specOf(jsonSchema({ type: "object", required: ["f"], properties: { f: field }, ...more })) as {
    properties: { f: unknown };
  };
  return spec.properties.f;
}

function refuses(schema: JsonSchemaSource<unknown>, words: string) {
  assertThrows(() => define(schema).crd, ResourceDefinitionError, words);
}

Deno.test("plain values keep their types and conditions", () => {
  assertEquals(fieldOf(z.string().min(1).max(63).regex(/^[a-z]+$/)), {
    type: "string",
    minLength: 1,
    maxLength: 63,
    pattern: "^[a-z]+$",
  });
  assertEquals(fieldOf(z.number().multipleOf(5)), { type: "number", multipleOf: 5 });
  assertEquals(fieldOf(z.boolean().default(false)), { type: "boolean", default: false });
  assertEquals(fieldOf(z.string().describe("who").meta({ title: "T", examples: ["q"], deprecated: true })), {
    type: "string",
    description: "who",
    title: "T",
  });
});

Deno.test("bounds that only say what JavaScript can hold are dropped", () => {
  assertEquals(fieldOf(z.number().int()), { type: "integer" });
  assertEquals(fieldOf(z.int().nonnegative()), { type: "integer", minimum: 0 });
  assertEquals(fieldOf(z.float32()), { type: "number" });
  assertEquals(fieldOf(z.int32()), { type: "integer", format: "int32", minimum: -2147483648, maximum: 2147483647 });
});

Deno.test("exclusive bounds are a bound and a flag", () => {
  const wanted = { type: "number", minimum: 3, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true };
  assertEquals(fieldOf(z.number().gt(3).lt(9)), wanted);
  assertEquals(plainFieldOf({ type: "number", exclusiveMinimum: 3, exclusiveMaximum: 9 }), wanted);
  assertEquals(plainFieldOf({ type: "number", exclusiveMinimum: 3, minimum: 4 }), { type: "number", minimum: 4 });
});

Deno.test("constants become enums", () => {
  assertEquals(fieldOf(z.literal("x")), { type: "string", enum: ["x"] });
  assertEquals(fieldOf(z.union([z.literal("a"), z.literal("b")])), { type: "string", enum: ["a", "b"] });
  assertEquals(plainFieldOf({ const: 3 }), { type: "integer", enum: [3] });
});

Deno.test("values that may be null are nullable, however the schema says it", () => {
  const wanted = { type: "string", nullable: true };
  assertEquals(fieldOf(z.string().nullable()), wanted);
  assertEquals(fieldOf(z.union([z.string(), z.null()])), wanted);
  assertEquals(plainFieldOf({ type: ["string", "null"] }), wanted);
  assertEquals(plainFieldOf({ anyOf: [{ type: "string" }, { type: "null" }] }), wanted);
});

Deno.test("an enum beside null goes into allOf, because the API server would refuse null otherwise", () => {
  const wanted = { type: "string", nullable: true, allOf: [{ enum: ["a", "b"] }] };
  assertEquals(fieldOf(z.enum(["a", "b"]).nullable()), wanted);
  assertEquals(plainFieldOf({ enum: ["a", "b", null] }), wanted);
});

Deno.test("unknown fields are pruned, so nothing forbids them; loose objects keep them", () => {
  const a = { type: "object", required: ["a"], properties: { a: { type: "string" } } };
  assertEquals(fieldOf(z.strictObject({ a: z.string() })), a);
  assertEquals(fieldOf(z.looseObject({ a: z.string() })), { ...a, "x-kubernetes-preserve-unknown-fields": true });
  assertEquals(fieldOf(z.object({})), { type: "object" });
  assertEquals(plainFieldOf({ type: "object" }), { type: "object", "x-kubernetes-preserve-unknown-fields": true });
});

Deno.test("records are maps, and values of any type are open", () => {
  const open = { "x-kubernetes-preserve-unknown-fields": true };
  assertEquals(fieldOf(z.record(z.string(), z.number())), { type: "object", additionalProperties: { type: "number" } });
  assertEquals(fieldOf(z.record(z.string(), z.any())), { type: "object", additionalProperties: open });
  assertEquals(fieldOf(z.unknown()), open);
  assertEquals(fieldOf(z.array(z.any())), { type: "array", items: open });
  assertEquals(plainFieldOf(true), open);
});

Deno.test("a whole number or a text is int-or-string, with the conditions of both", () => {
  assertEquals(fieldOf(z.union([z.int(), z.string()])), { "x-kubernetes-int-or-string": true });
  assertEquals(fieldOf(z.union([z.int().min(1), z.string().regex(/^\d+%$/)])), {
    "x-kubernetes-int-or-string": true,
    minimum: 1,
    pattern: "^\\d+%$",
  });
  assertEquals(plainFieldOf({ type: ["integer", "string", "null"] }), {
    "x-kubernetes-int-or-string": true,
    nullable: true,
  });
});

Deno.test("an integer or one of some words becomes a rule", () => {
  assertEquals(fieldOf(z.union([z.literal("auto"), z.int().positive()])), {
    "x-kubernetes-int-or-string": true,
    minimum: 0,
    exclusiveMinimum: true,
    "x-kubernetes-validations": [
      { rule: 'type(self) != string || self in ["auto"]', message: 'as text, must be one of ["auto"]' },
    ],
  });
});

Deno.test("a union of objects has its fields outside and its conditions inside", () => {
  const union = z.discriminatedUnion("type", [
    z.object({ type: z.literal("a"), a: z.string().min(2) }),
    z.object({ type: z.literal("b"), b: z.number() }),
  ]);
  assertEquals(fieldOf(union), {
    type: "object",
    properties: { type: { type: "string" }, a: { type: "string" }, b: { type: "number" } },
    oneOf: [
      { required: ["type", "a"], properties: { type: { enum: ["a"] }, a: { minLength: 2 } } },
      { required: ["type", "b"], properties: { type: { enum: ["b"] } } },
    ],
  });
});

Deno.test("conditions deep inside a union stay with their branch", () => {
  const union = z.union([
    z.object({ l: z.array(z.object({ y: z.number().max(3) })) }),
    z.object({ l: z.array(z.object({ y: z.number() })), z: z.string() }),
  ]);
  assertEquals(fieldOf(union), {
    type: "object",
    properties: {
      l: { type: "array", items: { type: "object", properties: { y: { type: "number" } } } },
      z: { type: "string" },
    },
    anyOf: [
      { required: ["l"], properties: { l: { items: { required: ["y"], properties: { y: { maximum: 3 } } } } } },
      { required: ["l", "z"], properties: { l: { items: { required: ["y"] } } } },
    ],
  });
});

Deno.test("a union of texts keeps one type", () => {
  assertEquals(fieldOf(z.union([z.literal("auto"), z.string().regex(/^\d+m$/)])), {
    type: "string",
    anyOf: [{ enum: ["auto"] }, { pattern: "^\\d+m$" }],
  });
});

Deno.test("allOf, not and conditions without a type keep their meaning", () => {
  const fields = { type: "object", properties: { x: { type: "string" }, y: { type: "string" } } };
  const either = { anyOf: [{ required: ["x"] }, { required: ["y"] }] };
  assertEquals(plainFieldOf({ ...fields, ...either }), { ...fields, ...either });
  assertEquals(plainFieldOf({ ...fields, not: { required: ["x"] } }), { ...fields, not: { required: ["x"] } });
  assertEquals(plainFieldOf({ allOf: [{ type: "string", minLength: 1 }, { maxLength: 4 }] }), {
    type: "string",
    allOf: [{ minLength: 1 }, { maxLength: 4 }],
  });
});

Deno.test("lists that are unique are sets", () => {
  assertEquals(plainFieldOf({ type: "array", uniqueItems: true, items: { type: "string" } }), {
    type: "array",
    items: { type: "string" },
    "x-kubernetes-list-type": "set",
  });
});

Deno.test("extensions of Kubernetes are kept", () => {
  const rules = [{ rule: "self == oldSelf", message: "must not change" }];
  assertEquals(fieldOf(z.string().meta({ "x-kubernetes-validations": rules })), {
    type: "string",
    "x-kubernetes-validations": rules,
  });
});

Deno.test("formats that the API server does not know, or defines differently, are dropped; their patterns stay if Go can read them", () => {
  assertEquals(fieldOf(z.iso.duration()), { type: "string" });
  assertEquals(fieldOf(z.string().startsWith("a")), { type: "string", pattern: "^a.*" });
  assertEquals((fieldOf(z.iso.datetime()) as { format: string }).format, "date-time");
  assertEquals(fieldOf(z.url()), { type: "string", format: "uri" });
});

Deno.test("references are replaced by what they refer to", () => {
  const shared = z.object({ x: z.string() }).meta({ id: "SharedInReferencesTest" });
  const x = { type: "object", required: ["x"], properties: { x: { type: "string" } } };
  const spec = specOf(z.object({ a: shared, b: z.array(shared) })) as { properties: unknown };
  assertEquals(spec.properties, { a: x, b: { type: "array", items: x } });
  const $defs = { "a/b": { type: "integer" } };
  assertEquals(plainFieldOf({ $ref: "#/$defs/a~1b", description: "d" }, { $defs }), {
    type: "integer",
    description: "d",
  });
});

Deno.test("fields may have the names of keywords", () => {
  const keywords = ["$ref", "default", "definitions", "enum", "id", "items", "properties", "required", "type"];
  const shape = Object.fromEntries(keywords.map((name) => [name, z.string()]));
  const spec = specOf(z.object(shape)) as { properties: object };
  assertEquals(Object.keys(spec.properties).sort(), keywords);
});

Deno.test("a spec that may be empty is one by default, so that its defaults apply", () => {
  assertEquals(specOf(z.object({ n: z.int().default(3) })), {
    type: "object",
    default: {},
    properties: { n: { type: "integer", default: 3 } },
  });
  const own = z.object({ a: z.string().default("x") }).default({ a: "y" });
  assertEquals((specOf(own) as { default: unknown }).default, { a: "y" });
  const root = (spec: JsonSchemaSource<unknown>) => define(spec).crd.spec.versions[0]!.schema.openAPIV3Schema.required;
  assertEquals([root(own), root(z.object({ a: z.string() }))], [undefined, ["spec"]]);
  assertEquals(root(jsonSchema({ type: "object", properties: {}, minProperties: 1 })), ["spec"]);
});

Deno.test("a schema that a CRD cannot describe is refused with its place", () => {
  const f = (field: z.ZodType) => z.object({ a: z.array(z.object({ f: field })) });
  refuses(f(z.tuple([z.string(), z.number()])), "Cannot define Foo as spec.a[].f[] mixes values of different types");
  refuses(f(z.union([z.string(), z.object({})])), "spec.a[].f mixes values of different types (string and object)");
  refuses(f(z.record(z.string(), z.union([z.number(), z.string()]))), "spec.a[].f.* mixes values");
  refuses(f(z.null()), "spec.a[].f can only be null");
  refuses(f(z.never()), "spec.a[].f excludes values by type, or allows none at all");
  refuses(
    f(z.object({ x: z.string() }).catchall(z.number())),
    "spec.a[].f has both named fields and a schema for all others",
  );
  refuses(f(z.string().regex(/^(?!x)/)), "spec.a[].f has a pattern that the API server cannot read");
  refuses(f(z.string().nullable().default(null)), "spec.a[].f has the default null");
  const branch = z.object({ t: z.literal("a"), d: z.string().default("x") });
  refuses(
    f(z.discriminatedUnion("t", [branch, z.object({ t: z.literal("b") })])),
    "has a default or a rule inside a union",
  );
});

Deno.test("a field that may be anything in one branch of a union cannot be narrowed by another", () => {
  const either = (a: z.ZodType, b: z.ZodType) => z.object({ f: z.union([z.object({ v: a }), z.object({ v: b })]) });
  refuses(either(z.any(), z.string()), "spec.f.v mixes values of different types (any and string)");
  refuses(either(z.string(), z.any()), "spec.f.v mixes values of different types (string and any)");
  refuses(either(z.string(), z.union([z.int(), z.string()])), "(string and integer or string)");
  refuses(either(z.array(z.any()), z.array(z.string())), "spec.f.v[] mixes");
  const same = specOf(either(z.any(), z.any())) as { properties: { f: { properties: unknown } } };
  assertEquals(same.properties.f.properties, { v: { "x-kubernetes-preserve-unknown-fields": true } });
});

Deno.test("keywords without a counterpart are refused", () => {
  const plain = (field: unknown) => jsonSchema({ type: "object", properties: { f: field } });
  refuses(plain({ type: "array", prefixItems: [{ type: "string" }] }), 'spec.f has a tuple ("prefixItems")');
  refuses(plain({ type: "array", items: [{ type: "string" }] }), 'spec.f has a tuple ("items" as a list)');
  refuses(plain({ type: "object", patternProperties: { "^a": {} } }), "fields by pattern");
  refuses(plain({ if: {}, then: {} }), "a condition");
  refuses(plain({ type: "array", uniqueItems: true, items: { type: "object" } }), "unique items");
  refuses(plain({ type: "text" }), 'spec.f has an unknown type: current value is "text"');
  refuses(plain({ type: ["string", "number"] }), "several types");
  refuses(plain(false), "spec.f has no schema");
});

Deno.test("a schema that contains itself is refused", () => {
  const Tree = z.object({
    v: z.string(),
    get kids() {
      return z.array(Tree).optional();
    },
  });
  refuses(Tree, "spec has a schema that contains itself");
  refuses(z.object({ f: z.json() }), "contains itself");
  refuses(jsonSchema({ $ref: "https://example.dev/schema" }), "leads out of its schema");
  refuses(jsonSchema({ $ref: "#/$defs/nope" }), "leads nowhere");
});

Deno.test("a schema that transforms values is refused, because nothing would run it", () => {
  refuses(z.object({ f: z.stringbool() }), "spec.f is transformed by its schema (from string to boolean)");
  refuses(z.object({ f: z.string().transform((text) => text.length) }), "Transforms cannot be represented");
  refuses(z.object({ f: z.date() }), "spec has a schema that describes values that JSON cannot hold: Date");
});

Deno.test("a library that cannot write JSON Schema is refused; one that cannot write OpenAPI 3.0 is asked for another", () => {
  const silent = { "~standard": { version: 1, vendor: "x" } } as unknown as JsonSchemaSource<unknown>;
  refuses(silent, "use a library that speaks Standard JSON Schema");
  const newer = ({ target }: { target: string }) => {
    if (target !== "draft-2020-12") throw new Error(`no ${target}`);
    return { $schema: "x", type: "object", properties: { f: { const: "x" } } };
  };
  const source = { "~standard": { version: 1, vendor: "x", jsonSchema: { input: newer, output: newer } } } as const;
  assertEquals(specOf(source), { default: {}, type: "object", properties: { f: { type: "string", enum: ["x"] } } });
});
