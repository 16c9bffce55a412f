/** Updating: optimistic locking, what stays as it is, generations, and the status subresource. */

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { causesOf, fails, fieldsOf } from "../api.ts";
import type { Case } from "../target.ts";

const LABELS = { app: "web" };

export function deployment(name: string, spec: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers: [{ name: "web", image: "web" }] } },
      ...spec,
    },
  };
}

export const UPDATING: readonly Case[] = [
  {
    name: "an update with the version that was read is stored, with a greater version",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const updated = await t.api.update(t.core("configmaps", "a"), { ...created, data: { key: "value" } });
      assertEquals([updated.data, updated.metadata.uid], [{ key: "value" }, created.metadata.uid]);
      assertEquals(Number(updated.metadata.resourceVersion) > Number(created.metadata.resourceVersion), true);
    },
  },
  {
    name: "an update with an older version is a conflict",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      await t.api.update(t.core("configmaps", "a"), { ...created, data: { key: "1" } });
      const status = await fails(
        409,
        "Conflict",
        t.api.update(t.core("configmaps", "a"), { ...created, data: { key: "2" } }),
      );
      assertEquals(
        status.message,
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the ' +
          "latest version and try again",
      );
      assertEquals(status.details, { name: "a", kind: "configmaps" });
    },
  },
  {
    name: "an update without a version overwrites built-in kinds",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { old: "1" } });
      const { data } = await t.api.update(t.core("configmaps", "a"), { metadata: { name: "a" }, data: { new: "2" } });
      assertEquals(data, { new: "2" });
    },
  },
  {
    name: "an update of a custom object must name a version",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      const status = await fails(422, "Invalid", t.api.update(t.widget("a"), t.newWidget("a")));
      assertEquals(causesOf(status), ["metadata.resourceVersion: Invalid value: 0: must be specified for an update"]);
      assertEquals(status.details?.kind, t.widgets.plural);
    },
  },
  {
    name: "an update that changes nothing does not change the version",
    async run(t) {
      const created = await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "value" } });
      assertEquals(await t.api.update(t.core("configmaps", "a"), created), created);
      const again = await t.api.update(t.core("configmaps", "a"), { metadata: { name: "a" }, data: { key: "value" } });
      assertEquals(again.metadata.resourceVersion, created.metadata.resourceVersion);
    },
  },
  {
    name: "an update of what is not there is NotFound",
    async run(t) {
      await fails(404, "NotFound", t.api.update(t.core("configmaps", "a"), { metadata: { name: "a" } }));
      await fails(404, "NotFound", t.api.update(t.widget("a"), t.newWidget("a")));
    },
  },
  {
    name: "an update of a Lease that is not there creates it",
    async run(t) {
      const path = t.grouped("coordination.k8s.io/v1", "leases", "a");
      const created = await t.api.update(path, { metadata: { name: "a" }, spec: { holderIdentity: "me" } });
      assertEquals((await t.api.get(path)).metadata.uid, created.metadata.uid);
    },
  },
  {
    name: "the body must have the name of the path",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const status = await fails(
        400,
        "BadRequest",
        t.api.update(t.core("configmaps", "a"), { metadata: { name: "b" } }),
      );
      assertEquals(status.message, "the name of the object (b) does not match the name on the URL (a)");
    },
  },
  {
    name: "an update for another uid is a conflict",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const status = await fails(
        409,
        "Conflict",
        t.api.update(t.core("configmaps", "a"), { metadata: { name: "a", uid: "other" } }),
      );
      assertMatch(status.message, /Precondition failed: UID in precondition: other, UID in object meta: /);
    },
  },
  {
    name: "creationTimestamp, uid and generation stay as they are",
    async run(t) {
      const { metadata } = await t.api.create(t.widget(), t.newWidget("a"));
      const change = { metadata: { creationTimestamp: "2020-01-01T00:00:00Z", generation: 99 } };
      const patched = await t.api.patch(t.widget("a"), "merge", change);
      assertEquals([patched.metadata.creationTimestamp, patched.metadata.generation], [metadata.creationTimestamp, 1]);
      const status = await fails(422, "Invalid", t.api.patch(t.widget("a"), "merge", { metadata: { uid: "other" } }));
      assertEquals(fieldsOf(status), ["metadata.uid"]);
    },
  },
  {
    name: "deletionTimestamp cannot be set by an update",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const change = { metadata: { deletionTimestamp: "2020-01-01T00:00:00Z" } };
      const status = await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "merge", change));
      assertEquals(causesOf(status), [
        'metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
      ]);
    },
  },
  {
    name: "the generation of a custom object counts changes of the spec only",
    async run(t) {
      const created = await t.api.create(t.widget(), t.newWidget("a"));
      const labelled = await t.api.patch(t.widget("a"), "merge", { metadata: { labels: { x: "y" } } });
      const changed = await t.api.patch(t.widget("a"), "merge", { spec: { image: "new" } });
      const reported = await t.api.patch(t.widget("a/status"), "merge", { status: { observed: 2 } });
      const generations = [created, labelled, changed, reported].map(({ metadata }) => metadata.generation);
      assertEquals(generations, [1, 1, 2, 2]);
    },
  },
  {
    name: "ConfigMaps and Secrets have no generation",
    async run(t) {
      const map = await t.api.create(t.core("configmaps"), { metadata: { name: "a" } });
      const secret = await t.api.create(t.core("secrets"), { metadata: { name: "a" } });
      assertEquals([map.metadata.generation, secret.metadata.generation], [undefined, undefined]);
    },
  },
  {
    name: "the generation of a Deployment counts changes of spec and annotations",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      const created = await t.api.create(path, deployment("a"));
      const scaled = await t.api.patch(`${path}/a`, "merge", { spec: { replicas: 2 } });
      const labelled = await t.api.patch(`${path}/a`, "merge", { metadata: { labels: { x: "y" } } });
      const annotated = await t.api.patch(`${path}/a`, "merge", { metadata: { annotations: { x: "y" } } });
      const generations = [created, scaled, labelled, annotated].map(({ metadata }) => metadata.generation);
      assertEquals(generations, [1, 2, 2, 3]);
    },
  },
  {
    name: "the status is not written on creation, nor through the main resource",
    async run(t) {
      const created = await t.api.create(t.widget(), t.newWidget("a", {}, { status: { observed: 1 } }));
      const patched = await t.api.patch(t.widget("a"), "merge", { status: { observed: 2 } });
      assertEquals([created.status, patched.status], [undefined, undefined]);
      assertEquals(patched.metadata.resourceVersion, created.metadata.resourceVersion);
    },
  },
  {
    name: "the status subresource writes the status of a custom object, and nothing else",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      const change = {
        metadata: { labels: { x: "y" }, finalizers: ["example.dev/x"] },
        spec: { image: "new" },
        status: { observed: 1 },
      };
      const { metadata, spec, status } = await t.api.patch(t.widget("a/status"), "merge", change);
      assertEquals([metadata.labels, metadata.finalizers, spec.image, status], [undefined, undefined, "abc", {
        observed: 1,
      }]);
      assertEquals(metadata.managedFields?.map(({ subresource }) => subresource), [undefined, "status"]);
    },
  },
  {
    name: "a status write that changes nothing does not change the version",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      const first = await t.api.patch(t.widget("a/status"), "merge", { status: { observed: 1 } });
      const second = await t.api.patch(t.widget("a/status"), "merge", { status: { observed: 1 } });
      assertEquals(second, first);
    },
  },
  {
    name: "the status subresource can be read, and updated with a version",
    async run(t) {
      const created = await t.api.create(t.widget(), t.newWidget("a"));
      const updated = await t.api.update(t.widget("a/status"), {
        ...created,
        spec: { image: "new" },
        status: { phase: "x" },
      });
      assertEquals([updated.spec.image, updated.status], ["abc", { phase: "x" }]);
      assertEquals(await t.api.get(t.widget("a/status")), updated);
      await fails(409, "Conflict", t.api.update(t.widget("a/status"), { ...created, status: { phase: "y" } }));
    },
  },
  {
    name: "an update keeps the status",
    async run(t) {
      await t.api.create(t.widget(), t.newWidget("a"));
      const { status: _status, ...read } = await t.api.patch(t.widget("a/status"), "merge", {
        status: { observed: 1 },
      });
      const updated = await t.api.update(t.widget("a"), { ...read, spec: { image: "new" } });
      assertEquals([updated.spec.image, updated.status], ["new", { observed: 1 }]);
    },
  },
  {
    name: "a Deployment's status write leaves spec and labels alone, but takes annotations",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      await t.api.create(path, deployment("a"));
      const change = {
        metadata: { labels: { x: "y" }, annotations: { x: "y" } },
        spec: { replicas: 7 },
        status: { replicas: 1 },
      };
      const { metadata, spec, status } = await t.api.patch(`${path}/a/status`, "merge", change);
      assertEquals([metadata.labels, metadata.annotations, spec.replicas, status.replicas], [
        undefined,
        { x: "y" },
        1,
        1,
      ]);
    },
  },
  {
    name: "Deployments get their defaults",
    async run(t) {
      const { spec } = await t.api.create(t.grouped("apps/v1", "deployments"), deployment("a"));
      assertEquals([spec.replicas, spec.revisionHistoryLimit, spec.progressDeadlineSeconds], [1, 10, 600]);
      assertEquals(spec.strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } });
      assertEquals(spec.template.spec, {
        containers: [{
          ...{ name: "web", image: "web", resources: {}, imagePullPolicy: "Always" },
          ...{ terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" },
        }],
        ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 30, dnsPolicy: "ClusterFirst" },
        ...{ securityContext: {}, schedulerName: "default-scheduler" },
      });
    },
  },
  {
    name: "a Deployment's selector must match its template, and cannot change",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      const other = { matchLabels: { app: "other" } };
      const status = await fails(422, "Invalid", t.api.create(path, deployment("a", { selector: other })));
      assertEquals(causesOf(status), [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ]);
      await t.api.create(path, deployment("a"));
      const change = await fails(422, "Invalid", t.api.patch(`${path}/a`, "merge", { spec: { selector: other } }));
      assertEquals(fieldsOf(change), ["spec.selector", "spec.template.metadata.labels"]);
    },
  },
  {
    name: "a Deployment without selector, labels and containers is told all that is missing",
    async run(t) {
      const status = await fails(
        422,
        "Invalid",
        t.api.create(t.grouped("apps/v1", "deployments"), { metadata: { name: "a" } }),
      );
      assertEquals(fieldsOf(status), [
        "spec.selector",
        "spec.template.metadata.labels",
        "spec.template.spec.containers",
      ]);
    },
  },
  {
    name: "the scale subresource reads and writes the replicas",
    async run(t) {
      const path = t.grouped("apps/v1", "deployments");
      const created = await t.api.create(path, deployment("a"));
      const scale = await t.api.get(`${path}/a/scale`);
      assertEquals([scale.kind, scale.spec, scale.status], ["Scale", { replicas: 1 }, {
        replicas: 0,
        selector: "app=web",
      }]);
      const scaled = await t.api.patch(`${path}/a/scale`, "merge", { spec: { replicas: 4 } });
      assertEquals(scaled.spec, { replicas: 4 });
      const { spec, metadata } = await t.api.get(`${path}/a`);
      assertEquals([spec.replicas, metadata.generation], [4, 2]);
      assertNotEquals(metadata.resourceVersion, created.metadata.resourceVersion);
    },
  },
  {
    name: "immutable ConfigMaps stay as they are",
    async run(t) {
      await t.api.create(t.core("configmaps"), { metadata: { name: "a" }, data: { key: "1" }, immutable: true });
      const status = await fails(
        422,
        "Invalid",
        t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: "2" } }),
      );
      assertEquals(causesOf(status), ["data: Forbidden: field is immutable when `immutable` is set"]);
    },
  },
  {
    name: "managedFields follow who changes what",
    async run(t) {
      const body = { metadata: { name: "a" }, data: { mine: "1", shared: "1" } };
      await t.api.create(t.core("configmaps"), body, { fieldManager: "one" });
      const change = { data: { shared: "2", theirs: "2" } };
      const { metadata } = await t.api.patch(t.core("configmaps", "a"), "merge", change, { fieldManager: "two" });
      assertEquals(metadata.managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]), [
        ["one", { "f:data": { ".": {}, "f:mine": {} } }],
        ["two", { "f:data": { "f:shared": {}, "f:theirs": {} } }],
      ]);
    },
  },
];
