/** Patches of three kinds: merge, JSON, strategic. */

import { assertEquals } from "@std/assert";
import { fails } from "../api.ts";
import type { Case } from "../target.ts";
import { deployment } from "./updating.ts";

const REJECTED = "the server rejected our request due to an error in our request";

export const PATCHING: readonly Case[] = [
  {
    name: "a merge patch lays over, and null removes",
    async run(t) {
      await t.api.create(t.core("configmaps"), {
        metadata: { name: "a" },
        data: { stays: "1", goes: "1", changes: "1" },
      });
      const { data } = await t.api.patch(t.core("configmaps", "a"), "merge", {
        data: { goes: null, changes: "2", comes: "1" },
      });
      assertEquals(data, { stays: "1", changes: "2", comes: "1" });
    },
  },
  {
    name: "a patch that changes nothing does not change the version",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "value" } });
      assertEquals(await t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: "value" } }), created);
      assertEquals(await t.api.patch(t.core("configmaps", "a"), "merge", {}), created);
    },
  },
  {
    name: "a patch that names a version is made for that version",
    async run(t) {
      const { metadata: { resourceVersion } } = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { resourceVersion }, data: { key: "1" } });
      const again = t.api.patch(t.core("configmaps", "a"), "merge", {
        metadata: { resourceVersion },
        data: { key: "2" },
      });
      await fails(409, "Conflict", again);
    },
  },
  {
    name: "a patch of what is not there is NotFound",
    async run(t) {
      await fails(404, "NotFound", t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: "1" } }));
    },
  },
  {
    name: "a merge patch replaces lists",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a", { plain: ["x", "y"] }));
      const { spec } = await t.api.patch(t.widget("a"), "merge", { spec: { plain: ["z"] } });
      assertEquals(spec.plain, ["z"]);
    },
  },
  {
    name: "a patch cannot change the name",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const status = await fails(
        400,
        "BadRequest",
        t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { name: "b" } }),
      );
      assertEquals(status.message, "the name of the object (b) does not match the name on the URL (a)");
    },
  },
  {
    name: "a merge patch must be an object",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      await fails(400, "BadRequest", t.api.patch(t.core("configmaps", "a"), "merge", []));
      await fails(400, "BadRequest", t.api.patch(t.core("configmaps", "a"), "merge", '{"data"'));
    },
  },
  {
    name: "a JSON patch performs its operations in order",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a", { plain: ["x", "y"], mode: "a" }));
      const { spec, metadata } = await t.api.patch(t.widget("a"), "json", [
        { op: "test", path: "/spec/plain/0", value: "x" },
        { op: "remove", path: "/spec/plain/0" },
        { op: "add", path: "/spec/plain/-", value: "z" },
        { op: "replace", path: "/spec/mode", value: "b" },
        { op: "add", path: "/metadata/labels", value: { "example.dev/a": "b" } },
        { op: "replace", path: "/metadata/labels/example.dev~1a", value: "c" },
        { op: "copy", from: "/spec/mode", path: "/spec/defaulted" },
        { op: "move", from: "/spec/plain/0", path: "/spec/plain/1" },
      ]);
      assertEquals([spec.plain, spec.mode, spec.defaulted, metadata.labels], [["z", "y"], "b", "b", {
        "example.dev/a": "c",
      }]);
    },
  },
  {
    name: "a JSON patch whose test fails is Invalid, and changes nothing",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "1" } });
      const status = await fails(
        422,
        "Invalid",
        t.api.patch(t.core("configmaps", "a"), "json", [
          { op: "add", path: "/data/other", value: "1" },
          { op: "test", path: "/data/key", value: "2" },
        ]),
      );
      assertEquals([status.message, status.details], [REJECTED, {}]);
      assertEquals(await t.api.get(t.core("configmaps", "a")), created);
    },
  },
  {
    name: "a JSON patch of what is not there is Invalid",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "1" } });
      for (
        const operation of [
          { op: "remove", path: "/data/none" },
          { op: "test", path: "/data/none", value: "x" },
          { op: "add", path: "/none/deep/er", value: "x" },
          { op: "unknown", path: "/data/key" },
        ]
      ) {
        await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "json", [operation]));
      }
    },
  },
  {
    name: "a JSON patch may replace a field that is not there, and test that it is not",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "1" } });
      const { data } = await t.api.patch(t.core("configmaps", "a"), "json", [
        { op: "test", path: "/data/none", value: null },
        { op: "replace", path: "/data/none", value: "x" },
      ]);
      assertEquals(data, { key: "1", none: "x" });
    },
  },
  {
    name: "a JSON patch must be a list",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      await fails(400, "BadRequest", t.api.patch(t.core("configmaps", "a"), "json", { op: "add" }));
    },
  },
  {
    name: "a JSON patch can test the version",
    async run(t) {
      const { metadata } = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const test = { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion };
      const add = (key: string) => ({ op: "add", path: "/data", value: { key } });
      await t.api.patch(t.core("configmaps", "a"), "json", [test, add("1")]);
      await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "json", [test, add("2")]));
    },
  },
  {
    name: "a strategic merge patch merges lists by their keys, the patched items first",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      await t.api.create(path, deployment("a"));
      const containers = [{ name: "web", env: [{ name: "A", value: "1" }] }, { name: "side", image: "side" }];
      const first = await t.api.patch(`${path}/a`, "strategic", { spec: { template: { spec: { containers } } } });
      assertEquals(first.spec.template.spec.containers.map(({ name, image }: never) => [name, image]), [
        ["web", "web"],
        ["side", "side"],
      ]);
      const more = [{ name: "web", env: [{ name: "B", value: "2" }] }];
      const second = await t.api.patch(`${path}/a`, "strategic", {
        spec: { template: { spec: { containers: more } } },
      });
      assertEquals(second.spec.template.spec.containers[0].env, [{ name: "B", value: "2" }, { name: "A", value: "1" }]);
      assertEquals(second.spec.template.spec.containers.length, 2);
    },
  },
  {
    name: "a strategic merge patch takes directives",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      await t.api.create(path, deployment("a"));
      const containers = [{ name: "web", env: [{ name: "A", value: "1" }, { name: "B", value: "2" }] }, {
        name: "side",
        image: "side",
      }];
      await t.api.patch(`${path}/a`, "strategic", { spec: { template: { spec: { containers } } } });
      const { spec } = await t.api.patch(`${path}/a`, "strategic", {
        spec: {
          template: {
            spec: {
              containers: [
                { name: "side", $patch: "delete" },
                { name: "web", env: [{ $patch: "replace" }, { name: "C" }] },
              ],
            },
          },
        },
      });
      assertEquals(spec.template.spec.containers.length, 1);
      assertEquals(spec.template.spec.containers[0].env, [{ name: "C" }]);
    },
  },
  {
    name: "a strategic merge patch adds finalizers, and can take one away",
    async run(t) {
      const path = t.core("configmaps", "a");
      await t.api.create(t.core("configmaps"), { metadata: { name: "a", finalizers: ["example.dev/a"] } });
      const added = await t.api.patch(path, "strategic", { metadata: { finalizers: ["example.dev/b"] } });
      assertEquals(added.metadata.finalizers, ["example.dev/b", "example.dev/a"]);
      const removal = { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.dev/a"] } };
      assertEquals((await t.api.patch(path, "strategic", removal)).metadata.finalizers, ["example.dev/b"]);
      await t.api.patch(path, "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "custom objects know no strategic merge patch",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      const status = await fails(415, "UnsupportedMediaType", t.api.patch(t.widget("a"), "strategic", { spec: {} }));
      assertEquals(
        status.message,
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, " +
          "application/merge-patch+json, application/apply-patch+yaml",
      );
    },
  },
  {
    name: "a patch must be of a known type",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const request = t.api.call("PATCH", t.core("configmaps", "a"), { body: {}, contentType: "application/json" });
      assertEquals((await fails(415, "UnsupportedMediaType", request)).message, "415: Unsupported Media Type");
    },
  },
  {
    name: "force is for apply patches only",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const status = await fails(
        422,
        "Invalid",
        t.api.patch(t.core("configmaps", "a"), "merge", {}, { force: "true" }),
      );
      assertEquals(
        status.message,
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
      );
    },
  },
  {
    name: "a dry run of a patch answers as if, and stores nothing",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const { data } = await t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: "1" } }, { dryRun: "All" });
      assertEquals(data, { key: "1" });
      assertEquals(await t.api.get(t.core("configmaps", "a")), created);
    },
  },
  {
    name: "a test of a JSON patch compares texts as they are spelled: one with <, > or & is never met",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a", { any: { plain: 'é"/\u0001', list: ["x"] } }));
      const test = (path: string, value: unknown) => t.api.patch(t.widget("a"), "json", [{ op: "test", path, value }]);
      await test("/spec/any", { list: ["x"], plain: 'é"/\u0001' });
      for (const text of ["<", ">", "&", "\u2028", "\u2029"]) {
        await t.api.patch(t.widget("a"), "merge", { spec: { any: { text, list: [{ text }] } } });
        await fails(422, "Invalid", test("/spec/any/text", text));
        await fails(422, "Invalid", test("/spec/any/list", [{ text }]));
      }
      await test("/spec/any/plain", 'é"/\u0001');
    },
  },
];
