/** Which permissions a connection needs, and whether they are granted. */

import type { ClusterClient } from "../request/mod.ts";
import {
  allNeeds,
  ConnectError,
  type ConnectOptions,
  denoHost,
  type Host,
  hostOf,
  joinNeeds,
  needsNothing,
  PermissionError,
  type PermissionNeeds,
} from "./found/mod.ts";
import { locate, podNeeds } from "./sources/mod.ts";

/**
 * The minimal permissions that `connect` needs with these options, here and now. To find out, it reads what `connect`
 * would read, so it needs the permissions for that.
 *
 * @param options As for `connect`.
 * @returns The needs, whether granted or not.
 * @throws {ConnectError} If there is no cluster to connect to.
 * @throws {PermissionError} If a kubeconfig that the options or `KUBECONFIG` name may not be read.
 */
export async function connectionPermissions(options: ConnectOptions = {}): Promise<PermissionNeeds> {
  return allNeeds(await locate(options, denoHost));
}

/**
 * The minimal permissions that `connect` needs in a pod of any cluster: the API server by the name that it has in every
 * cluster, and the directory of the service account. A permission to read covers the path as it is written: it does not
 * matter whether `/var/run` is a link, or that the files in the directory are.
 *
 * @example The flags for a container
 * ```ts
 * import { formatPermissionFlags, podPermissions } from "@staircase/operator/cluster";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatPermissionFlags(podPermissions()), [
 *   "--allow-net=kubernetes.default.svc:443",
 *   "--allow-read=/var/run/secrets/kubernetes.io/serviceaccount",
 * ]);
 * ```
 */
export function podPermissions(): PermissionNeeds {
  return podNeeds();
}

/**
 * Checks that this process has permissions. Never prompts.
 *
 * @param needs The permissions.
 * @param action What cannot be done without them, for the error: `run operator shop`.
 * @throws {PermissionError} If any is missing. The message names the flags.
 * @throws {TypeError} If Deno does not take a value for a permission.
 */
export async function assertPermissions(needs: PermissionNeeds, action: string): Promise<void> {
  const missing = await denoHost.missing(needs);
  if (!needsNothing(missing)) throw new PermissionError(action, missing);
}

/**
 * Whether `connect` would find a cluster and may use it, with the permissions of this process. Makes no request and
 * never prompts, so a `kubectl proxy` that nothing points to does not count. Without any permission it is false.
 *
 * @param options As for `connect`.
 * @throws {ConnectError} If there is a cluster, but it cannot be used; `connect` would throw the same error.
 */
export async function isConnectable(options: ConnectOptions = {}): Promise<boolean> {
  const offline: Host = { ...denoHost, answers: () => Promise.resolve(false) };
  try {
    return needsNothing(await offline.missing(allNeeds(await locate(options, offline))));
  } catch (error) {
    const isAbsent = error instanceof PermissionError || error instanceof ConnectError && error.attempts.length > 0;
    if (isAbsent) return false;
    throw error;
  }
}

/**
 * Checks that a client may send requests: to its server, or to the proxy in front of it. Never prompts.
 *
 * @param client The client.
 * @throws {PermissionError} If the net permission is missing. The message names the flag.
 */
export async function assertClientPermission(client: ClusterClient): Promise<void> {
  const { server } = client;
  const { needs } = client as { needs?: PermissionNeeds };
  if (server === undefined) return;
  const missing = await denoHost.missing(joinNeeds({ net: needs?.net ?? [hostOf(server)] }));
  if (!needsNothing(missing)) throw new PermissionError(`watch ${server}`, missing);
}

/**
 * Checks that requests to a server are permitted. Never prompts.
 *
 * @param server The server's URL.
 * @param action What cannot be done without it, for the error.
 * @throws {PermissionError} If the net permission for the server is missing. The message names the flag.
 */
export async function assertNetPermission(server: string, action: string = "watch"): Promise<void> {
  const missing = await denoHost.missing(joinNeeds({ net: [hostOf(server)] }));
  if (!needsNothing(missing)) throw new PermissionError(`${action} ${server}`, missing);
}
