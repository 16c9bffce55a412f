/** What a pod's executable must be allowed, in the module's own words. */

import { allNeeds } from "../lib/kube/connect/found/located.ts";
import type { Host } from "../lib/kube/connect/found/host.ts";
import { locateInCluster } from "../lib/kube/connect/sources/source_in_cluster.ts";
import type { PermissionNeeds } from "../lib/doors/cluster.ts";

/** A pod that has its service account, and grants nothing else. */
const POD: Host = {
  isWindows: false,
  missing: (needs) => Promise.resolve({ ...needs, read: [] }),
  env: () => undefined,
  readTextFile: () => Promise.resolve(""),
  answers: () => Promise.resolve(false),
};

/**
 * The least permissions with which `connect` works in a pod, of whatever cluster: the API server by the name that it has in
 * each of them, and the directory of the service account.
 */
export async function podPermissions(): Promise<PermissionNeeds> {
  const finding = await locateInCluster(POD);
  if ("located" in finding) return allNeeds(finding.located);
  throw new Error(`Cannot tell what a pod needs as its service account is not used: ${finding.absent}`);
}
