/** On a real API server: a kind in `owns` of which the cluster is full; and lists that leave managedFields out where they can. */

import { assert, assertEquals } from "@std/assert";
import { connect, create, defineResource, defineSteps, installCrd, serveController } from "../../mod.ts";
import { jsonSchema } from "../../lib/doors/crd.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { callApi } from "./api.ts";
import { readAudit } from "./audit.ts";
import { eventually } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { adminOf } from "./simple_fixture.ts";

/** Six are more than is held whole. */
const LARGE = "x".repeat(400_000);

clusterTest(
  "of what is nobody's in a kind that is owned, what steps ask for is read once, whole; dependents are never asked for",
  async (cluster) => {
    const group = `t${crypto.randomUUID().slice(0, 8)}.example.dev`;
    const spec = jsonSchema<{ source: string }>({ type: "object", properties: { source: { type: "string" } } });
    const Copy = defineResource({ group, version: "v1", kind: "Copy", scope: "Namespaced", spec });
    using client = await connect({ kubeconfig: cluster.kubeconfig });
    await installCrd(client, Copy);
    const admin = adminOf(cluster);
    const namespace = `foreign-${crypto.randomUUID().slice(0, 8)}`;
    await callApi(admin, "POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const maps = `/api/v1/namespaces/${namespace}/configmaps`;
    for (let i = 0; i < 12; i++) {
      await callApi(admin, "POST", maps, { metadata: { name: `source-${i}` }, data: { text: LARGE } });
    }
    const steps = defineSteps(Copy)
      .observe("read the source", async ({ kube, object }) => await kube.get(ConfigMap, object.spec.source))
      .change("make the copy", async ({ kube, object: { metadata: { name } } }, source) => {
        if (await kube.get(ConfigMap, name)) return undefined;
        return create(ConfigMap, { metadata: { name }, data: { length: `${source?.data?.["text"]?.length}` } });
      });
    let unchanged = 0;
    const controller = await serveController({
      ...{ resource: Copy, steps, owns: [ConfigMap], namespace, client, handleSignals: false },
      onRun: ({ result }) => void (result.outcome === "NoOp" && unchanged++),
    });
    await controller.ready;
    const copies = `/apis/${group}/v1/namespaces/${namespace}/copies`;
    for (const name of ["a", "b"]) {
      const body = { apiVersion: `${group}/v1`, kind: "Copy", metadata: { name }, spec: { source: "source-9" } };
      await callApi(admin, "POST", copies, body);
      await eventually(async () => {
        const made = await callApi<{ data: Record<string, string> }>(admin, "GET", `${maps}/${name}`);
        assertEquals(made.data, { length: "400000" });
        return true;
      }, { within: 30_000 });
    }
    await eventually(() => unchanged >= 2, { within: 30_000 });
    await controller.shutdown();
    const own = (await readAudit(cluster)).filter(({ objectRef, userAgent }) =>
      objectRef?.resource === "configmaps" && objectRef.namespace === namespace && userAgent?.startsWith("Deno/")
    );
    const gets = own.filter(({ verb }) => verb === "get").map(({ requestURI }) => requestURI?.split("/").at(-1) ?? "");
    assert(own.some(({ verb }) => verb === "watch"), "the audit log tells of the operator");
    // The test itself looks at the copies.
    assertEquals(gets.filter((name) => name.startsWith("source-")), ["source-9"]);
    await callApi(admin, "DELETE", `/api/v1/namespaces/${namespace}`);
  },
);

clusterTest("an API server that does not know how to leave managedFields out gives whole objects", async (cluster) => {
  using client = await connect({ kubeconfig: cluster.kubeconfig });
  for (const accept of ["application/json;drop=metadata.managedFields, application/json", "application/json"]) {
    const list = await client.performRequest({
      ...{ method: "GET", path: "/api/v1/namespaces/default/configmaps", accept, expectJson: true },
    }) as { kind: string; items: { metadata: { name: string } }[] };
    assertEquals(list.kind, "ConfigMapList");
  }
});
