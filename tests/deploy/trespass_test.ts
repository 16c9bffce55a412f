/**
 * Promises about steps that want more than the operator has said: they are stopped, the error says how to permit it, and the
 * operator lives on. And about what goes on when permissions are revoked: credentials are renewed, telemetry is sent.
 */

import { formatPermissionFlags } from "@staircase/operator/cluster";
import { operatorPermissions } from "@staircase/operator/deploy";
import { ConfigMap } from "@staircase/operator/kinds";
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { resolveOperator } from "../../lib/deploy/operator/mod.ts";
import { denos } from "../kube/connect/fixtures.ts";
import { OtlpReceiver } from "../telemetry/otlp_receiver.ts";
import { GuardedCluster } from "./guarded_cluster.ts";
import { OperatorProcess, outsideOf, readAudit } from "./operator_process.ts";
import { EXAMPLES } from "./served_examples.ts";
import { trespasser, TRESPASSES } from "./trespasser.ts";

/** What each trespass is told to need. */
const FLAGS: Readonly<Record<string, string>> = {
  "reads-a-file": "--allow-read=/etc/passwd",
  "reads-a-file-at-once": "--allow-read=/etc/passwd",
  "reads-a-variable": "--allow-env=HOME",
  "runs-a-program": "--allow-run=sh",
  "asks-a-host": "--allow-net=shop.example:443",
  "connects-to-a-host": "--allow-net=shop.example:5432",
  "listens": "--allow-net=0.0.0.0:9999",
  "writes-a-file": "--allow-write=/tmp/staircase-trespass",
  "asks-for-the-machine": "--allow-sys=hostname",
  "loads-code": "--allow-import=esm.sh:443",
};

for (const [version, deno] of denos) {
  for (const all of [false, true]) {
    Deno.test({
      name: `steps that want what is not declared fail by name, and the operator lives on, started with ` +
        `${all ? "all permissions" : "its own"}; on ${version}`,
      ignore: deno === undefined,
      fn: async () => {
        await using guarded = await GuardedCluster.start();
        const kubeconfig = await guarded.kubeconfig();
        const resolved = resolveOperator(trespasser);
        const needs = await operatorPermissions(resolved, {
          for: "kubeconfig",
          connect: { kubeconfig },
          port: 0,
          hostname: "127.0.0.1",
          env: ["KUBECONFIG", "HOME"],
        });
        const process = new OperatorProcess({
          deno: deno!,
          flags: all ? ["--allow-all"] : formatPermissionFlags(needs),
          args: ["trespasser", "0", "http://shop.example"],
          env: { KUBECONFIG: kubeconfig },
        });
        const { kept } = await process.line((line) => line.kept !== undefined);
        assertEquals(
          kept,
          all
            ? `net=* (needed: ${guarded.host}) read=* (needed: ${guarded.folder}/sa/token)`
            : `net=${guarded.host} read=${guarded.folder}/sa/token`,
        );
        // Deno cannot narrow what was granted without a list, and something of these is needed.
        const isStopped = (name: string) => !all || !/^--allow-(net|read)=/.test(FLAGS[name] ?? "");
        for (const name of TRESPASSES.filter(isStopped)) {
          await guarded.cluster.create(ConfigMap, { metadata: { name } });
        }
        for (const [name, flag] of Object.entries(FLAGS)) {
          if (!isStopped(name)) continue;
          const { outcome, error } = await process.line(({ key, outcome }) =>
            key === `default/${name}` && outcome !== undefined
          );
          assertEquals(outcome, "Failed", name);
          assertStringIncludes(error!, 'Step "trespass" failed: ');
          assertStringIncludes(error!, ` is not permitted: if it is right, run with ${flag}, and add it to the needs`);
          assertFalse(error!.includes("secret"));
        }
        await process.line(({ key, outcome }) => key === "default/is-good" && outcome === "NoOp");
        const { code, errors } = await process.end("SIGTERM");
        assertEquals(code, 0, errors);
        const log = errors.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
        const told = log.find(({ key, message }) => key === "default/runs-a-program" && message === "failed");
        assertEquals([told.step, told.error], [
          "trespass",
          'run access to "sh" is not permitted: if it is right, run with --allow-run=sh, and add it to the needs of the ' +
          'operator (run: ["sh"])',
        ]);
      },
    });
  }
}

