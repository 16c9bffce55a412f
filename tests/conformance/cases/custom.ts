/** Custom kinds: definitions, validation, defaults, pruning. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Answered, causesOf, fails, fieldsOf, until } from "../api.ts";
import { type Case, define, definition, type Target, undefine, unique } from "../target.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

async function causes(t: Target, spec: Record<string, unknown>): Promise<string[]> {
  return causesOf(await fails(422, "Invalid", t.api.create(t.widget(), t.newWidget("a", spec))));
}

export const CUSTOM: readonly Case[] = [
  {
    name: "a definition is established, and its kind served and discovered",
    async run(t) {
      const given = definition(`${unique("g")}.dev`, "gadgets", "Gadget");
      const kind = await define(t.client, given);
      const path = `${DEFINITIONS}/${given.metadata.name}`;
      const conditionsOf = ({ conditions }: { conditions: { type: string; status: string }[] }) =>
        conditions.map(({ type, status }) => `${type}=${status}`).sort();
      // A real server serves the kind as soon as its names are accepted, which is a moment before it is established.
      const isEstablished = async () => conditionsOf((await t.api.get(path)).status).includes("Established=True");
      await until(isEstablished, "the definition is established");
      const { status, spec, metadata } = await t.api.get(path);
      assertEquals(conditionsOf(status), ["Established=True", "NamesAccepted=True"]);
      assertEquals(status.acceptedNames, {
        plural: "gadgets",
        singular: "gadget",
        kind: "Gadget",
        listKind: "GadgetList",
      });
      assertEquals([status.storedVersions, spec.conversion, metadata.generation], [["v1"], { strategy: "None" }, 1]);
      const { resources } = await t.api.get(`/apis/${kind.apiVersion}`);
      assertEquals(resources.map(({ name }: { name: string }) => name).sort(), ["gadgets", "gadgets/status"]);
      await undefine(t.client, kind);
    },
  },
  {
    name: "a definition that is deleted takes its objects with it",
    async run(t) {
      const kind = await define(t.client, definition(`${unique("g")}.dev`, "gadgets", "Gadget"));
      const path = t.grouped(kind.apiVersion, kind.plural);
      const gadget = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: "a" }, spec: { image: "abc" } };
      await until(
        async () => await t.api.create(path, gadget).then(() => true, () => false),
        "a gadget can be created",
      );
      await undefine(t.client, kind);
      await until(() => t.api.isGone(`${DEFINITIONS}/${kind.plural}.${kind.group}`), "the definition is gone");
      await until(async () => await t.api.text("GET", path) === "404 page not found\n", "the kind is served no longer");
    },
  },
  {
    name: "a definition waits for objects with finalizers",
    async run(t) {
      const kind = await define(t.client, definition(`${unique("g")}.dev`, "gadgets", "Gadget"));
      const path = t.grouped(kind.apiVersion, kind.plural);
      const metadata = { name: "a", finalizers: ["example.dev/a"] };
      const gadget = { apiVersion: kind.apiVersion, kind: kind.kind, metadata, spec: { image: "abc" } };
      await until(
        async () => await t.api.create(path, gadget).then(() => true, () => false),
        "a gadget can be created",
      );
      await undefine(t.client, kind);
      await until(
        async () => (await t.api.get(`${path}/a`)).metadata.deletionTimestamp !== undefined,
        "the gadget is being deleted",
      );
      const waiting = await t.api.get(`${DEFINITIONS}/${kind.plural}.${kind.group}`);
      assertEquals(waiting.metadata.finalizers, ["customresourcecleanup.apiextensions.k8s.io"]);
      await t.api.patch(`${path}/a`, "merge", { metadata: { finalizers: null } });
      await until(() => t.api.isGone(`${DEFINITIONS}/${kind.plural}.${kind.group}`), "the definition is gone");
    },
  },
  {
    name: "a definition must be named after plural and group, and have a schema",
    async run(t) {
      const group = `${unique("g")}.dev`;
      const given = definition(group, "gadgets", "Gadget", { version: { schema: undefined } });
      const wrong = { ...given, metadata: { name: `other.${group}` } };
      const status = await fails(422, "Invalid", t.api.create(DEFINITIONS, wrong));
      assertEquals(fieldsOf(status), ["metadata.name", "spec.versions[0].schema.openAPIV3Schema"]);
    },
  },
  {
    name: "a schema must be structural",
    async run(t) {
      const openAPIV3Schema = { properties: { spec: { properties: { a: { type: "string" } } } } };
      const given = definition(`${unique("g")}.dev`, "gadgets", "Gadget", { version: { schema: { openAPIV3Schema } } });
      const status = await fails(422, "Invalid", t.api.create(DEFINITIONS, given));
      assertEquals(fieldsOf(status), [
        "spec.validation.openAPIV3Schema.properties[spec].type",
        "spec.validation.openAPIV3Schema.type",
      ]);
    },
  },
  {
    name: "cluster-scoped kinds have no namespace",
    async run(t) {
      const kind = await define(t.client, definition(`${unique("g")}.dev`, "planets", "Planet", { scope: "Cluster" }));
      const path = `/apis/${kind.apiVersion}/planets`;
      const planet = { apiVersion: kind.apiVersion, kind: "Planet", metadata: { name: "a" }, spec: { image: "abc" } };
      let created: Answered | undefined;
      await until(
        async () => (created = await t.api.create(path, planet).catch(() => undefined)) !== undefined,
        "one can be created",
      );
      assertEquals([created?.metadata.name, created?.metadata.namespace], ["a", undefined]);
      assertEquals((await t.api.get(`${path}/a`)).metadata.uid, created?.metadata.uid);
      assertEquals(await t.api.text("GET", t.grouped(kind.apiVersion, "planets", "a")), "404 page not found\n");
      await undefine(t.client, kind);
    },
  },
  {
    name: "namespaced custom objects are addressed in their namespace",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      assertEquals(
        await t.api.text("GET", `/apis/${t.widgets.apiVersion}/${t.widgets.plural}/a`),
        "404 page not found\n",
      );
      assertEquals(await t.api.text("GET", t.grouped(t.widgets.apiVersion, "others")), "404 page not found\n");
      assertEquals(
        await t.api.text("GET", t.grouped(`${t.widgets.group}/v9`, t.widgets.plural)),
        "404 page not found\n",
      );
    },
  },
  {
    name: "a subresource that the kind does not have is NotFound",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      await fails(404, "NotFound", t.api.get(t.widget("a/scale")));
    },
  },
  {
    name: "custom objects must say their kind and version",
    async run(t) {
      const { apiVersion, kind, ...rest } = t.newWidget("a");
      assertMatch(
        (await fails(400, "BadRequest", t.api.create(t.widget(), rest))).message,
        /Object 'Kind' is missing in/,
      );
      const version = await fails(400, "BadRequest", t.api.create(t.widget(), { ...rest, kind }));
      assertEquals(
        version.message,
        `the API version in the data () does not match the expected API version (${apiVersion})`,
      );
      const other = await fails(422, "Invalid", t.api.create(t.widget(), { ...rest, apiVersion, kind: "Other" }));
      assertEquals(causesOf(other), [`kind: Invalid value: "Other": must be ${kind}`]);
    },
  },
  {
    name: "defaults are filled in, also inside lists, and for null where null may not be",
    async run(t) {
      const { spec } = await t.api.create(
        t.widget(),
        t.newWidget("a", { list: [{ name: "x" }], defaulted: null, nullable: null }),
      );
      assertEquals(spec, {
        image: "abc",
        replicas: 1,
        defaulted: "dd",
        nullable: null,
        list: [{ name: "x", value: 3 }],
      });
    },
  },
  {
    name: "null counts as absent where null may not be, but not in what is applied",
    async run(t) {
      assertEquals(await causes(t, { image: null }), ["spec.image: Required value"]);
      const applied = t.api.apply(t.widget("a"), t.newWidget("a", { list: null }), "one");
      assertEquals(causesOf(await fails(422, "Invalid", applied)), [
        'spec.list: Invalid value: "null": spec.list in body must be of type array: "null"',
      ]);
    },
  },
  {
    name: "finalizers of custom objects need no domain",
    async run(t) {
      const { metadata } = await t.api.create(t.widget(), {
        ...t.newWidget("a"),
        metadata: { name: "a", finalizers: ["plain"] },
      });
      assertEquals(metadata.finalizers, ["plain"]);
      await t.api.patch(t.widget("a"), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "a patch that leaves metadata of the wrong type is Invalid",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "1" } });
      const change = [{ op: "add", path: "/metadata/finalizers", value: "x" }];
      assertEquals(fieldsOf(await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "json", change))), [
        "patch",
      ]);
      assertEquals(
        fieldsOf(await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: 1 } }))),
        ["patch"],
      );
    },
  },
  {
    name: "unknown fields are dropped, unless the schema keeps them",
    async run(t) {
      const spec = { unknown: 1, any: { x: { y: 1 } }, list: [{ name: "x", value: 1, unknown: 1 }] };
      const created = await t.api.create(t.widget(), t.newWidget("a", spec, { other: 1 }));
      assertEquals([created.spec.unknown, created.other, created.spec.any], [undefined, undefined, { x: { y: 1 } }]);
      assertEquals(created.spec.list, [{ name: "x", value: 1 }]);
    },
  },
  {
    name: "unknown fields are refused when validation is strict",
    async run(t) {
      const request = t.api.create(t.widget(), t.newWidget("a", { unknown: 1 }, { other: 1 }), {
        fieldValidation: "Strict",
      });
      const status = await fails(400, "BadRequest", request);
      assertMatch(
        status.message,
        /cannot be handled as a Widget: strict decoding error: unknown field "other", unknown field "spec.unknown"|strict decoding error: unknown field "spec.unknown", unknown field "other"/,
      );
    },
  },
  {
    name: "required fields are required",
    async run(t) {
      const { spec: _spec, ...rest } = t.newWidget("a");
      const status = await fails(422, "Invalid", t.api.create(t.widget(), rest));
      assertEquals(status.message, `${t.widgets.kind}.${t.widgets.group} "a" is invalid: spec: Required value`);
      assertEquals(status.details?.causes, [{
        reason: "FieldValueRequired",
        message: "Required value",
        field: "spec",
      }]);
      assertEquals(await causes(t, { image: undefined, list: [{}] }), [
        "spec.image: Required value",
        "spec.list[0].name: Required value",
      ]);
    },
  },
  {
    name: "types are checked",
    async run(t) {
      assertEquals(
        await causes(t, { replicas: "9", any: 3, list: "x", map: { a: "b" }, port: true, number: "s", plain: {} }),
        [
          'spec.any: Invalid value: "integer": spec.any in body must be of type object: "integer"',
          'spec.list: Invalid value: "string": spec.list in body must be of type array: "string"',
          'spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"',
          'spec.number: Invalid value: "string": spec.number in body must be of type number: "string"',
          'spec.plain: Invalid value: "object": spec.plain in body must be of type array: "object"',
          'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
          'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        ],
      );
    },
  },
  {
    name: "numbers, texts and lists are checked against their limits",
    async run(t) {
      assertEquals(await causes(t, { image: "x", replicas: 9, number: 3, mode: "z" }), [
        'spec.image: Invalid value: "x": spec.image in body should be at least 2 chars long',
        'spec.mode: Unsupported value: "z": supported values: "a", "b"',
        "spec.number: Invalid value: 3: spec.number in body should be a multiple of 2",
        "spec.replicas: Invalid value: 9: spec.replicas in body should be less than or equal to 5",
      ]);
      assertEquals(
        await causes(t, { image: "x".repeat(11), replicas: -1, list: ["a", "b", "c", "d"].map((name) => ({ name })) }),
        [
          "spec.image: Too long: may not be more than 10 bytes",
          "spec.list: Too many: 4: must have at most 3 items",
          "spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0",
        ],
      );
      assertEquals(await causes(t, { image: "XX" }), [
        "spec.image: Invalid value: \"XX\": spec.image in body should match '^[a-z]+$'",
      ]);
    },
  },
  {
    name: "formats are checked",
    async run(t) {
      assertEquals(await causes(t, { when: "yesterday" }), [
        'spec.when: Invalid value: "yesterday": spec.when in body must be of type date-time: "yesterday"',
      ]);
      const { spec } = await t.api.create(t.widget(), t.newWidget("a", { when: "2026-01-02T03:04:05.678Z" }));
      assertEquals(spec.when, "2026-01-02T03:04:05.678Z");
    },
  },
  {
    name: "items of sets and of lists by key are different",
    async run(t) {
      assertEquals(await causes(t, { list: [{ name: "a" }, { name: "a" }], set: ["a", "a"] }), [
        'spec.list[1]: Duplicate value: {"name":"a"}',
        'spec.set[1]: Duplicate value: "a"',
      ]);
    },
  },
  {
    name: "alternatives are checked",
    async run(t) {
      assertEquals(await causes(t, { one: { a: "1", b: "2" } }), [
        '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ]);
      assertEquals(
        (await causes(t, { one: {} }))[0],
        '<nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid',
      );
      assertEquals(
        (await causes(t, { some: {} }))[0],
        '<nil>: Invalid value: "": "spec.some" must validate at least one schema (anyOf)',
      );
      await t.api.create(t.widget(), t.newWidget("a", { one: { b: "1" }, some: { a: "1", b: "2" } }));
    },
  },
  {
    name: "int-or-string takes both",
    async run(t) {
      assertEquals((await t.api.create(t.widget(), t.newWidget("a", { port: 80 }))).spec.port, 80);
      assertEquals((await t.api.create(t.widget(), t.newWidget("b", { port: "http" }))).spec.port, "http");
    },
  },
  {
    name: "updates and patches are validated, too, and so is the status",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      await fails(422, "Invalid", t.api.patch(t.widget("a"), "merge", { spec: { replicas: 9 } }));
      const status = await fails(
        422,
        "Invalid",
        t.api.patch(t.widget("a/status"), "merge", { status: { observed: "x" } }),
      );
      assertEquals(fieldsOf(status), ["status.observed"]);
    },
  },
  {
    name: "a definition's schema can change, and holds from then on",
    async run(t) {
      const given = definition(`${unique("g")}.dev`, "gadgets", "Gadget");
      const kind = await define(t.client, given);
      const at = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
      await t.api.patch(`${DEFINITIONS}/${given.metadata.name}`, "json", [{
        op: "add",
        path: `${at}/added`,
        value: { type: "string" },
      }]);
      const path = t.grouped(kind.apiVersion, kind.plural);
      const body = {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { generateName: "a-" },
        spec: { image: "abc", added: "x" },
      };
      await until(async () => {
        const created = await t.api.create(path, body).catch(() => undefined);
        return created?.spec.added === "x";
      }, "the new field is kept");
      const { metadata } = await t.api.get(`${DEFINITIONS}/${given.metadata.name}`);
      assertEquals(metadata.generation, 2);
      await undefine(t.client, kind);
    },
  },
  {
    name: "a kind without status subresource writes its status like any field",
    async run(t) {
      const kind = await define(
        t.client,
        definition(`${unique("g")}.dev`, "gadgets", "Gadget", { version: { subresources: undefined } }),
      );
      const path = t.grouped(kind.apiVersion, kind.plural);
      const gadget = {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { name: "a" },
        spec: { image: "abc" },
        status: { observed: 1 },
      };
      let created: Answered | undefined;
      await until(
        async () => (created = await t.api.create(path, gadget).catch(() => undefined)) !== undefined,
        "one can be created",
      );
      assertEquals(created?.status, { observed: 1 });
      const patched = await t.api.patch(`${path}/a`, "merge", { status: { observed: 2 } });
      assertEquals([patched.status, patched.metadata.generation], [{ observed: 2 }, 2]);
      await fails(404, "NotFound", t.api.patch(`${path}/a/status`, "merge", { status: { observed: 3 } }));
      await undefine(t.client, kind);
    },
  },
  {
    name: "definitions can be watched",
    async run(t) {
      const { metadata: { resourceVersion } } = await t.api.get(DEFINITIONS);
      const given = definition(`${unique("g")}.dev`, "gadgets", "Gadget");
      const fieldSelector = `metadata.name=${given.metadata.name}`;
      await using events = await t.api.watch(DEFINITIONS, { resourceVersion, fieldSelector });
      const kind = await define(t.client, given);
      assertEquals(await events.names(2), [`ADDED ${given.metadata.name}`, `MODIFIED ${given.metadata.name}`]);
      assert(true);
      await undefine(t.client, kind);
    },
  },
];
