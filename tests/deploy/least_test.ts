/** Promises about whole operators: each example does all that it does with the permissions that it says, and asks for no other. */

import { formatPermissionFlags, type PermissionNeeds } from "@staircase/operator/cluster";
import { operatorPermissions } from "@staircase/operator/deploy";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Shop } from "../../examples/order/shop.ts";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { denos } from "../kube/connect/fixtures.ts";
import { CHECKOUT, compilerAtHand, run } from "../packaging/programs.ts";
import { GuardedCluster } from "./guarded_cluster.ts";
import { OperatorProcess, outsideOf, readAudit } from "./operator_process.ts";
import { EXAMPLES } from "./served_examples.ts";

/** A port that is free, for now. */
function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

/** A shop that is open until it is disposed of. */
function openShop() {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, new Shop().answer);
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** What an example needs with a kubeconfig that the environment names, as `operatorPermissions` computes it in this process. */
async function needsOf(
  name: string,
  options: { kubeconfig: string; port: number; shop: string },
): Promise<PermissionNeeds> {
  const operator = resolveOperator(EXAMPLES[name]!.operator(options.shop));
  const before = Deno.env.get("KUBECONFIG");
  Deno.env.set("KUBECONFIG", options.kubeconfig);
  try {
    return await operatorPermissions(operator, { for: "kubeconfig", port: options.port, hostname: "127.0.0.1" });
  } finally {
    if (before === undefined) Deno.env.delete("KUBECONFIG");
    else Deno.env.set("KUBECONFIG", before);
  }
}

for (const [version, deno] of denos) {
  for (const [name, { scenes }] of Object.entries(EXAMPLES)) {
    Deno.test({
      name:
        `${name} asks for nothing outside of its permissions, from start to end and with a new token; on ${version}`,
      ignore: deno === undefined,
      fn: async () => {
        await using guarded = await GuardedCluster.start();
        await using shop = openShop();
        const port = freePort();
        // A list, of which one is missing, as kubectl takes it.
        const kubeconfig = `${guarded.folder}/missing:${await guarded.kubeconfig()}`;
        const needs = await needsOf(name, { kubeconfig, port, shop: shop.url });
        const audit = `${guarded.folder}/audit`;
        const process = new OperatorProcess({
          deno: deno!,
          flags: formatPermissionFlags(needs),
          args: [name, String(port), shop.url],
          env: { KUBECONFIG: kubeconfig, DENO_AUDIT_PERMISSIONS: audit },
        });
        const { kept } = await process.line((line) => line.kept !== undefined);
        const own = name === "order" ? `,${new URL(shop.url).host}` : "";
        assertEquals(kept, `net=${guarded.host}${own} read=${guarded.folder}/sa/token`);

        await scenes.before(guarded.cluster);
        await guarded.rotate();
        await scenes.after(guarded.cluster);
        assert(guarded.seen.get("token-2")! > 0);
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        assertMatch(metrics, /^staircase_runs_total\{.*outcome="Modified"\} [1-9]/m);
        assertEquals(
          (await fetch(`http://127.0.0.1:${port}/readyz`).then(async (it) => [it.status, await it.text()]))[0],
          200,
        );

        const { code, errors } = await process.end("SIGTERM");
        assertEquals(code, 0, errors);
        assertEquals(process.lines.filter(({ outcome }) => outcome === "Failed"), [], errors);
        const asked = await readAudit(audit);
        assertEquals(outsideOf(needs, asked), []);
        // The log is of this process: it has asked for the API server.
        assert(asked.some(({ permission, value }) => permission === "net" && value === guarded.host));
      },
    });
  }
}

Deno.test("each permission that is left out is named at the start", async () => {
  await using guarded = await GuardedCluster.start();
  await using shop = openShop();
  const port = freePort();
  const kubeconfig = await guarded.kubeconfig();
  const needs = await needsOf("order", { kubeconfig, port, shop: shop.url });
  const all = (["net", "read", "env"] as const).flatMap((kind) => needs[kind].map((value) => ({ kind, value })));
  assertEquals(all.length, 7);
  for (const { kind, value } of all) {
    const less = { ...needs, [kind]: needs[kind].filter((each) => each !== value) };
    const process = new OperatorProcess({
      flags: formatPermissionFlags(less),
      args: ["order", String(port), shop.url],
      env: { KUBECONFIG: kubeconfig },
    });
    const { code, errors } = await process.end();
    assertEquals(code, 1, `without ${value}: ${errors}`);
    assertStringIncludes(errors, "permission", `without ${value}`);
    assertMatch(errors, new RegExp(`--allow-${kind}=\\S*${RegExp.escape(value)}`), `without ${value}`);
    assertEquals(process.lines, []);
  }
});

const compiler = compilerAtHand();

Deno.test({
  name: "an executable revokes what is baked in and spent, and works on with a new token",
  // Compiling takes Deno's runtime part: DENORT_BIN and DENO_2_6 name one and its Deno.
  ignore: compiler === undefined,
  fn: async () => {
    await using guarded = await GuardedCluster.start();
    const kubeconfig = await guarded.kubeconfig();
    const port = freePort();
    const needs = await needsOf("simple", { kubeconfig, port, shop: "" });
    const executable = `${guarded.folder}/operator`;
    const flags = ["--no-prompt", "--no-check", `--config=${CHECKOUT}deno.json`, ...formatPermissionFlags(needs)];
    const program = `${CHECKOUT}tests/deploy/operator_program.ts`;
    const args = ["compile", "--quiet", ...flags, "--output", executable, program];
    const made = await run(compiler!.deno, args, { env: { DENORT_BIN: compiler!.denort } });
    assertEquals(made.code, 0, made.stderr);

    // No audit: executables of Deno 2.6 write none.
    const env = { KUBECONFIG: kubeconfig };
    const process = new OperatorProcess({ executable, flags: [], args: ["simple", String(port), ""], env });
    const { kept } = await process.line((line) => line.kept !== undefined);
    assertEquals(kept, `net=${guarded.host} read=${guarded.folder}/sa/token`);
    const { scenes } = EXAMPLES["simple"]!;
    await scenes.before(guarded.cluster);
    await guarded.rotate();
    await scenes.after(guarded.cluster);
    assert(guarded.seen.get("token-2")! > 0);
    const { code, errors } = await process.end("SIGTERM");
    assertEquals(code, 0, errors);
  },
});
