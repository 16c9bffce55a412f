/** The permissions that an executable in a pod needs, as this module computes them. */

import { allNeeds } from "../lib/kube/connect/found/located.ts";
import type { Host } from "../lib/kube/connect/found/host.ts";
import { locateInCluster } from "../lib/kube/connect/sources/source_in_cluster.ts";
import type { PermissionNeeds } from "../lib/doors/cluster.ts";

/** A pod with its service account and no other permissions. */
const POD: Host = {
  isWindows: false,
  missing: (needs) => Promise.resolve({ ...needs, read: [] }),
  env: () => undefined,
  readTextFile: () => Promise.resolve(""),
  answers: () => Promise.resolve(false),
};

/**
 * The minimal permissions for `connect` in a pod of any cluster: the API server by the name that it has in every
 * cluster, and the directory of the service account.
 */
export async function podPermissions(): Promise<PermissionNeeds> {
  const finding = await locateInCluster(POD);
  if ("located" in finding) return allNeeds(finding.located);
  throw new Error(`Cannot tell what a pod needs as its service account is not used: ${finding.absent}`);
}