/** Plugins that are scripts need a shell. */
const ignore = Deno.build.os === "windows";

for (const [version, deno] of denos) {
  Deno.test({
    name: `an exec plugin by a relative path is run again after the rest is revoked; on ${version}`,
    ignore: ignore || deno === undefined,
    fn: async () => {
      await using guarded = await GuardedCluster.start();
      const script = '#!/bin/sh\ncd "$(dirname "$0")"\nprintf \'{"apiVersion":"client.authentication.k8s.io/v1",' +
        '"kind":"ExecCredential","status":{"token":"%s"}}\' "$(cat ../sa/token)"\n';
      await Deno.mkdir(`${guarded.folder}/odd name`);
      await Deno.writeTextFile(`${guarded.folder}/odd name/plugin`, script, { mode: 0o755 });
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "./odd name/plugin",
        interactiveMode: "Never",
      };
      const kubeconfig = await guarded.kubeconfig([`exec: ${JSON.stringify(exec)}`]);
      const { operator, scenes } = EXAMPLES["simple"]!;
      const needs = await operatorPermissions(resolveOperator(operator("")), {
        ...{ for: "kubeconfig", connect: { kubeconfig }, port: 0, hostname: "127.0.0.1" },
        env: ["KUBECONFIG", "HOME"],
      });
      const audit = `${guarded.folder}/audit`;
      const process = new OperatorProcess({
        deno: deno!,
        flags: formatPermissionFlags(needs),
        args: ["simple", "0", ""],
        env: { KUBECONFIG: kubeconfig, DENO_AUDIT_PERMISSIONS: audit },
      });
      const { kept } = await process.line((line) => line.kept !== undefined);
      assertEquals(kept, `net=${guarded.host} run=${guarded.folder}/odd name/plugin`);
      await scenes.before(guarded.cluster);
      await guarded.rotate();
      await scenes.after(guarded.cluster);
      assert(guarded.seen.get("token-2")! > 0);
      const { code, errors } = await process.end("SIGTERM");
      assertEquals(code, 0, errors);
      assertEquals(outsideOf(needs, await readAudit(audit)), []);
    },
  });

  Deno.test({
    name: `metrics and traces are exported after the rest is revoked, without a permission; on ${version}`,
    ignore: deno === undefined,
    fn: async () => {
      await using guarded = await GuardedCluster.start();
      await using receiver = new OtlpReceiver();
      const kubeconfig = await guarded.kubeconfig();
      const { operator, scenes } = EXAMPLES["simple"]!;
      const needs = await operatorPermissions(resolveOperator(operator("")), {
        ...{ for: "kubeconfig", connect: { kubeconfig }, port: 0, hostname: "127.0.0.1" },
        env: ["KUBECONFIG", "HOME"],
      });
      const audit = `${guarded.folder}/audit`;
      const process = new OperatorProcess({
        deno: deno!,
        flags: formatPermissionFlags(needs),
        args: ["simple", "0", ""],
        env: {
          KUBECONFIG: kubeconfig,
          DENO_AUDIT_PERMISSIONS: audit,
          OTEL_DENO: "true",
          OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
        },
      });
      await process.line((line) => line.kept !== undefined);
      await scenes.before(guarded.cluster);
      await scenes.after(guarded.cluster);
      const { code, errors } = await process.end("SIGTERM");
      assertEquals(code, 0, errors);
      assert(receiver.exported.spans.some(({ path }) => path.startsWith("run foo")));
      assert(receiver.exported.metrics.has("staircase.runs") || receiver.exported.metrics.size > 0);
      assertEquals(outsideOf(needs, await readAudit(audit)), []);
    },
  });
}
