/** `serveController`: one call that watches, runs and stops. */

import {
  assertClientPermission,
  assertNetPermission,
  type ClusterClient,
  connect,
  type ConnectedClient,
} from "../kube/mod.ts";
import { type HttpAddress, type HttpState, serveHttp, urlOf } from "../http/mod.ts";
import type { KubeObject } from "../model/mod.ts";
import { Metrics, prometheusText, registeredMeter } from "../telemetry/mod.ts";
import type { Controller } from "./controller.ts";
import { type ResolvedServe, resolveServe, type ServeOneOptions, type ServeSeveralOptions } from "./options/mod.ts";
import { ControllerServer } from "./server.ts";

/**
 * Serves one controller, or several: watches their kinds, and runs their steps for each object until it is in the
 * desired state, and again whenever something changes.
 *
 * **Expected flow.** The kinds are listed and then watched. A change of an object, of one of its dependents or of an
 * object that is mapped to it puts its key into a queue. Workers take keys and make a Run for each. The result of the
 * Run decides when the key is run next: at once after a change, later after a failure or a stop, otherwise when an
 * event comes.
 *
 * **Guarantees.** Each has a test below `tests/controller/`.
 * - One Run per object at a time, across all controllers of its resource in the process (`concurrency_test.ts`,
 *   `several_test.ts`).
 * - One change per Run (`converge_test.ts`).
 * - A Run never acts on a view that is older than one it acted on before, its own writes included
 *   (`own_writes_test.ts`).
 * - No event is lost. A broken watch continues where it was, and a silent one is replaced (`watch_trouble_test.ts`).
 * - One object never hurts another, whatever its steps or other functions throw (`user_code_test.ts`); see the table in
 *   the guide.
 *
 * **Assumptions.** One process serves a resource. Effects of steps outside Kubernetes may be requested twice.
 *
 * **Shutdown.** It begins with `shutdown()`, the signal, SIGTERM, SIGINT, or the end of an `await using` block. No new
 * Run begins. Runs under way may finish within `shutdownTimeout`; then their signals are aborted. The watches end last.
 * The process is never ended by force.
 *
 * @param options What the controller does, and what serves it.
 * @returns The running controller. Its kinds may not have been listed yet; see `ready`.
 * @throws {OptionsError} If an option is wrong. Nothing has been started.
 * @throws {ConnectError} If no client is given and no cluster is found.
 * @throws {PermissionError} If a permission is missing. The message names the flag.
 * @throws {HttpError} If `http` is given and its address cannot be used.
 *
 * @example Usage
 * ```ts
 * import { create, defineResource, defineSteps, installCrd, serveController } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { z } from "zod";
 *
 * const Greeting = defineResource({
 *   group: "example.dev", version: "v1", kind: "Greeting", scope: "Namespaced",
 *   spec: z.object({ text: z.string() }),
 * });
 * const steps = defineSteps(Greeting)
 *   .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
 *   .change("create the text", ({ object }, existing) =>
 *     existing ?? create(ConfigMap, { metadata: { name: object.metadata.name }, data: { text: object.spec.text } }));
 *
 * using client = new EmbeddedCluster(); // leave it out to use the cluster of the kubeconfig
 * await installCrd(client, Greeting);
 * {
 *   await using controller = await serveController({ resource: Greeting, steps, owns: [ConfigMap], client });
 *   await controller.ready;
 * }
 * ```
 */
export async function serveController<R extends KubeObject>(
  // One signature for both: with two overloads, the compiler reports a mistake once for each.
  options: ServeOneOptions<R> | ServeSeveralOptions,
): Promise<Controller> {
  const resolved = resolveServe(options);
  const owned: ConnectedClient | undefined = options.client ? undefined : await connect();
  try {
    return await serveOn(options.client ?? owned!, resolved, () => owned?.close());
  } catch (error) {
    owned?.close();
    throw error;
  }
}

async function serveOn(client: ClusterClient, resolved: ResolvedServe, release: () => void): Promise<Controller> {
  const { logger } = resolved;
  await assertClientPermission(client);
  const addresses = resolved.http && await permittedAddresses(resolved.http);
  const metrics = new Metrics({ meter: registeredMeter(), isServed: addresses !== undefined });
  // Listens before the first list, so that probes are answered while it is under way.
  const state: HttpState = {
    metrics: () => prometheusText(metrics),
    readiness: () => controllers.health.readiness(),
    liveness: () => controllers.health.liveness(),
  };
  const http = addresses && serveHttp(addresses, state, logger);
  const releaseAll = async () => {
    await http?.close();
    metrics[Symbol.dispose]();
    release();
  };
  let controllers: ControllerServer;
  try {
    controllers = new ControllerServer(resolved, { client, metrics, http, release: releaseAll });
  } catch (error) {
    await http?.close();
    metrics[Symbol.dispose]();
    throw error;
  }
  return controllers;
}

/**
 * The addresses on which this process may listen.
 *
 * @throws {PermissionError} If there is none. It names the first address.
 */
async function permittedAddresses(addresses: readonly HttpAddress[]): Promise<readonly HttpAddress[]> {
  const states = await Promise.all(
    addresses.map((address) =>
      assertNetPermission(urlOf(address), "serve HTTP on").then(() => undefined, (error) => error)
    ),
  );
  const allowed = addresses.filter((_, index) => states[index] === undefined);
  if (allowed.length === 0) throw states[0];
  return allowed;
}
