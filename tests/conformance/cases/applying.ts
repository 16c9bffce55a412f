/** Server-side apply: ownership, conflicts, taking back. */

import { assertEquals, assertMatch } from "@std/assert";
import { causesOf, fails } from "../api.ts";
import type { Case, Target } from "../target.ts";
import { deployment } from "./updating.ts";

function configMap(data?: Record<string, unknown>, metadata: Record<string, unknown> = {}): Record<string, unknown> {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata }, ...(data ? { data } : {}) };
}

function path(t: Target): string {
  return t.core("configmaps", "a");
}

export const APPLYING: readonly Case[] = [
  {
    name: "apply creates what is not there, and notes who owns what",
    async run(t) {
      const { metadata, data } = await t.api.apply(path(t), configMap({ x: "1" }, { labels: { l: "1" } }), "one");
      assertEquals(data, { x: "1" });
      assertEquals(metadata.managedFields?.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]), [
        ["one", "Apply", { "f:data": { "f:x": {} }, "f:metadata": { "f:labels": { "f:l": {} } } }],
      ]);
    },
  },
  {
    name: "applying the same again does not change the version",
    async run(t) {
      const first = await t.api.apply(path(t), configMap({ x: "1" }), "one");
      assertEquals(await t.api.apply(path(t), configMap({ x: "1" }), "one"), first);
      const deployments = t.grouped("apps/v1", "deployments", "a");
      const deployed = await t.api.apply(deployments, deployment("a"), "one");
      assertEquals(await t.api.apply(deployments, deployment("a"), "one"), deployed);
      const widget = await t.api.apply(t.widget("a"), t.newWidget("a", { list: [{ name: "x" }] }), "one");
      assertEquals(await t.api.apply(t.widget("a"), t.newWidget("a", { list: [{ name: "x" }] }), "one"), widget);
    },
  },
  {
    name: "applying another value for what another applied is a conflict",
    async run(t) {
      await t.api.apply(path(t), configMap({ x: "1", y: "1" }), "one");
      const one = await fails(409, "Conflict", t.api.apply(path(t), configMap({ x: "2" }), "two"));
      assertEquals(one.message, 'Apply failed with 1 conflict: conflict with "one": .data.x');
      assertEquals(one.details?.causes, [{
        reason: "FieldManagerConflict",
        message: 'conflict with "one"',
        field: ".data.x",
      }]);
      const both = await fails(409, "Conflict", t.api.apply(path(t), configMap({ x: "2", y: "2" }), "two"));
      assertEquals(both.message, 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.x\n- .data.y');
    },
  },
  {
    name: "applying the same value makes it shared",
    async run(t) {
      await t.api.apply(path(t), configMap({ x: "1" }), "one");
      const { metadata } = await t.api.apply(path(t), configMap({ x: "1", y: "2" }), "two");
      assertEquals(metadata.managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]), [
        ["one", { "f:data": { "f:x": {} } }],
        ["two", { "f:data": { "f:x": {}, "f:y": {} } }],
      ]);
    },
  },
  {
    name: "force takes a field over",
    async run(t) {
      await t.api.apply(path(t), configMap({ x: "1", y: "1" }), "one");
      const { metadata, data } = await t.api.apply(path(t), configMap({ x: "2" }), "two", { force: "true" });
      assertEquals(data, { x: "2", y: "1" });
      assertEquals(metadata.managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]), [
        ["one", { "f:data": { "f:y": {} } }],
        ["two", { "f:data": { "f:x": {} } }],
      ]);
    },
  },
  {
    name: "what is applied no longer is removed, unless another owns it",
    async run(t) {
      await t.api.apply(path(t), configMap({ x: "1", shared: "1" }, { labels: { l: "1" } }), "one");
      await t.api.apply(path(t), configMap({ shared: "1" }), "two");
      const { metadata, data } = await t.api.apply(path(t), configMap(), "one");
      assertEquals([data, metadata.labels], [{ shared: "1" }, undefined]);
      assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["two"]);
    },
  },
  {
    name: "a field that an update set is in conflict, too",
    async run(t) {
      await t.api.apply(path(t), configMap({ x: "1" }), "one");
      await t.api.patch(path(t), "merge", { data: { x: "2" } }, { fieldManager: "two" });
      const status = await fails(409, "Conflict", t.api.apply(path(t), configMap({ x: "1" }), "one"));
      assertEquals(status.message, 'Apply failed with 1 conflict: conflict with "two" using v1: .data.x');
    },
  },
  {
    name: "apply leaves alone what others set",
    async run(t) {
      await t.api.create(t.core("configmaps"), configMap({ theirs: "1" }, { annotations: { a: "b" } }));
      const { metadata, data } = await t.api.apply(path(t), configMap({ mine: "1" }), "one");
      assertEquals([data, metadata.annotations], [{ theirs: "1", mine: "1" }, { a: "b" }]);
    },
  },
  {
    name: "apply takes YAML",
    async run(t) {
      const { data } = await t.api.apply(
        path(t),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1'}\n",
        "one",
      );
      assertEquals(data, { x: "1" });
    },
  },
  {
    name: "apply needs a field manager",
    async run(t) {
      const status = await fails(422, "Invalid", t.api.patch(path(t), "apply", configMap()));
      assertEquals(
        status.message,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    },
  },
  {
    name: "apply needs kind and version, the name of the path, and no managedFields",
    async run(t) {
      await fails(400, "BadRequest", t.api.apply(path(t), { metadata: { name: "a" } }, "one"));
      await fails(400, "BadRequest", t.api.apply(path(t), { ...configMap(), kind: "Secret" }, "one"));
      await fails(400, "BadRequest", t.api.apply(path(t), configMap({}, { name: "b" }), "one"));
      await fails(400, "BadRequest", t.api.apply(path(t), configMap({}, { managedFields: [{}] }), "one"));
    },
  },
  {
    name: "apply can be made for a version",
    async run(t) {
      const { metadata: { resourceVersion } } = await t.api.apply(path(t), configMap({ x: "1" }), "one");
      await t.api.apply(path(t), configMap({ x: "2" }, { resourceVersion }), "one");
      await fails(409, "Conflict", t.api.apply(path(t), configMap({ x: "3" }, { resourceVersion }), "one"));
    },
  },
  {
    name: "containers, ports and variables are owned item by item",
    async run(t) {
      const deployments = t.grouped("apps/v1", "deployments", "a");
      const spec = (containers: unknown[]) => ({
        template: { metadata: { labels: { app: "web" } }, spec: { containers } },
      });
      const web = { name: "web", image: "web", ports: [{ containerPort: 80 }], env: [{ name: "A", value: "1" }] };
      await t.api.apply(deployments, deployment("a", spec([web])), "one");
      const side = {
        ...deployment("a"),
        spec: { template: { spec: { containers: [{ name: "side", image: "side" }] } } },
      };
      const both = await t.api.apply(deployments, side, "two");
      assertEquals(both.spec.template.spec.containers.map(({ name }: { name: string }) => name), ["web", "side"]);
      const { spec: left, metadata } = await t.api.apply(
        deployments,
        deployment("a", spec([{ name: "web", image: "web" }])),
        "one",
      );
      assertEquals([left.template.spec.containers[0].env, left.template.spec.containers[0].ports], [
        undefined,
        undefined,
      ]);
      assertEquals(left.template.spec.containers.length, 2);
      const [one] = metadata.managedFields ?? [];
      assertEquals((one?.fieldsV1 as never)["f:spec"]["f:template"]["f:spec"]["f:containers"], {
        'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {} },
      });
    },
  },
  {
    name: "ports are keyed by number and protocol, with TCP as the default",
    async run(t) {
      const deployments = t.grouped("apps/v1", "deployments", "a");
      const containers = [{ name: "web", image: "web", ports: [{ containerPort: 80 }] }];
      const template = { metadata: { labels: { app: "web" } }, spec: { containers } };
      const { metadata } = await t.api.apply(deployments, deployment("a", { template }), "one");
      const owned = (metadata.managedFields?.[0]?.fieldsV1 as never)["f:spec"]["f:template"]["f:spec"]["f:containers"];
      assertEquals(owned['k:{"name":"web"}']["f:ports"], {
        'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} },
      });
    },
  },
  {
    name: "lists of custom kinds are owned as their schema says: by key, as a set, as a whole",
    async run(t) {
      const first = { list: [{ name: "x", value: 1 }], set: ["a"], plain: ["a"], atomic: { k: "1" } };
      const { metadata } = await t.api.apply(t.widget("a"), t.newWidget("a", first), "one");
      assertEquals(metadata.managedFields?.[0]?.fieldsV1, {
        "f:spec": {
          "f:atomic": {},
          "f:image": {},
          "f:list": { 'k:{"name":"x"}': { ".": {}, "f:name": {}, "f:value": {} } },
          "f:plain": {},
          "f:set": { 'v:"a"': {} },
        },
      });
      const { apiVersion, kind } = t.widgets;
      const second = {
        apiVersion,
        kind,
        metadata: { name: "a" },
        spec: { list: [{ name: "y", value: 2 }], set: ["b"] },
      };
      const { spec } = await t.api.apply(t.widget("a"), second, "two");
      assertEquals([spec.list, spec.set], [[{ name: "x", value: 1 }, { name: "y", value: 2 }], ["a", "b"]]);
      const plain = { ...second, spec: { plain: ["b"] } };
      const status = await fails(409, "Conflict", t.api.apply(t.widget("a"), plain, "three"));
      assertEquals(causesOf(status), ['.spec.plain: conflict with "one"']);
      const item = { ...second, spec: { list: [{ name: "x", value: 7 }] } };
      const inItem = await fails(409, "Conflict", t.api.apply(t.widget("a"), item, "three"));
      assertEquals(causesOf(inItem), ['.spec.list[name="x"].value: conflict with "one"']);
    },
  },
  {
    name: "an item that is applied no longer is removed from lists and sets",
    async run(t) {
      await t.api.apply(
        t.widget("a"),
        t.newWidget("a", { list: [{ name: "x" }, { name: "y" }], set: ["a", "b"] }),
        "one",
      );
      const { spec } = await t.api.apply(t.widget("a"), t.newWidget("a", { list: [{ name: "y" }], set: ["b"] }), "one");
      assertEquals([spec.list, spec.set], [[{ name: "y", value: 3 }], ["b"]]);
    },
  },
  {
    name: "a field that is applied no longer falls back to its default",
    async run(t) {
      await t.api.apply(t.widget("a"), t.newWidget("a", { replicas: 4 }), "one");
      const { spec } = await t.api.apply(t.widget("a"), t.newWidget("a"), "one");
      assertEquals(spec.replicas, 1);
    },
  },
  {
    name: "apply refuses what the schema does not declare, and values of the wrong type",
    async run(t) {
      const unknown = await fails(500, undefined, t.api.apply(t.widget("a"), t.newWidget("a", { unknown: 1 }), "one"));
      assertMatch(
        unknown.message,
        /^failed to create typed patch object \(.*, Kind=Widget\): \.spec\.unknown: field not declared in schema$/,
      );
      const wrong = await fails(500, undefined, t.api.apply(t.widget("a"), t.newWidget("a", { replicas: "x" }), "one"));
      assertMatch(wrong.message, /\.spec\.replicas: expected numeric \(int or float\), got string$/);
    },
  },
  {
    name: "apply of the status is owned apart, and needs the object",
    async run(t) {
      const { apiVersion, kind } = t.widgets;
      const status = { apiVersion, kind, metadata: { name: "a" }, status: { observed: 1 } };
      await fails(404, "NotFound", t.api.apply(t.widget("a/status"), status, "one"));
      await t.api.apply(t.widget("a"), t.newWidget("a"), "one");
      const applied = await t.api.apply(t.widget("a/status"), status, "one");
      assertEquals(applied.status, { observed: 1 });
      assertEquals(applied.metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource]), [
        ["one", undefined],
        ["one", "status"],
      ]);
    },
  },
  {
    name: "finalizers and owner references are owned one by one",
    async run(t) {
      const { metadata: { uid } } = await t.api.create(t.core("configmaps"), { metadata: { name: "owner" } });
      const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid };
      const { metadata } = await t.api.apply(
        path(t),
        configMap(undefined, { finalizers: ["example.dev/a"], ownerReferences: [owner] }),
        "one",
      );
      assertEquals(metadata.managedFields?.[0]?.fieldsV1["f:metadata"], {
        "f:finalizers": { 'v:"example.dev/a"': {} },
        "f:ownerReferences": { [`k:{"uid":"${uid}"}`]: {} },
      });
      const second = await t.api.apply(path(t), configMap(undefined, { finalizers: ["example.dev/b"] }), "two");
      assertEquals(second.metadata.finalizers, ["example.dev/a", "example.dev/b"]);
      const third = await t.api.apply(path(t), configMap(), "one");
      assertEquals([third.metadata.finalizers, third.metadata.ownerReferences], [["example.dev/b"], undefined]);
      await t.api.patch(path(t), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "what an object had before its first apply belongs to somebody, when nothing was noted",
    async run(t) {
      await t.api.create(t.core("configmaps"), configMap());
      const updated = await t.api.patch(path(t), "merge", { data: { x: "1" } });
      assertEquals(updated.metadata.managedFields, undefined);
      const status = await fails(409, "Conflict", t.api.apply(path(t), configMap({ x: "2" }), "one"));
      assertEquals(causesOf(status), ['.data.x: conflict with "before-first-apply" using v1']);
    },
  },
  {
    name: "items of lists by key must have their key, each once",
    async run(t) {
      const keyless = t.api.apply(t.widget("a"), t.newWidget("a", { list: [{ value: 1 }] }), "one");
      assertMatch(
        (await fails(500, undefined, keyless)).message,
        /element 0: associative list with keys has an element that omits all key fields \["name"\]/,
      );
      const twice = t.api.apply(t.widget("a"), t.newWidget("a", { list: [{ name: "x" }, { name: "x" }] }), "one");
      assertMatch((await fails(500, undefined, twice)).message, /duplicate entries for key \[name="x"\]/);
    },
  },
  {
    name: "a conflict is told before what would be invalid",
    async run(t) {
      await t.api.apply(t.widget("a"), t.newWidget("a"), "one");
      await fails(409, "Conflict", t.api.apply(t.widget("a"), t.newWidget("a", { image: "INVALID" }), "two"));
    },
  },
  {
    name: "a dry run of apply answers as if, and stores nothing",
    async run(t) {
      const { data } = await t.api.apply(path(t), configMap({ x: "1" }), "one", { dryRun: "All" });
      assertEquals(data, { x: "1" });
      assertEquals(await t.api.isGone(path(t)), true);
    },
  },
];
