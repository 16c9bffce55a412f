/** The typed client does the same on every cluster. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError, type CustomObject, isAlreadyExists, isConflict, isNotFound, kindOf } from "../../../mod.ts";
import { TypedClient, WaitError } from "../../../lib/client/mod.ts";
import { ConfigMap, Deployment, Namespace, Secret } from "../../../lib/kube/kinds/mod.ts";
import type { Case, Target } from "../target.ts";

interface Spec {
  image: string;
  replicas?: number;
  any?: Record<string, unknown>;
}
interface Status {
  observed?: number;
  phase?: string;
}

/** The client in the case's namespace, and the kind of its own. */
function typed({ client, namespace, widgets: { group, kind, plural } }: Target) {
  const Widget = kindOf<CustomObject<Spec, Status>>({ group, version: "v1", kind, plural });
  return { cluster: new TypedClient(client, { namespace }), Widget };
}

/** Does something a little later, while something else waits for it. */
function soon(act: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 50)).then(act);
}

export const TYPED_CLIENT: readonly Case[] = [
  {
    name: "creates, reads, patches and deletes objects of built-in kinds and of kinds of one's own",
    async run(target) {
      const { cluster, Widget } = typed(target);
      const made = await cluster.create(Widget, { metadata: { name: "a" }, spec: { image: "abc" } });
      assertEquals([made.kind, made.metadata.namespace, made.spec.replicas], [Widget.kind, target.namespace, 1]);
      const twice = await assertRejects(
        () => cluster.create(Widget, { metadata: { name: "a" }, spec: { image: "abc" } }),
        ApiError,
      );
      assert(isAlreadyExists(twice));
      await cluster.patch(Widget, "a", { merge: { spec: { replicas: 3 } } });
      await cluster.patch(Widget, made, { json: [{ op: "replace", path: "/spec/image", value: "xyz" }] });
      assertEquals((await cluster.patchStatus(Widget, "a", { phase: "Ready" })).status, { phase: "Ready" });
      const found = (await cluster.get(Widget, "a"))!;
      assertEquals([found.spec.replicas, found.spec.image, found.status], [3, "xyz", { phase: "Ready" }]);
      await cluster.replace(Widget, { ...found, spec: { image: "abc" } });
      const old = await assertRejects(() => cluster.replace(Widget, found), ApiError);
      assert(isConflict(old));
      await cluster.delete(Widget, "a");
      assertEquals(await cluster.get(Widget, "a"), undefined);
      const gone = await assertRejects(() => cluster.delete(Widget, "a"), ApiError);
      assert(isNotFound(gone));
      const labels = { app: "web" };
      const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } };
      await cluster.create(Deployment, {
        metadata: { name: "web" },
        spec: { selector: { matchLabels: labels }, template },
      });
      const strategic = { spec: { template: { metadata: { labels: { more: "b" } } } } };
      const patched = await cluster.patch(Deployment, "web", { strategic });
      assertEquals(patched.spec?.template.metadata?.labels?.["more"], "b");
    },
  },
  {
    name: "lists one namespace or all, by labels and fields, also of cluster-scoped kinds",
    async run(target) {
      const { cluster } = typed(target);
      const { namespace } = target;
      for (const name of ["a", "b", "c"]) {
        await cluster.create(ConfigMap, { metadata: { name, labels: { name, case: namespace } } });
      }
      const names = async (options: Parameters<TypedClient["list"]>[1]) =>
        (await cluster.list(ConfigMap, options)).map(({ metadata }) => metadata.name).sort();
      assertEquals(await names({ labels: "name in (a,b)" }), ["a", "b"]);
      assertEquals(await names({ fields: "metadata.name=c" }), ["c"]);
      assertEquals(await names({ namespace: "*", labels: { case: namespace } }), ["a", "b", "c"]);
      assertEquals((await cluster.list(Namespace, { fields: `metadata.name=${namespace}` })).length, 1);
    },
  },
  {
    name: "applies fields for a manager, and takes others' over by force only",
    async run(target) {
      const { cluster } = typed(target);
      const config = (color: string) => ({ metadata: { name: "a" }, data: { color } });
      await cluster.apply(ConfigMap, config("blue"), { fieldManager: "ann" });
      const refused = await assertRejects(
        () => cluster.apply(ConfigMap, config("red"), { fieldManager: "ben" }),
        ApiError,
      );
      assert(isConflict(refused), refused.message);
      const taken = await cluster.apply(ConfigMap, config("red"), { fieldManager: "ben", force: true });
      assertEquals(taken.data, { color: "red" });
    },
  },
  {
    name: "does nothing to another object of the name of one that was read",
    async run(target) {
      const { cluster, Widget } = typed(target);
      const make = () => cluster.create(Widget, { metadata: { name: "a" }, spec: { image: "abc" } });
      const old = await make();
      await cluster.delete(Widget, old);
      await make();
      for (
        const ask of [
          () => cluster.patch(Widget, old, { merge: { spec: { replicas: 5 } } }),
          () => cluster.patchStatus(Widget, old, { phase: "old" }),
          () => cluster.delete(Widget, old),
        ]
      ) await assertRejects(ask, ApiError);
      const { spec, status } = (await cluster.get(Widget, "a"))!;
      assertEquals([spec.replicas, status], [1, undefined]);
      await cluster.waitUntilGone(Widget, old, { timeout: "30s" });
    },
  },
  {
    name: "waits for an object that comes and changes, and until it is gone",
    async run(target) {
      const { cluster, Widget } = typed(target);
      const waiting = cluster.waitFor(Widget, "a", ({ status }) => status?.phase === "Ready", { timeout: "30s" });
      await soon(() =>
        cluster.create(Widget, { metadata: { name: "a", finalizers: ["example.dev/f"] }, spec: { image: "abc" } })
      );
      await soon(() => cluster.patchStatus(Widget, "a", { phase: "Ready" }));
      const found = await waiting;
      await cluster.delete(Widget, found);
      const gone = cluster.waitUntilGone(Widget, found, { timeout: "30s" });
      await soon(() => cluster.patch(Widget, found, { merge: { metadata: { finalizers: null } } }));
      await gone;
    },
  },
  {
    name: "says what there is instead of what was waited for, and nothing of a Secret's data",
    async run(target) {
      const { cluster } = typed(target);
      const data = { password: btoa("hunter2") };
      await cluster.create(Secret, { metadata: { name: "a" }, data });
      const wait = () => cluster.waitFor(Secret, "a", ({ type }) => type === "other", { timeout: "300ms" });
      const error = await assertRejects(wait, WaitError);
      assertStringIncludes(error.message, `"type":"Opaque"`);
      assertEquals(error.message.includes(data.password), false);
    },
  },
];
