/** The permissions that serving controllers needs. */

import {
  type ClusterClient,
  connectionPermissions,
  type ConnectOptions,
  hostOf,
  joinNeeds,
  type PermissionNeeds,
} from "../../kube/mod.ts";
import { urlOf } from "../../http/mod.ts";
import type { HttpOptions } from "./options.ts";
import { resolveHttp } from "./resolve_serve.ts";

/** Options of {@link requiredPermissions}. */
export interface RequiredPermissionsOptions {
  /**
   * The cluster, as for `serveController`.
   * @default {what `connect` finds}
   */
  client?: ClusterClient;
  /** How `connect` looks for the cluster, if no client is given. */
  connect?: ConnectOptions;
  /** The address of metrics and probes, as for `serveController`. */
  http?: HttpOptions;
}

/**
 * The minimal permissions that `serveController` needs with these options: to find the cluster, to send requests to it,
 * and to listen, if it should. Nothing else in this module needs any. `formatPermissionFlags` turns them into flags.
 *
 * @param options As for `serveController`.
 * @returns The needs, whether granted or not; none for an embedded cluster.
 * @throws {ConnectError} If no client is given and no cluster is found.
 * @throws {OptionsError} If `http` is wrong.
 *
 * @example An embedded cluster needs none
 * ```ts
 * import { formatPermissionFlags, requiredPermissions } from "@staircase/operator/cluster";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster();
 * assertEquals(formatPermissionFlags(await requiredPermissions({ client })), []);
 * ```
 */
export async function requiredPermissions(options: RequiredPermissionsOptions = {}): Promise<PermissionNeeds> {
  const { http } = options;
  const listening = http === undefined ? {} : { net: listeningHosts(http).slice(0, 1) };
  return joinNeeds(await clusterNeeds(options), listening);
}

/**
 * The hosts of the net permissions for listening, in the order in which they are tried. One of them is enough, on a
 * machine that has such an address.
 *
 * @throws {OptionsError} If the address is wrong.
 */
export function listeningHosts(http: HttpOptions): string[] {
  return resolveHttp(http).map((address) => hostOf(urlOf(address)));
}

async function clusterNeeds({ client, connect }: RequiredPermissionsOptions): Promise<Partial<PermissionNeeds>> {
  if (!client) return await connectionPermissions(connect);
  const { needs } = client as { needs?: PermissionNeeds };
  return needs ?? (client.server === undefined ? {} : { net: [hostOf(client.server)] });
}
