/**
 * Foreign: each Stair owns one Secret, in a cluster full of Secrets without an owner. Nobody writes, so one cluster
 * serves all.
 */

import { BenchCluster } from "../bench_cluster.ts";
import { fillWithSecrets, type ForeignSecrets } from "../foreign_secrets.ts";
import type { Measurement } from "../results.ts";
import { say } from "../say.ts";
import { prepare } from "../workload.ts";
import { inTurns, type Series } from "./series.ts";
import { measureStart } from "./start.ts";

/** One of this many small Secrets is owned, and for each owned one there is a large one. */
const OWNED_ONE_OF = 335;

/** The Secrets for a number of small ones. */
export function secretsOf(n: number): ForeignSecrets {
  const owned = Math.max(1, Math.floor(n / OWNED_ONE_OF));
  return { owned, small: n - owned, large: owned };
}

/** Runs the series. */
export async function* foreign(series: Series): AsyncGenerator<Measurement> {
  await using cluster = await BenchCluster.start();
  const secrets = secretsOf(series.n);
  say(`foreign: creating ${secrets.small} Secrets of nobody, ${secrets.large} large ones, and ${secrets.owned} owned`);
  await prepare(cluster.api, { count: secrets.owned, steps: 1, payload: 16, ready: true });
  await fillWithSecrets(cluster.api, secrets);
  const options = { wanted: secrets.owned, limit: series.settings.limit, env: { BENCH_DEPENDENTS: "Secret" } };
  // An operator without a cache of dependents may report to be ready while a list is still being read.
  yield* inTurns(series, (operator) => measureStart(cluster, operator, options, "quiet"));
}
