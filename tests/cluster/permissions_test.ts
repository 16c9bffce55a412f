/** The examples on a real control plane, over TLS, with the permissions that they say they need and no others. */

import { formatPermissionFlags } from "@staircase/operator/cluster";
import { TypedClient } from "@staircase/operator/client";
import { operatorPermissions } from "@staircase/operator/deploy";
import { assert, assertEquals } from "@std/assert";
import { Shop } from "../../examples/order/shop.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { kubeconfig } from "../kube/connect/fake_host.ts";
import { OperatorProcess, outsideOf, readAudit as readPermissions } from "../deploy/operator_process.ts";
import { EXAMPLES } from "../deploy/served_examples.ts";
import { temporaryFolder } from "../packaging/programs.ts";
import { callApi } from "./api.ts";
import { type Cluster, eventually, readAudit } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { ExamplesFixture } from "./examples_fixture.ts";
import { adminOf } from "./simple_fixture.ts";

/** A token of the operator's account, as the kubelet gets it, and how the audit log names it. */
async function requestToken(cluster: Cluster, namespace: string): Promise<{ token: string; id: string }> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/operator/token`;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } };
  const { status: { token } } = await callApi<{ status: { token: string } }>(adminOf(cluster), "POST", path, request);
  const claims = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(token.split(".")[1]!, { alphabet: "base64url" })),
  );
  return { token, id: `JTI=${claims.jti}` };
}

for (const [name, { operator, scenes }] of Object.entries(EXAMPLES)) {
  clusterTest(`example ${name} asks Deno for nothing outside of its permissions on a real cluster`, async (cluster) => {
    await using fixture = await ExamplesFixture.create(cluster, "permissions");
    await using folder = await temporaryFolder();
    const shop = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, new Shop().answer);
    try {
      const url = `http://127.0.0.1:${shop.addr.port}`;
      const file = `${folder.path}/config`;
      await Deno.writeTextFile(`${folder.path}/ca.crt`, cluster.ca);
      await Deno.writeTextFile(`${folder.path}/token`, (await requestToken(cluster, fixture.namespace)).token);
      const parts = [`server: ${cluster.url}`, "certificate-authority: ca.crt"];
      await Deno.writeTextFile(file, kubeconfig({ cluster: parts, user: ["tokenFile: token"] }));
      const options = { for: "kubeconfig", connect: { kubeconfig: file }, port: 0, hostname: "127.0.0.1" } as const;
      const needs = await operatorPermissions(resolveOperator(operator(url)), {
        ...options,
        env: ["KUBECONFIG", "HOME"],
      });
      const audit = `${folder.path}/audit`;
      const process = new OperatorProcess({
        flags: formatPermissionFlags(needs),
        args: [name, "0", url, fixture.namespace],
        env: { KUBECONFIG: file, DENO_AUDIT_PERMISSIONS: audit },
      });
      const { kept } = await process.line((line) => line.kept !== undefined);
      const own = name === "order" ? `,${new URL(url).host}` : "";
      const host = new URL(cluster.url).host;
      assertEquals(kept, `net=${host}${own} read=${folder.path}/ca.crt,${folder.path}/token`);

      const user = new TypedClient(fixture.clients.user, { namespace: fixture.namespace });
      await scenes.before(user);
      const { token, id } = await requestToken(cluster, fixture.namespace);
      await Deno.writeTextFile(`${folder.path}/token`, token);
      await scenes.after(user);
      await eventually(async () => {
        const events = await readAudit(cluster, { username: fixture.username });
        return events.some(({ user }) => JSON.stringify(user).includes(id));
      }, { within: 10_000 });

      const { code, errors } = await process.end("SIGTERM");
      assertEquals(code, 0, errors);
      const asked = await readPermissions(audit);
      assertEquals(outsideOf(needs, asked), []);
      assert(asked.some(({ value }) => value === host));
    } finally {
      await shop.shutdown();
    }
  });
}
