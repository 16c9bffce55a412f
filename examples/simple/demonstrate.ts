/** The show of the first example: its operator on a cluster inside the process, from the first object to the last. */

import {
  type ControllerOptions,
  type DefinedResource,
  installCrd,
  type KubeObject,
  type RunReport,
  serveController,
  silentLogger,
} from "@staircase/operator";
import { deploymentStandIn, EmbeddedCluster } from "@staircase/operator/testing";

/** How long a Deployment takes to become ready, in milliseconds: enough to see the operator wait. */
const READY_AFTER = 300;

const HELLO = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "hello" }, spec: {} };
const FOOS = "/apis/example.dev/v1/namespaces/default/foos";

/** Serves the operator on an embedded cluster, does what a user would, and shows each Run as a line. */
export async function demonstrate<R extends KubeObject>(
  operator: ControllerOptions<R> & { resource: DefinedResource },
): Promise<void> {
  say(
    "No permission to reach a cluster, so this one is inside the process. With permissions, the same program serves the",
  );
  say(
    "cluster of your kubeconfig: deno run --allow-net --allow-read --allow-env examples/simple.ts\n",
  );
  using cluster = new EmbeddedCluster();
  await using _standIn = deploymentStandIn(cluster, { readyAfter: READY_AFTER });
  say(
    `CustomResourceDefinition ${operator.resource.plural}.${operator.resource.group}: ${await installCrd(
      cluster,
      operator.resource,
    )}`,
  );
  const show = new Show();
  await using controller = await serveController({
    ...operator,
    client: cluster,
    logger: silentLogger,
    onRun: (report) => show.add(report),
  });
  await controller.ready;

  say("\nA user creates the Foo default/hello with 1 replica");
  await cluster.performRequest({ method: "POST", path: FOOS, bodyJson: HELLO });
  await show.until((report) => report.result.outcome === "NoOp");

  say("\nThe user wants 3 replicas");
  const contentType = "application/merge-patch+json";
  await cluster.performRequest({
    method: "PATCH",
    path: `${FOOS}/hello`,
    contentType,
    bodyJson: { spec: { replicas: 3 } },
  });
  await show.until((report) => report.result.outcome === "NoOp");

  say("\nThe user deletes the Foo");
  await cluster.performRequest({ method: "DELETE", path: `${FOOS}/hello` });
  await show.until(({ result }) => result.outcome === "Modified" && result.step === "remove the finalizer");
  say(`\n${show.runs} Runs, ${show.changes} changes, at most one each. Goodbye.`);
}

/** Shows Runs, and waits for one. */
class Show {
  runs = 0;
  changes = 0;
  #waiting: ((report: RunReport) => void) | undefined;

  add(report: RunReport): void {
    this.runs++;
    if (report.result.outcome === "Modified") this.changes++;
    say(`  ${describe(report)}`);
    this.#waiting?.(report);
  }

  until(isIt: (report: RunReport) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = (report) => isIt(report) && resolve();
    });
  }
}

/** A Run as a line: key, outcome, step, change, time. */
function describe({ key, result, duration }: RunReport): string {
  const start = `${key.padEnd(15)} ${result.outcome.padEnd(9)}`;
  const time = `(${duration.toFixed(1)} ms)`;
  switch (result.outcome) {
    case "Modified":
      return `${start} ${result.step}: ${result.change} ${time}`;
    case "Stopped":
      return `${start} ${result.step}: ${result.reason} ${time}`;
    case "NoOp":
      return `${start} all is as desired ${time}`;
    case "Failed":
      return `${start} ${result.error.message} ${time}`;
  }
}

function say(line: string): void {
  // deno-lint-ignore no-console -- what the example shows
  console.log(line);
}
