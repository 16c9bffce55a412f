/** Idle: all objects are ready; the operator starts and finds nothing to do. It writes nothing, so one cluster serves all. */

import { BenchCluster } from "../bench_cluster.ts";
import type { Measurement } from "../results.ts";
import { say } from "../say.ts";
import { prepare } from "../workload.ts";
import { inTurns, type Series } from "./series.ts";
import { measureStart } from "./start.ts";

/** Runs the series. An operator that needs annotations on its objects gets its own cluster. */
export async function* idle(series: Series): AsyncGenerator<Measurement> {
  const groups = Map.groupBy(series.operators, ({ annotations }) => annotations);
  for (const [annotations, operators] of groups) {
    await using cluster = await BenchCluster.start();
    say(`idle: creating ${series.n} objects`);
    await prepare(cluster.api, {
      count: series.n,
      steps: 0,
      payload: 1024,
      ready: true,
      ...(annotations && { annotations }),
    });
    yield* inTurns(
      { ...series, operators },
      (operator) => measureStart(cluster, operator, { wanted: series.n, limit: series.settings.limit }),
    );
  }
}
