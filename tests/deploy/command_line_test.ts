/** A promise about the examples as they are: what their command `permissions` prints is what they need, from start to end. */

import { formatPermissionFlags, type PermissionNeeds } from "@staircase/operator/cluster";
import { assertEquals, assertMatch } from "@std/assert";
import { Shop } from "../../examples/order/shop.ts";
import { CHECKOUT, run } from "../packaging/programs.ts";
import { GuardedCluster } from "./guarded_cluster.ts";
import { OperatorProcess, outsideOf, readAudit } from "./operator_process.ts";
import { EXAMPLES } from "./served_examples.ts";

const PROGRAMS: Readonly<Record<string, string>> = {
  simple: "examples/simple.ts",
  order: "examples/order/main.ts",
  multi: "examples/multi/main.ts",
  website: "examples/website/main.ts",
  elevator: "examples/elevator/main.ts",
};

/** A port that is free, for now. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

for (const [name, { scenes }] of Object.entries(EXAMPLES)) {
  Deno.test(`${name} does all that it does with the permissions that it prints, and gives up what is spent`, async () => {
    await using guarded = await GuardedCluster.start();
    const shop = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, new Shop().answer);
    await using _ = { [Symbol.asyncDispose]: () => shop.shutdown() };
    const port = freePort();
    const env = { KUBECONFIG: await guarded.kubeconfig() };
    const own = name === "order" ? ["--shop", `http://127.0.0.1:${shop.addr.port}`] : [];
    const args = ["--port", String(port), "--host", "127.0.0.1", ...own];
    const asking = ["permissions", "--for", "kubeconfig", "--format", "json", ...args];
    const { stdout, stderr } = await run(Deno.execPath(), ["run", "-A", `${CHECKOUT}${PROGRAMS[name]}`, ...asking], {
      env,
    });
    assertEquals(stderr, "");
    const needs: PermissionNeeds = JSON.parse(stdout);

    const audit = `${guarded.folder}/audit`;
    const process = new OperatorProcess({
      flags: formatPermissionFlags(needs),
      args,
      env: { ...env, DENO_AUDIT_PERMISSIONS: audit },
      program: `../../${PROGRAMS[name]}`,
    });
    assertEquals((await process.logged("starting")).operator, name);
    const { kept: left } = await process.logged("gave up the permissions that are not needed any more");
    const kept = needs.net.filter((host) => host !== `127.0.0.1:${port}`);
    assertEquals(left, `net=${kept.join(",")} read=${guarded.folder}/sa/token`);
    await scenes.before(guarded.cluster);
    await guarded.rotate();
    await scenes.after(guarded.cluster);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assertMatch(metrics, /^staircase_runs_total\{.*outcome="Modified"\} [1-9]/m);
    const { code, errors } = await process.end("SIGTERM");
    assertEquals(code, 0, errors);
    assertEquals(outsideOf(needs, await readAudit(audit)), []);
  });
}
