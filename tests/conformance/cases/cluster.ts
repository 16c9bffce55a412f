/** What concerns the cluster as a whole: namespaces, discovery, events of two groups. */

import { assert, assertEquals } from "@std/assert";
import { fails, until } from "../api.ts";
import { type Case, unique } from "../target.ts";

interface Named {
  name: string;
}

export const CLUSTER: readonly Case[] = [
  {
    name: "a namespace is made active, with its name as a label and a finalizer in its spec",
    async run(t) {
      const { metadata, spec, status } = await t.api.get(`/api/v1/namespaces/${t.namespace}`);
      assertEquals(metadata.labels, { "kubernetes.io/metadata.name": t.namespace });
      assertEquals([spec, status], [{ finalizers: ["kubernetes"] }, { phase: "Active" }]);
    },
  },
  {
    name: "in a namespace that is being deleted nothing can be created",
    async run(t) {
      const name = unique("going");
      await t.api.create("/api/v1/namespaces", { metadata: { name } });
      const path = `/api/v1/namespaces/${name}/configmaps`;
      await t.api.create(path, { metadata: { name: "stays", finalizers: ["example.dev/a"] } });
      const going = await t.api.delete(`/api/v1/namespaces/${name}`);
      assertEquals([going.status.phase, typeof going.metadata.deletionTimestamp], ["Terminating", "string"]);
      const status = await fails(403, "Forbidden", t.api.create(path, { metadata: { name: "a" } }));
      assertEquals(
        status.message,
        `configmaps "a" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      );
      assertEquals(status.details?.causes?.[0]?.reason, "NamespaceTerminating");
      await t.api.patch(`${path}/stays`, "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "a namespace goes once all that is in it is gone",
    needs: "controllers",
    async run(t) {
      const name = unique("going");
      await t.api.create("/api/v1/namespaces", { metadata: { name } });
      const path = `/api/v1/namespaces/${name}/configmaps/a`;
      await t.api.create(`/api/v1/namespaces/${name}/configmaps`, {
        metadata: { name: "a", finalizers: ["example.dev/a"] },
      });
      await t.api.delete(`/api/v1/namespaces/${name}`);
      await until(
        async () => (await t.api.get(path)).metadata.deletionTimestamp !== undefined,
        "the content is being deleted",
      );
      assert(!await t.api.isGone(`/api/v1/namespaces/${name}`));
      await t.api.patch(path, "merge", { metadata: { finalizers: null } });
      await until(() => t.api.isGone(`/api/v1/namespaces/${name}`), "the namespace is gone");
    },
  },
  {
    name: "the namespace default cannot be deleted",
    async run(t) {
      const status = await fails(403, "Forbidden", t.api.delete("/api/v1/namespaces/default"));
      assertEquals(status.message, 'namespaces "default" is forbidden: this namespace may not be deleted');
    },
  },
  {
    name: "the server says that it is well",
    async run(t) {
      for (const path of ["/healthz", "/livez", "/readyz"]) assertEquals(await t.api.text("GET", path), "ok");
      assertEquals(await t.api.text("GET", "/no-such-path"), "404 page not found\n");
    },
  },
  {
    name: "the server says which version it is",
    async run(t) {
      const { major, minor, gitVersion } = await t.api.get("/version");
      assertEquals([major, minor], ["1", gitVersion.split(".")[1]]);
    },
  },
  {
    name: "groups, versions and resources can be discovered",
    async run(t) {
      assertEquals((await t.api.get("/api")).versions, ["v1"]);
      const { kind, groups } = await t.api.get("/apis");
      assertEquals(kind, "APIGroupList");
      for (const name of ["apps", "batch", t.widgets.group]) {
        assert(groups.some((group: Named) => group.name === name), name);
      }
      const group = await t.api.get("/apis/apps");
      assertEquals([group.kind, group.name, group.preferredVersion], ["APIGroup", "apps", {
        groupVersion: "apps/v1",
        version: "v1",
      }]);
      const core = await t.api.get("/api/v1");
      const secrets = core.resources.find(({ name }: Named) => name === "secrets");
      assertEquals([core.kind, secrets.kind, secrets.namespaced, secrets.singularName], [
        "APIResourceList",
        "Secret",
        true,
        "secret",
      ]);
      assertEquals([...secrets.verbs].sort(), [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
      ]);
      const apps = await t.api.get("/apis/apps/v1");
      const deployments = apps.resources.filter(({ name }: Named) => name.startsWith("deployments"));
      assertEquals(deployments.map(({ name }: Named) => name), [
        "deployments",
        "deployments/scale",
        "deployments/status",
      ]);
      assertEquals(deployments[0].shortNames, ["deploy"]);
    },
  },
  {
    name: "an Event of one group can be read through the other",
    async run(t) {
      const involvedObject = { kind: "X", name: "x", namespace: t.namespace };
      await t.api.create(t.core("events"), {
        metadata: { name: "a" },
        involvedObject,
        reason: "Because",
        message: "note",
        type: "Normal",
      });
      const seen = await t.api.get(t.grouped("events.k8s.io/v1", "events", "a"));
      assertEquals([seen.apiVersion, seen.regarding, seen.note, seen.message], [
        "events.k8s.io/v1",
        involvedObject,
        "note",
        undefined,
      ]);
    },
  },
  {
    name: "versions of different kinds come from one counter",
    async run(t) {
      const one = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const two = await t.api.create(t.widget(), t.newWidget("a"));
      const three = await t.api.create(t.core("secrets"), { metadata: { name: "a" } });
      const versions = [one, two, three].map(({ metadata }) => Number(metadata.resourceVersion));
      assert(versions[0]! < versions[1]! && versions[1]! < versions[2]!, String(versions));
    },
  },
];
