/** The permissions that serving controllers takes. */

import {
  type ClusterClient,
  connectionPermissions,
  type ConnectOptions,
  hostOf,
  joinNeeds,
  type PermissionNeeds,
} from "../kube/mod.ts";

/** What the permissions are asked for. */
export interface RequiredPermissionsOptions {
  /**
   * The cluster, as for `serveController`.
   * @default {what `connect` finds}
   */
  client?: ClusterClient;
  /** How `connect` looks for the cluster, when no client is given. */
  connect?: ConnectOptions;
}

/**
 * The least permissions that `serveController` needs with these options: to find the cluster, and to speak with it. Nothing
 * else in this module needs any. `formatPermissionFlags` makes flags of them.
 *
 * @param options As for `serveController`.
 * @returns What is needed, whether or not it is granted; nothing for an embedded cluster.
 * @throws {ConnectError} If no client is given, and no cluster is found.
 *
 * @example An embedded cluster needs none
 * ```ts
 * import { formatPermissionFlags, requiredPermissions } from "@staircase/operator";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster();
 * assertEquals(formatPermissionFlags(await requiredPermissions({ client })), []);
 * ```
 */
export async function requiredPermissions(options: RequiredPermissionsOptions = {}): Promise<PermissionNeeds> {
  const { client } = options;
  if (!client) return await connectionPermissions(options.connect);
  const { needs } = client as { needs?: PermissionNeeds };
  if (needs) return needs;
  return joinNeeds(client.server === undefined ? {} : { net: [hostOf(client.server)] });
}
