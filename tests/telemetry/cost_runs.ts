/**
 * 10,000 Runs of ten steps on the embedded cluster, twice, and what processor time they took: an object each to be created and
 * then found, so that half of the Runs make a change; and as many events that call for nothing. Prints JSON; see cost.ts, which
 * runs this in processes with and without telemetry. Its first argument is the port at which it serves metrics.
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
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { EmbeddedCluster } from "../../lib/testing/mod.ts";
import { z } from "zod";

/** What the Runs of one kind took. */
export interface RunsCost {
  /** How many there were. */
  readonly runs: number;
  /** How many of them made a change. */
  readonly changes: number;
  /** Processor time of the process, its exporters included, in microseconds. */
  readonly cpu: number;
}

const OBJECTS = 5_000;
const WARM_UP = 1_000;
/** Events are waited for after as many, so that none is merged with another of its object. */
const TOGETHER = 100;
/** How long exporters have to send the rest, in milliseconds. */
const REST = 300;

const Foo = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ event: z.number().optional() }),
});

let steps = defineSteps(Foo)
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change(
    "create the text",
    ({ object }, found) => found ?? create(ConfigMap, { metadata: { name: object.metadata.name } }),
  );
for (let at = 3; at <= 10; at++) steps = steps.observe(`look ${at}`, (_, found) => found) as typeof steps;

/** Runs, as they end; somebody waits for so many that found nothing to do. */
class Runs {
  total = 0;
  changes = 0;
  #resting = 0;
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  readonly onRun = ({ result }: RunReport): void => {
    this.total++;
    if (result.outcome === "Modified") this.changes++;
    if (result.outcome === "NoOp" && ++this.#resting === this.#awaited?.count) this.#awaited.resolve();
  };

  /** Resolves when so many Runs more have found nothing to do. */
  async found(nothing: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resting = 0;
    this.#awaited = { count: nothing, resolve };
    await promise;
  }
}

async function measured(runs: Runs, part: () => Promise<void>): Promise<RunsCost> {
  const [total, changes, cpu] = [runs.total, runs.changes, process.cpuUsage()];
  await part();
  await new Promise((resolve) => setTimeout(resolve, REST));
  const { user, system } = process.cpuUsage(cpu);
  return { runs: runs.total - total, changes: runs.changes - changes, cpu: user + system };
}

const FOOS = "/apis/example.dev/v1/namespaces/default/foos";

async function wake(client: EmbeddedCluster, name: string, event: number): Promise<void> {
  const bodyJson = { spec: { event } };
  const contentType = "application/merge-patch+json";
  await client.performRequest({ method: "PATCH", path: `${FOOS}/${name}`, bodyJson, contentType });
}

/** Brings objects to rest, and then wakes each of them twice. */
async function play(objects: number, port: string | undefined): Promise<{ converge: RunsCost; steady: RunsCost }> {
  using client = new EmbeddedCluster();
  await installCrd(client, Foo);
  for (let at = 0; at < objects; at++) {
    const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: `foo-${at}` }, spec: {} };
    await client.performRequest({ method: "POST", path: FOOS, bodyJson });
  }
  const runs = new Runs();
  const converged = runs.found(objects);
  const http = port ? { http: { port: Number(port), hostname: "127.0.0.1" } } : {};
  const scrape = async () => {
    if (port) await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  };
  let stop = () => Promise.resolve();
  const converge = await measured(runs, async () => {
    const controller = await serveController({
      ...{ resource: Foo, steps, owns: [ConfigMap], client, onRun: runs.onRun, logger: silentLogger, concurrency: 1 },
      ...http,
    });
    stop = () => controller.shutdown();
    await converged;
    await scrape();
  });
  const steady = await measured(runs, async () => {
    for (let event = 0; event < 2 * objects; event += TOGETHER) {
      const found = runs.found(TOGETHER);
      for (let at = 0; at < TOGETHER; at++) await wake(client, `foo-${(event + at) % objects}`, event);
      await found;
    }
    await scrape();
  });
  await stop();
  return { converge, steady };
}

const [port] = Deno.args;
await play(WARM_UP, port);
// deno-lint-ignore no-console -- what cost.ts reads
console.log(JSON.stringify(await play(OBJECTS, port)));
