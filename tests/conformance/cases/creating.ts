/** Creating: what the server sets, what it refuses, and how it says so. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { causesOf, fails, fieldsOf } from "../api.ts";
import type { Case } from "../target.ts";

export const CREATING: readonly Case[] = [
  {
    name: "create sets uid, resourceVersion, namespace and creationTimestamp, and lets nobody else do so",
    async run(t) {
      const given = {
        name: "a",
        uid: "mine",
        creationTimestamp: "2020-01-01T00:00:00Z",
        deletionTimestamp: "2020-01-01T00:00:00Z",
      };
      const { metadata, data } = await t.api.create(t.core("configmaps"), { metadata: given, data: { key: "value" } });
      assertMatch(metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assertMatch(metadata.resourceVersion, /^[1-9]\d*$/);
      assertMatch(metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assertNotEquals(metadata.creationTimestamp, given.creationTimestamp);
      assertEquals([metadata.namespace, metadata.deletionTimestamp, data], [t.namespace, undefined, { key: "value" }]);
    },
  },
  {
    name: "what was created is what is read",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a", labels: { x: "y" } } });
      assertEquals(await t.api.get(t.core("configmaps", "a")), created);
      assertEquals([created.kind, created.apiVersion], ["ConfigMap", "v1"]);
    },
  },
  {
    name: "what is not there is answered with NotFound",
    async run(t) {
      const status = await fails(404, "NotFound", t.api.get(t.core("configmaps", "nope")));
      assertEquals(status.message, 'configmaps "nope" not found');
      assertEquals(status.details, { name: "nope", kind: "configmaps" });
    },
  },
  {
    name: "errors name resources outside the core group with their group",
    async run(t) {
      const status = await fails(404, "NotFound", t.api.get(t.grouped("apps/v1", "deployments", "nope")));
      assertEquals(status.message, 'deployments.apps "nope" not found');
      assertEquals(status.details, { name: "nope", group: "apps", kind: "deployments" });
    },
  },
  {
    name: "a name can be taken once",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const status = await fails(409, "AlreadyExists", t.api.create(t.core("configmaps"), { metadata: { name: "a" } }));
      assertEquals(status.message, 'configmaps "a" already exists');
      assertEquals(status.details, { name: "a", kind: "configmaps" });
    },
  },
  {
    name: "generateName makes a name of the prefix and five letters",
    async run(t) {
      const { metadata } = await t.api.create(t.core("configmaps"), { metadata: { generateName: "prefix-" } });
      assertMatch(metadata.name, /^prefix-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      assertEquals(metadata.generateName, "prefix-");
    },
  },
  {
    name: "a long generateName is cut so that the name fits",
    async run(t) {
      const { metadata } = await t.api.create(t.core("configmaps"), { metadata: { generateName: "a".repeat(80) } });
      assertMatch(metadata.name, /^a{58}.{5}$/);
    },
  },
  {
    name: "a name or generateName is required",
    async run(t) {
      const status = await fails(422, "Invalid", t.api.create(t.core("configmaps"), { metadata: {} }));
      assertEquals(causesOf(status), ["metadata.name: Required value: name or generateName is required"]);
      assertEquals(
        status.message,
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      );
    },
  },
  {
    name: "names are DNS subdomains",
    async run(t) {
      const status = await fails(422, "Invalid", t.api.create(t.core("configmaps"), { metadata: { name: "A_b" } }));
      assertEquals(fieldsOf(status), ["metadata.name"]);
      assertMatch(
        status.message,
        /^ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain/,
      );
      assertEquals(status.details?.causes?.[0]?.reason, "FieldValueInvalid");
    },
  },
  {
    name: "names of namespaces have no dots",
    async run(t) {
      const status = await fails(422, "Invalid", t.api.create("/api/v1/namespaces", { metadata: { name: "a.b" } }));
      assertEquals(causesOf(status), ['metadata.name: Invalid value: "a.b": must not contain dots']);
    },
  },
  {
    name: "names of services are DNS labels",
    async run(t) {
      const service = (name: string) => ({ metadata: { name }, spec: { ports: [{ port: 80 }] } });
      assertEquals((await t.api.create(t.core("services"), service("1a"))).metadata.name, "1a");
      const status = await fails(422, "Invalid", t.api.create(t.core("services"), service("a.b")));
      assertEquals(fieldsOf(status), ["metadata.name"]);
    },
  },
  {
    name: "the namespace must exist",
    async run(t) {
      const status = await fails(
        404,
        "NotFound",
        t.api.create("/api/v1/namespaces/no-such/configmaps", { metadata: { name: "a" } }),
      );
      assertEquals(status.message, 'namespaces "no-such" not found');
    },
  },
  {
    name: "the body must name the namespace of the path, or none",
    async run(t) {
      const body = { metadata: { name: "a", namespace: "another" } };
      const status = await fails(400, "BadRequest", t.api.create(t.core("configmaps"), body));
      assertEquals(
        status.message,
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    },
  },
  {
    name: "resourceVersion may not be set on creation",
    async run(t) {
      const body = { metadata: { name: "a", resourceVersion: "1" } };
      const status = await fails(500, undefined, t.api.create(t.core("configmaps"), body));
      assertEquals(status.message, "resourceVersion should not be set on objects to be created");
    },
  },
  {
    name: "labels, finalizers and owner references are checked",
    async run(t) {
      const metadata = {
        name: "a",
        labels: { "a b": "c d" },
        finalizers: ["bad"],
        ownerReferences: [{ kind: "X", name: "y" }],
      };
      const status = await fails(422, "Invalid", t.api.create(t.core("configmaps"), { metadata }));
      assertEquals(fieldsOf(status), [
        "metadata.finalizers[0]",
        "metadata.labels",
        "metadata.ownerReferences.apiVersion",
        "metadata.ownerReferences.uid",
      ]);
    },
  },
  {
    name: "only one owner may be the controller",
    async run(t) {
      const owner = (name: string) => ({ apiVersion: "v1", kind: "Pod", name, uid: name, controller: true });
      const metadata = { name: "a", ownerReferences: [owner("x"), owner("y")] };
      const status = await fails(422, "Invalid", t.api.create(t.core("configmaps"), { metadata }));
      assertMatch(
        status.message,
        /Only one reference can have Controller set to true. Found "true" in references for Pod\/x and Pod\/y/,
      );
    },
  },
  {
    name: "a body of another kind is refused",
    async run(t) {
      const body = { kind: "Secret", apiVersion: "v1", metadata: { name: "a" } };
      const status = await fails(400, "BadRequest", t.api.create(t.core("configmaps"), body));
      assertMatch(status.message, /^Secret in version "v1" cannot be handled as a ConfigMap/);
    },
  },
  {
    name: "a body that is no JSON is refused",
    async run(t) {
      const status = await fails(400, "BadRequest", t.api.create(t.core("configmaps"), '{"kind":'));
      assertMatch(
        status.message,
        /^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get version\/kind/,
      );
    },
  },
  {
    name: "data of ConfigMaps are texts",
    async run(t) {
      const body = { metadata: { name: "a" }, data: { key: 1 } };
      const status = await fails(400, "BadRequest", t.api.create(t.core("configmaps"), body));
      assertMatch(status.message, /json: cannot unmarshal number into Go struct field ConfigMap.data of type string$/);
    },
  },
  {
    name: "stringData of Secrets becomes data",
    async run(t) {
      const { data, stringData, type } = await t.api.create(t.core("secrets"), {
        metadata: { name: "a" },
        stringData: { key: "ü" },
      });
      assertEquals([data, stringData, type], [{ key: "w7w=" }, undefined, "Opaque"]);
    },
  },
  {
    name: "data of Secrets must be base 64",
    async run(t) {
      const body = { metadata: { name: "a" }, data: { key: "***" } };
      const status = await fails(400, "BadRequest", t.api.create(t.core("secrets"), body));
      assertMatch(status.message, /illegal base64 data at input byte 0$/);
    },
  },
  {
    name: "null is the same as absent in built-in kinds",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), {
        metadata: { name: "a", labels: null, annotations: {} },
        data: null,
      });
      assertEquals(["data" in created, "labels" in created.metadata, "annotations" in created.metadata], [
        false,
        false,
        false,
      ]);
    },
  },
  {
    name: "a dry run answers as if, and stores nothing",
    async run(t) {
      const made = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } }, { dryRun: "All" });
      assertEquals([made.metadata.name, made.metadata.resourceVersion], ["a", undefined as unknown as string]);
      assert(await t.api.isGone(t.core("configmaps", "a")));
      const status = await fails(
        422,
        "Invalid",
        t.api.create(t.core("configmaps"), { metadata: { name: "a" } }, { dryRun: "x" }),
      );
      assertEquals(
        status.message,
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["x"]: supported values: "All"',
      );
    },
  },
  {
    name: "an unknown path of no group is answered in plain text",
    async run(t) {
      assertEquals(await t.api.text("GET", "/apis/no.such.group/v1/things"), "404 page not found\n");
      assertEquals(
        await t.api.text("POST", t.grouped("no.such.group/v1", "things"), { body: {} }),
        "404 page not found\n",
      );
    },
  },
  {
    name: "an unknown resource of a built-in group is answered with a Status",
    async run(t) {
      const status = await fails(404, "NotFound", t.api.get(t.core("things")));
      assertEquals(status.message, "the server could not find the requested resource");
    },
  },
  {
    name: "methods that make no sense are not allowed",
    async run(t) {
      await fails(405, "MethodNotAllowed", t.api.create(t.core("configmaps", "a"), {}));
      await fails(405, "MethodNotAllowed", t.api.patch(t.core("configmaps"), "merge", {}));
    },
  },
  {
    name: "managedFields say who created which fields",
    async run(t) {
      const body = { metadata: { name: "a", labels: { x: "y" } }, data: { key: "value" } };
      const { metadata } = await t.api.create(t.core("configmaps"), body, { fieldManager: "me" });
      const [entry, ...more] = metadata.managedFields ?? [];
      assertEquals(more, []);
      assertEquals([entry?.manager, entry?.operation], ["me", "Update"]);
      assertEquals(entry?.fieldsV1, {
        "f:data": { ".": {}, "f:key": {} },
        "f:metadata": { "f:labels": { ".": {}, "f:x": {} } },
      });
    },
  },
];
