/** Which permissions a connection takes, and whether they are there. */

import type { ClusterClient } from "../request/mod.ts";
import {
  allNeeds,
  ConnectError,
  type ConnectOptions,
  denoHost,
  type Host,
  hostOf,
  isEmpty,
  joinNeeds,
  PermissionError,
  type PermissionNeeds,
} from "./found/mod.ts";
import { locate } from "./sources/mod.ts";

/**
 * The least permissions that `connect` takes with these options, here and now. To find out, it reads what `connect` would
 * read, and so needs the permissions to read that.
 *
 * @param options As for `connect`.
 * @returns What is needed, whether or not it is granted.
 * @throws {ConnectError} If there is no cluster to connect to.
 * @throws {PermissionError} If a kubeconfig that the options or `KUBECONFIG` name must not be read.
 */
export async function connectionPermissions(options: ConnectOptions = {}): Promise<PermissionNeeds> {
  return allNeeds(await locate(options, denoHost));
}

/**
 * Whether `connect` would find a cluster and may use it, with the permissions that this process has. Makes no request and
 * never prompts, so a `kubectl proxy` that nothing points to does not count. Without any permission it is false.
 *
 * @param options As for `connect`.
 * @throws {ConnectError} If there is a cluster, but it cannot be used: `connect` would say the same.
 */
export async function isConnectable(options: ConnectOptions = {}): Promise<boolean> {
  const offline: Host = { ...denoHost, answers: () => Promise.resolve(false) };
  try {
    return isEmpty(await offline.missing(allNeeds(await locate(options, offline))));
  } catch (error) {
    const isAbsent = error instanceof PermissionError || error instanceof ConnectError && error.attempts.length > 0;
    if (isAbsent) return false;
    throw error;
  }
}

/**
 * Makes sure that a client's requests are allowed: to its server, or to the proxy that they go through. Never prompts.
 *
 * @param client The client.
 * @throws {PermissionError} If the net permission is missing; the message names the flag.
 */
export async function assertClientPermission(client: ClusterClient): Promise<void> {
  const { server } = client;
  const { needs } = client as { needs?: PermissionNeeds };
  if (server === undefined) return;
  const missing = await denoHost.missing(joinNeeds({ net: needs?.net ?? [hostOf(server)] }));
  if (!isEmpty(missing)) throw new PermissionError(`watch ${server}`, missing);
}

/**
 * Makes sure that requests to a server are allowed. Never prompts.
 *
 * @param server The server's URL.
 * @param action What the error says cannot be done.
 * @throws {PermissionError} If the net permission for the server is missing; the message names the flag.
 */
export async function assertNetPermission(server: string, action: string = "watch"): Promise<void> {
  const missing = await denoHost.missing(joinNeeds({ net: [hostOf(server)] }));
  if (!isEmpty(missing)) throw new PermissionError(`${action} ${server}`, missing);
}
