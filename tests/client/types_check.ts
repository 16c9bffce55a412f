/** The promises that the types of the client make. Nothing here is run: `deno check` fails when a misuse is no longer an error. */

import { type CustomObject, defineResource, type ObjectOf } from "../../mod.ts";
import type { TypedClient } from "../../lib/client/mod.ts";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { z } from "zod";

const Shop = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Shop",
  scope: "Namespaced",
  spec: z.object({ motto: z.string(), open: z.boolean().default(true), tags: z.array(z.string()).default([]) }),
  status: z.object({ sign: z.string() }),
});
type Shop = ObjectOf<typeof Shop>;

export async function check(cluster: TypedClient): Promise<void> {
  const metadata = { name: "corner" };
  // What has a default may be left out where an object is written, and is there where it is read.
  const made: Shop = await cluster.create(Shop, { metadata, spec: { motto: "always" } });
  const isOpen: boolean = made.spec.open;
  await cluster.apply(Shop, { metadata, spec: { motto: "always", open: isOpen } }, { force: true });
  await cluster.patch(Shop, "corner", {
    merge: { spec: { open: null, tags: ["a"] }, metadata: { labels: { a: "b", c: null } } },
  });
  await cluster.patchStatus(Shop, made, { sign: "open" });
  await cluster.patchStatus(Deployment, "web", { readyReplicas: 1 });
  const found: Shop = await cluster.waitFor(Shop, "corner", ({ status }) => status?.sign === "open");
  await cluster.replace(Shop, found, { subresource: "status" });
  await cluster.delete(Shop, found, { propagation: "Foreground" });
  const maps: ConfigMap[] = await cluster.list(ConfigMap, { labels: { app: "web" } });
  const color: string | undefined = maps[0]?.data?.["color"];
  await cluster.create(ConfigMap, { metadata, data: { color: color ?? "none" } });

  // @ts-expect-error: a field that the kind does not have.
  await cluster.create(Shop, { metadata, spec: { motto: "always", colour: "red" } });
  // @ts-expect-error: a field that the kind wants, and that has no default.
  await cluster.create(Shop, { metadata, spec: {} });
  // @ts-expect-error: a field of another type.
  await cluster.create(Shop, { metadata, spec: { motto: 7 } });
  // @ts-expect-error: a status is written by itself.
  await cluster.create(Shop, { metadata, spec: { motto: "always" }, status: { sign: "open" } });
  // @ts-expect-error: the same for apply.
  await cluster.apply(Shop, { metadata, spec: { motto: "always", colour: "red" } });
  // @ts-expect-error: a patch of a field that there is not.
  await cluster.patch(Shop, "corner", { merge: { spec: { colour: "red" } } });
  // @ts-expect-error: a status with a field that there is not.
  await cluster.patchStatus(Shop, "corner", { phase: "open" });
  // @ts-expect-error: a built-in kind has no such field.
  await cluster.create(ConfigMap, { metadata, datas: {} });
  // @ts-expect-error: what is read may be missing.
  const missing: Shop = await cluster.get(Shop, "corner");
  // @ts-expect-error: a condition on a field that there is not.
  await cluster.waitFor(Shop, "corner", ({ spec }) => spec.colour === "red");
  // @ts-expect-error: an object of another kind.
  await cluster.delete(Deployment, found);
  // @ts-expect-error: and no condition that says nothing.
  await cluster.waitFor(Shop, "corner", () => {});
  void missing;
}

/** A client may be asked for a kind that its caller does not know. */
export async function generic<Spec, Status>(
  cluster: TypedClient,
  kind: ReturnType<typeof defineResource<Spec, Status>>,
  spec: Spec,
): Promise<CustomObject<Spec, Status>> {
  return await cluster.create(kind, { metadata: { name: "a" }, spec });
}
