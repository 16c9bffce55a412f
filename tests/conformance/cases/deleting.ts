/** Deleting: finalizers, preconditions, propagation, many at once. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fails, until } from "../api.ts";
import type { Case, Target } from "../target.ts";

function owned(name: string, owner: { metadata: { name: string; uid: string } }, rest: Record<string, unknown> = {}) {
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    ...rest,
  };
  return { metadata: { name, ownerReferences: [reference] } };
}

function make(t: Target, name: string, metadata: Record<string, unknown> = {}) {
  return t.api.create(t.core("configmaps"), { metadata: { name, ...metadata } });
}

export const DELETING: readonly Case[] = [
  {
    name: "delete answers Success with the uid, and the object is gone",
    async run(t) {
      const { metadata: { uid } } = await make(t, "a");
      const answer = await t.api.delete(t.core("configmaps", "a"));
      assertEquals([answer.kind, answer.status, answer.details], ["Status", "Success", {
        name: "a",
        kind: "configmaps",
        uid,
      }]);
      assert(await t.api.isGone(t.core("configmaps", "a")));
      await fails(404, "NotFound", t.api.delete(t.core("configmaps", "a")));
    },
  },
  {
    name: "some kinds answer a delete with the object",
    async run(t) {
      await t.api.create(t.core("services"), { metadata: { name: "a" }, spec: { ports: [{ port: 80 }] } });
      assertEquals((await t.api.delete(t.core("services", "a"))).kind, "Service");
      assert(await t.api.isGone(t.core("services", "a")));
    },
  },
  {
    name: "an object with finalizers is marked, and stays",
    async run(t) {
      const created = await make(t, "a", { finalizers: ["example.dev/a"] });
      const marked = await t.api.delete(t.core("configmaps", "a"));
      assertMatch(marked.metadata.deletionTimestamp ?? "", /Z$/);
      assertEquals([marked.metadata.deletionGracePeriodSeconds, marked.metadata.generation], [0, undefined]);
      assert(Number(marked.metadata.resourceVersion) > Number(created.metadata.resourceVersion));
      assertEquals(await t.api.delete(t.core("configmaps", "a")), marked);
      await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "marking counts up the generation, where there is one",
    async run(t) {
      await t.api.create(t.widget(), { ...t.newWidget("a"), metadata: { name: "a", finalizers: ["example.dev/a"] } });
      assertEquals((await t.api.delete(t.widget("a"))).metadata.generation, 2);
      await t.api.patch(t.widget("a"), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "an object that is being deleted is gone with its last finalizer",
    async run(t) {
      await make(t, "a", { finalizers: ["example.dev/a", "example.dev/b"] });
      const marked = await t.api.delete(t.core("configmaps", "a"));
      const one = await t.api.patch(t.core("configmaps", "a"), "json", [{
        op: "remove",
        path: "/metadata/finalizers/0",
      }]);
      assertEquals(one.metadata.finalizers, ["example.dev/b"]);
      const last = await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { finalizers: [] } });
      assertEquals([last.metadata.finalizers, last.metadata.uid], [undefined, marked.metadata.uid]);
      assert(await t.api.isGone(t.core("configmaps", "a")));
    },
  },
  {
    name: "no finalizer can be added while an object is being deleted",
    async run(t) {
      await make(t, "a", { finalizers: ["example.dev/a"] });
      await t.api.delete(t.core("configmaps", "a"));
      const change = { metadata: { finalizers: ["example.dev/a", "example.dev/b"] } };
      const status = await fails(422, "Invalid", t.api.patch(t.core("configmaps", "a"), "merge", change));
      assertEquals(
        status.details?.causes?.[0]?.message,
        'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.dev/b"}',
      );
      await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "an object that is being deleted can still be changed, and its name not be taken",
    async run(t) {
      await make(t, "a", { finalizers: ["example.dev/a"] });
      await t.api.delete(t.core("configmaps", "a"));
      assertEquals((await t.api.patch(t.core("configmaps", "a"), "merge", { data: { key: "1" } })).data, { key: "1" });
      const status = await fails(409, "AlreadyExists", make(t, "a"));
      assertEquals(status.message, 'object is being deleted: configmaps "a" already exists');
      await t.api.patch(t.core("configmaps", "a"), "merge", { metadata: { finalizers: null } });
    },
  },
  {
    name: "delete insists on uid and version, when asked to",
    async run(t) {
      const { metadata } = await make(t, "a");
      const uid = await fails(
        409,
        "Conflict",
        t.api.delete(t.core("configmaps", "a"), { preconditions: { uid: "other" } }),
      );
      assertEquals(
        uid.message,
        `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record ` +
          `(${metadata.uid}). The object might have been deleted and then recreated`,
      );
      const version = t.api.delete(t.core("configmaps", "a"), { preconditions: { resourceVersion: "1" } });
      assertMatch(
        (await fails(409, "Conflict", version)).message,
        /the ResourceVersion in the precondition \(1\) does not match/,
      );
      const { uid: mine, resourceVersion } = metadata;
      await t.api.delete(t.core("configmaps", "a"), { preconditions: { uid: mine, resourceVersion } });
      assert(await t.api.isGone(t.core("configmaps", "a")));
    },
  },
  {
    name: "a dry run of a delete deletes nothing",
    async run(t) {
      const created = await make(t, "a");
      await t.api.delete(t.core("configmaps", "a"), undefined, { dryRun: "All" });
      assertEquals(await t.api.get(t.core("configmaps", "a")), created);
    },
  },
  {
    name: "only known propagation policies are taken",
    async run(t) {
      await make(t, "a");
      const status = await fails(
        422,
        "Invalid",
        t.api.delete(t.core("configmaps", "a"), { propagationPolicy: "Bogus" }),
      );
      assertMatch(
        status.message,
        /^DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Bogus"/,
      );
    },
  },
  {
    name: "a deletion of many is chosen by labels, and answers with what it found",
    async run(t) {
      for (const [name, app] of [["a", "x"], ["b", "y"], ["c", "x"]] as const) await make(t, name, { labels: { app } });
      const answer = await t.api.delete(t.core("configmaps"), undefined, { labelSelector: "app=x" });
      assertEquals([answer.kind, answer.items.map((item: { metadata: { name: string } }) => item.metadata.name)], [
        "ConfigMapList",
        ["a", "c"],
      ]);
      const left = await t.api.get(t.core("configmaps"), { labelSelector: "app" });
      assertEquals(left.items.map((item: { metadata: { name: string } }) => item.metadata.name), ["b"]);
    },
  },
  {
    name: "a finished Pod that no node has is gone at once",
    async run(t) {
      await t.api.create(t.core("pods"), {
        metadata: { name: "a" },
        spec: { schedulerName: "nobody", containers: [{ name: "c", image: "i" }] },
      });
      assertEquals((await t.api.delete(t.core("pods", "a"))).kind, "Pod");
      assert(await t.api.isGone(t.core("pods", "a")));
    },
  },
  {
    name: "dependents are deleted in the background when their owner is gone",
    needs: "controllers",
    async run(t) {
      const owner = await make(t, "owner");
      const dependent = await t.api.create(t.core("configmaps"), owned("dependent", owner));
      await t.api.create(t.core("configmaps"), owned("grandchild", dependent));
      await t.api.delete(t.core("configmaps", "owner"));
      await until(() => t.api.isGone(t.core("configmaps", "grandchild")), "the grandchild is gone");
      assert(await t.api.isGone(t.core("configmaps", "dependent")));
    },
  },
  {
    name: "a dependent whose owner never was is deleted",
    needs: "controllers",
    async run(t) {
      await t.api.create(
        t.core("configmaps"),
        owned("dependent", { metadata: { name: "none", uid: crypto.randomUUID() } }),
      );
      await until(() => t.api.isGone(t.core("configmaps", "dependent")), "the dependent is gone");
    },
  },
  {
    name: "a dependent with another owner left stays, without the reference",
    needs: "controllers",
    async run(t) {
      const [one, two] = [await make(t, "one"), await make(t, "two")];
      const references = [owned("d", one), owned("d", two)].flatMap(({ metadata }) => metadata.ownerReferences);
      await make(t, "dependent", { ownerReferences: references });
      await t.api.delete(t.core("configmaps", "one"));
      await until(async () => {
        const { metadata } = await t.api.get(t.core("configmaps", "dependent"));
        return metadata.ownerReferences?.length === 1 && metadata.ownerReferences[0]?.name === "two";
      }, "the reference is gone");
    },
  },
  {
    name: "in the foreground, the owner waits for the dependents that block it",
    needs: "controllers",
    async run(t) {
      const owner = await make(t, "owner");
      const blocking = owned("blocking", owner, { blockOwnerDeletion: true });
      await t.api.create(t.core("configmaps"), { metadata: { ...blocking.metadata, finalizers: ["example.dev/a"] } });
      const marked = await t.api.delete(t.core("configmaps", "owner"), { propagationPolicy: "Foreground" });
      assertEquals(marked.metadata.finalizers, ["foregroundDeletion"]);
      await until(async () => {
        return (await t.api.get(t.core("configmaps", "blocking"))).metadata.deletionTimestamp !== undefined;
      }, "the dependent is being deleted");
      assert(!await t.api.isGone(t.core("configmaps", "owner")));
      await t.api.patch(t.core("configmaps", "blocking"), "merge", { metadata: { finalizers: null } });
      await until(() => t.api.isGone(t.core("configmaps", "owner")), "the owner is gone");
    },
  },
  {
    name: "an orphan lives on, without the reference",
    needs: "controllers",
    async run(t) {
      const owner = await make(t, "owner");
      await t.api.create(t.core("configmaps"), owned("dependent", owner));
      await t.api.delete(t.core("configmaps", "owner"), { propagationPolicy: "Orphan" });
      await until(() => t.api.isGone(t.core("configmaps", "owner")), "the owner is gone");
      assertEquals((await t.api.get(t.core("configmaps", "dependent"))).metadata.ownerReferences, undefined);
    },
  },
  {
    name: "a Job leaves its dependents alone unless told otherwise",
    async run(t) {
      const spec = { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] } } };
      await t.api.create(t.grouped("batch/v1", "jobs"), { metadata: { name: "a" }, spec });
      const answer = await t.api.delete(t.grouped("batch/v1", "jobs", "a"));
      assertEquals(answer.metadata.finalizers?.includes("orphan"), true);
    },
  },
];
