/** Which permissions of Deno an operator's process needs, and where they are missing. */

import { listeningHosts, OptionsError, requiredPermissions } from "../../controller/mod.ts";
import {
  assertPermissions,
  type ConnectOptions,
  joinNeeds,
  PermissionError,
  type PermissionNeeds,
  podPermissions,
} from "../../kube/mod.ts";
import { shownValue } from "../../time/mod.ts";
import { withAbsolutePaths } from "./absolute_paths.ts";

/** What counts of an operator here. */
export interface OperatorNeeds {
  /** The permissions that its own code needs, besides those for the cluster. */
  readonly needs: PermissionNeeds;
}

/** Options of {@link operatorPermissions}. */
export interface OperatorPermissionsOptions {
  /**
   * Where it will run: `"pod"`, in a pod of any cluster, found by its service account; or `"kubeconfig"`, on this machine,
   * with the cluster that `connect` finds here and now.
   */
  for: "pod" | "kubeconfig";
  /**
   * The port of metrics and probes.
   * @default {none: it does not listen}
   */
  port?: number;
  /**
   * The host name or address to listen on.
   * @default {all addresses, of IPv6 and IPv4}
   */
  hostname?: string;
  /** How `connect` looks for the cluster. Only for `"kubeconfig"`. */
  connect?: ConnectOptions;
  /**
   * Environment variables that the program reads besides.
   * @default {[]}
   */
  env?: readonly string[];
}

/**
 * The minimal permissions of an operator's process: to find the cluster, to send requests to it, to listen if it should,
 * and what its own code needs. Paths are absolute, if this process may know its directory.
 *
 * Listening on all addresses takes two permissions, because some machines have no IPv6.
 *
 * @param operator The operator.
 * @param options Where it will run, and what it will do there.
 * @returns The needs, whether granted or not.
 * @throws {OptionsError} If an option is wrong.
 * @throws {ConnectError} If it is for `"kubeconfig"`, and there is no cluster to connect to.
 * @throws {PermissionError} If a kubeconfig that the options or `KUBECONFIG` name may not be read.
 *
 * @example In a pod, with metrics
 * ```ts
 * import { operatorPermissions } from "@staircase/operator/deploy";
 * import { formatPermissionFlags } from "@staircase/operator/cluster";
 * import { assertEquals } from "@std/assert";
 *
 * const operator = { needs: { net: ["shop.example:443"], read: [], env: [], run: [] } };
 * const needs = await operatorPermissions(operator, { for: "pod", port: 8080 });
 * assertEquals(formatPermissionFlags(needs), [
 *   "--allow-net=kubernetes.default.svc:443,[::]:8080,0.0.0.0:8080,shop.example:443",
 *   "--allow-read=/var/run/secrets/kubernetes.io/serviceaccount",
 * ]);
 * ```
 */
export async function operatorPermissions(
  operator: OperatorNeeds,
  options: OperatorPermissionsOptions,
): Promise<PermissionNeeds> {
  const { env = [] } = options;
  checkPlace(options);
  const outside = options.for === "pod"
    ? podPermissions()
    : await requiredPermissions({ connect: options.connect ?? {} });
  return await withAbsolutePaths(joinNeeds(outside, { net: listening(options) }, operator.needs, { env }));
}

function listening({ port, hostname }: OperatorPermissionsOptions): string[] {
  return port === undefined ? [] : listeningHosts({ port, ...(hostname !== undefined && { hostname }) });
}

/**
 * Checks that an operator's process has the permissions of its own code, so that a missing one is an error at the start and
 * not in a Run. Never prompts.
 *
 * @param operator The operator.
 * @param name Its name, for the error.
 * @throws {PermissionError} If any is missing. The message names the flags.
 * @throws {OptionsError} If Deno does not take a value of `needs`.
 */
export async function assertOwnPermissions({ needs }: OperatorNeeds, name: string): Promise<void> {
  try {
    await assertPermissions(needs, `run operator ${name}`);
  } catch (cause) {
    if (cause instanceof PermissionError) throw cause;
    throw new OptionsError(
      `Cannot run operator ${name} as its needs are not permissions: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

function checkPlace({ for: place, connect }: OperatorPermissionsOptions): void {
  if (place !== "pod" && place !== "kubeconfig") {
    throw new OptionsError(
      `Cannot tell the permissions as for must be pod or kubeconfig: current value is ${shownValue(place)}`,
    );
  }
  if (place === "pod" && Object.values(connect ?? {}).some((value) => value !== undefined)) {
    throw new OptionsError("Cannot tell the permissions as connect is for a kubeconfig: a pod has its service account");
  }
}
