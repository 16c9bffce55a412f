/**
 * What metrics and traces cost: `deno run tests/telemetry/cost.ts` says how much processor time 10,000 Runs of ten steps take,
 * half of which make a change, on the embedded cluster. Compare without anything, with a port as its argument (metrics for
 * Prometheus; needs `--allow-net=127.0.0.1:PORT`), and with `OTEL_DENO=true` (metrics and traces by OTLP).
 */

import process from "node:process";
import {
  create,
  defineResource,
  defineSteps,
  installCrd,
  type RunReport,
  serveController,
  silentLogger,
} from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds.ts";
import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { z } from "zod";

const OBJECTS = 5_000;

const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({}),
});

let steps = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object }, found) => found ?? create(ConfigMap, { metadata: { name: object.metadata.name } }),
  );
for (let at = 3; at <= 10; at++) steps = steps.observe(`look ${at}`, (_, found) => found) as typeof steps;

using client = new EmbeddedCluster();
await installCrd(client, Foo);
for (let at = 0; at < OBJECTS; at++) {
  const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: `foo-${at}` }, spec: {} };
  await client.performRequest({ method: "POST", path: "/apis/example.dev/v1/namespaces/default/foos", bodyJson });
}

const resting = Promise.withResolvers<void>();
let left = OBJECTS;
let runs = 0;
const onRun = ({ result }: RunReport) => {
  runs++;
  if (result.outcome === "NoOp" && --left === 0) resting.resolve();
};
const http = Deno.args[0] ? { http: { port: Number(Deno.args[0]), hostname: "127.0.0.1" } } : {};
const before = process.cpuUsage();
await using controller = await serveController({
  ...{ resource: Foo, steps, owns: [ConfigMap], client, onRun, logger: silentLogger, concurrency: 1 },
  ...http,
});
await controller.ready;
await resting.promise;
const { user, system } = process.cpuUsage(before);
// deno-lint-ignore no-console -- what it is for
console.log(`${runs} Runs: ${Math.round((user + system) / 1_000)} ms of processor time`);
