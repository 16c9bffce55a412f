/** Promises about permissions: nothing prompts, and what is missing is named by its flag. */

import { assert, assertEquals, assertFalse, assertRejects, assertStringIncludes } from "@std/assert";
import type { ClusterClient } from "../../../lib/kube/request/client.ts";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectError, PermissionError } from "../../../lib/kube/connect/found/errors.ts";
import {
  assertClientPermission,
  assertNetPermission,
  connectionPermissions,
  isConnectable,
} from "../../../lib/kube/connect/permissions.ts";
import { ignore, temporaryDirectory, writeConfig } from "./fixtures.ts";

Deno.test(
  "without any permission nothing is connectable, and the error names the flags",
  { permissions: "none" },
  async () => {
    assertFalse(await isConnectable());
    const error = await assertRejects(() => connect(), ConnectError);
    for (
      const flag of ["--allow-env=KUBECONFIG,HOME", "--allow-read=/var/run/secrets/", "--allow-net=127.0.0.1:8001"]
    ) {
      assertStringIncludes(error.message, flag);
    }
  },
);

Deno.test("without permission a kubeconfig that is named is not connectable", { permissions: "none" }, async () => {
  assertFalse(await isConnectable({ kubeconfig: "/k" }));
  await assertRejects(() => connect({ kubeconfig: "/k" }), PermissionError, "run with --allow-read=/k");
});

Deno.test("a watch of a host that may not be reached names the flag", { permissions: "none" }, async () => {
  const error = await assertRejects(() => assertNetPermission("https://1.2.3.4:6443"), PermissionError);
  assertEquals(
    error.message,
    "Cannot watch https://1.2.3.4:6443 as net permission is missing: run with --allow-net=1.2.3.4:6443",
  );
});

Deno.test(
  "a watch of a host that may be reached is let through",
  { ignore, permissions: { net: ["a.example"] } },
  async () => {
    await assertNetPermission("https://a.example");
    await assertRejects(() => assertNetPermission("https://b.example"), PermissionError);
  },
);

Deno.test(
  "a watch through a proxy takes the permission for the proxy alone",
  { ignore, permissions: { net: ["p.example:3128"] } },
  async () => {
    const performRequest = () => Promise.reject(new Error("not asked"));
    const needs = { net: ["p.example:3128"], read: [], env: [], run: [] };
    await assertClientPermission({ server: "https://a.example", performRequest, needs } as ClusterClient);
    await assertClientPermission({ performRequest } as ClusterClient);
    const straight = { server: "https://a.example", performRequest } as ClusterClient;
    await assertRejects(() => assertClientPermission(straight), PermissionError, "--allow-net=a.example:443");
  },
);

Deno.test("a cluster that may not be reached is not connectable, though its kubeconfig may be read", {
  ignore,
  permissions: { read: true, write: true, net: ["a.example:443"] },
}, async () => {
  await using directory = await temporaryDirectory();
  const allowed = { kubeconfig: await writeConfig(directory, "https://a.example") };
  assert(await isConnectable(allowed));
  const denied = { kubeconfig: await writeConfig(directory, "https://b.example") };
  assertFalse(await isConnectable(denied));
  const error = await assertRejects(() => connect(denied), PermissionError);
  assertEquals(
    error.message,
    `Cannot connect to https://b.example (kubeconfig ${denied.kubeconfig}, context dev) as net permission is missing: ` +
      "run with --allow-net=b.example:443",
  );
});

Deno.test("a malformed kubeconfig is no reason to say that there is no cluster", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const file = await directory.write("config", "kind: Pod");
  await assertRejects(() => isConnectable({ kubeconfig: file }), ConnectError, "kind is not");
});

Deno.test("permissions are told even when they are not there", {
  ignore,
  permissions: { read: true, write: true },
}, async () => {
  await using directory = await temporaryDirectory();
  const file = await writeConfig(directory, "https://a.example", { user: ["tokenFile: token"] });
  assertEquals(await connectionPermissions({ kubeconfig: file }), {
    net: ["a.example:443"],
    read: [file, `${directory.path}/token`],
    env: [],
    run: [],
  });
});

Deno.test("an exec plugin that may not be run names the flag", {
  ignore,
  permissions: { read: true, write: true, net: true },
}, async () => {
  await using directory = await temporaryDirectory();
  const user = ["exec: { apiVersion: client.authentication.k8s.io/v1, command: aws }"];
  const file = await writeConfig(directory, "https://a.example", { user });
  await assertRejects(() => connect({ kubeconfig: file }), PermissionError, "run with --allow-run=aws");
});
