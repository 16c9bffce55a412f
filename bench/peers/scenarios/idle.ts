/** Idle: all objects are ready, the operator starts and finds nothing to do. As it writes nothing, one cluster serves all. */

import { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import type { Operator } from "../operators.ts";
import { difference, summary } from "../request_counts.ts";
import type { Measurement } from "../results.ts";
import { say } from "../say.ts";
import { prepare } from "../workload.ts";
import { inTurns, type Measured, type Series, startOperator } from "./series.ts";

/** Runs the series. An operator that needs annotations on its objects has a cluster of its own. */
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
    yield* inTurns({ ...series, operators }, (operator) => measure(cluster, operator, series));
  }
}

async function measure(
  cluster: BenchCluster,
  operator: Operator,
  { n, settings: { limit } }: Series,
): Promise<Measured> {
  await cluster.settle();
  const before = await cluster.requests();
  await cluster.settle();
  const meter = new Meter(cluster);
  await using process = await startOperator(cluster, operator, { wanted: n, limit });
  const { at } = await process.printed("SYNCED");
  const used = meter.stop(process);
  const quiet = await meter.untilQuiet(process);
  const requests = difference(await cluster.requests(), before);
  const wallSeconds = (at - process.startedAt) / 1000;
  return { values: { wallSeconds, ...used, ...quiet, ...summary(requests) }, requests };
}
