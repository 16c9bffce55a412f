/** Promises about the permissions of an operator's process: computed, and written down in every form. */

import { defineController, defineSteps } from "@staircase/operator";
import { formatPermissionFlags } from "@staircase/operator/cluster";
import { assertOwnPermissions, operatorPermissions, permissionSet } from "@staircase/operator/deploy";
import { OptionsError, PermissionError } from "@staircase/operator/errors";
import { ConfigMap } from "@staircase/operator/kinds";
import { assertEquals, assertRejects } from "@std/assert";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { ignore, temporaryDirectory, writeConfig } from "../kube/connect/fixtures.ts";

const settings = defineController({ name: "settings", resource: ConfigMap, steps: defineSteps(ConfigMap) });
const bare = resolveOperator({ controllers: [settings] });
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

Deno.test("in a pod an operator needs its service account and the API server, and nothing else", async () => {
  assertEquals(await operatorPermissions(bare, { for: "pod" }), {
    net: ["kubernetes.default.svc:443"],
    read: [SERVICE_ACCOUNT],
    env: [],
    run: [],
  });
});

Deno.test("metrics, variables of the program and the needs of its own code are added, each once", async () => {
  const operator = resolveOperator({
    controllers: [settings],
    needs: { net: ["shop.example:443"], read: [SERVICE_ACCOUNT, "/etc/shop"], env: ["SHOP"], write: ["/tmp/shop"] },
  });
  assertEquals(await operatorPermissions(operator, { for: "pod", port: 8080, env: ["SHOP", "PORT"] }), {
    net: ["kubernetes.default.svc:443", "[::]:8080", "0.0.0.0:8080", "shop.example:443"],
    read: [SERVICE_ACCOUNT, "/etc/shop"],
    env: ["SHOP", "PORT"],
    run: [],
    write: ["/tmp/shop"],
  });
  const { net } = await operatorPermissions(operator, { for: "pod", port: 8080, hostname: "::1" });
  assertEquals(net, ["kubernetes.default.svc:443", "[::1]:8080", "shop.example:443"]);
});

Deno.test("with a kubeconfig an operator needs what connecting needs, by absolute paths", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const user = ["tokenFile: token", "exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin }"];
  const kubeconfig = await writeConfig(directory, "https://a.example", { user });
  const wanted = {
    net: ["a.example:443"],
    read: [kubeconfig, `${directory.path}/token`],
    env: [],
    run: [`${directory.path}/plugin`],
  };
  assertEquals(await operatorPermissions(bare, { for: "kubeconfig", connect: { kubeconfig } }), wanted);
  const relative = pathFrom(Deno.cwd(), kubeconfig);
  assertEquals(await operatorPermissions(bare, { for: "kubeconfig", connect: { kubeconfig: relative } }), wanted);
});

/** A path that begins at a directory. */
function pathFrom(directory: string, path: string): string {
  return `${"../".repeat(directory.split("/").length - 1)}${path.slice(1)}`;
}

Deno.test("a place that there is not, and options that do not fit it, are refused", async () => {
  const wrong = { for: "cloud" } as unknown as { for: "pod" };
  await assertRejects(() => operatorPermissions(bare, wrong), OptionsError, "for must be pod or kubeconfig");
  const both = { for: "pod", connect: { context: "dev" } } as const;
  await assertRejects(() => operatorPermissions(bare, both), OptionsError, "a pod has its service account");
  await assertRejects(() => operatorPermissions(bare, { for: "pod", port: 70_000 }), OptionsError, "http.port");
  const home = { for: "pod", port: 80, hostname: "a b" } as const;
  await assertRejects(() => operatorPermissions(bare, home), OptionsError, "http.hostname");
});

Deno.test("a set for deno.json has the kinds that are needed, with values as they are", () => {
  const needs = { net: ["[::]:8080"], read: ["/a,b"], env: [], run: [], sys: ["hostname"] };
  assertEquals(permissionSet(needs), { net: ["[::]:8080"], read: ["/a,b"], sys: ["hostname"] });
  assertEquals(formatPermissionFlags(needs), ["--allow-net=[::]:8080", "--allow-read=/a,,b", "--allow-sys=hostname"]);
});

Deno.test("a permission that the operator's own code lacks is told at the start, of every kind", {
  permissions: "none",
}, async () => {
  const needs = {
    net: ["shop.example:443"],
    read: ["/etc/shop"],
    env: ["SHOP"],
    run: ["shop"],
    write: ["/tmp/shop"],
    sys: ["hostname"],
    ffi: ["/shop.so"],
    import: ["shop.example:443"],
  };
  const error = await assertRejects(
    () => assertOwnPermissions({ needs }, "shop"),
    PermissionError,
    "Cannot run operator shop",
  );
  assertEquals(error.flags, formatPermissionFlags(needs));
  await assertOwnPermissions(bare, "bare");
});

Deno.test("needs that are no permissions are refused by name", { permissions: "none" }, async () => {
  const wrong = [{ net: ["http://a b"] }, { sys: ["weather"] }, { net: ["a:99999999"] }];
  for (const each of wrong) {
    const needs = { net: [], read: [], env: [], run: [], ...each };
    await assertRejects(() => assertOwnPermissions({ needs }, "shop"), OptionsError, "its needs are not permissions");
  }
});
