/** The permissions that serving controllers takes. */

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

/** What the permissions are asked for. */
export interface RequiredPermissionsOptions {
  /**
   * The cluster, as for `serveController`.
   * @default {what `connect` finds}
   */
  client?: ClusterClient;
  /** How `connect` looks for the cluster, when no client is given. */
  connect?: ConnectOptions;
  /** Where metrics and probes are served, as for `serveController`. */
  http?: HttpOptions;
}

/**
 * The least permissions that `serveController` needs with these options: to find the cluster, to speak with it, and to listen
 * when it is to. Nothing else in this module needs any. `formatPermissionFlags` makes flags of them.
 *
 * @param options As for `serveController`.
 * @returns What is needed, whether or not it is granted; nothing for an embedded cluster.
 * @throws {ConnectError} If no client is given, and no cluster is found.
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
  const listening = http === undefined ? {} : { net: [hostOf(urlOf(resolveHttp(http)[0]!))] };
  return joinNeeds(await clusterNeeds(options), listening);
}

async function clusterNeeds({ client, connect }: RequiredPermissionsOptions): Promise<Partial<PermissionNeeds>> {
  if (!client) return await connectionPermissions(connect);
  const { needs } = client as { needs?: PermissionNeeds };
  return needs ?? (client.server === undefined ? {} : { net: [hostOf(client.server)] });
}
