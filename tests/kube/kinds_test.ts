import { assertEquals } from "@std/assert";
import * as kinds from "../../lib/kube/kinds/mod.ts";
import { pluralOf } from "../../lib/kube/definition/resource_names.ts";
import type { Draft, StatusOf } from "../../lib/model/mod.ts";

Deno.test("each token has its own name as its kind, and the plural that Kubernetes has", () => {
  for (const [name, kind] of Object.entries(kinds)) {
    assertEquals([kind.kind, kind.plural], [name, pluralOf(name)]);
  }
});

Deno.test("kinds without a namespace are known as such", () => {
  const cluster = Object.values(kinds).filter(({ scope }) => scope === "Cluster").map(({ kind }) => kind);
  assertEquals(cluster, [
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
  ]);
});

Deno.test("drafts and stored objects are typed", () => {
  const secret: Draft<kinds.Secret> = { metadata: { name: "s" }, stringData: { a: "b" } };
  // @ts-expect-error a secret's texts are texts
  const wrong: Draft<kinds.Secret> = { metadata: { name: "s" }, stringData: { a: 1 } };
  // @ts-expect-error there is no such field
  const typo: Draft<kinds.Secret> = { metadata: { name: "s" }, stringDate: {} };
  const ready = (deployment: kinds.Deployment): number | undefined => deployment.status?.readyReplicas;
  const name = (deployment: kinds.Deployment): string => deployment.metadata.name;
  const status: StatusOf<kinds.Deployment> = { readyReplicas: 1 };
  const names = [secret.metadata.name, wrong.metadata.name, typo.metadata.name, typeof ready, typeof name];
  assertEquals([...names, status.readyReplicas], ["s", "s", "s", "function", "function", 1]);
});
