/** Declares a test that needs the shared cluster. */

import { attachCluster, type Cluster } from "./cluster.ts";

const VARIABLE = "STAIRCASE_TEST_CLUSTER";

/** A test on the shared cluster; a plain `deno test`, which has no cluster, shows it as ignored. */
export function clusterTest(name: string, fn: (cluster: Cluster) => Promise<void>): void {
  Deno.test({ name, ignore: !hasCluster(), fn: async () => await fn(await attachCluster()) });
}

/** Whether there is a real cluster for tests, and with it the programs that one is made of. */
export function hasCluster(): boolean {
  // Asked first, since reading without the permission would fail the whole file.
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  return state === "granted" && Deno.env.has(VARIABLE);
}
