/** Start-up: from the start of the process to the end of its first Run, and its memory when idle; with the floor of both. */

import { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import { emptyProgram, FLOOR, type Operator } from "../operators.ts";
import type { Measurement } from "../results.ts";
import { prepare } from "../workload.ts";
import { inTurns, type Measured, type Series, startOperator } from "./series.ts";

/** Runs the series on one cluster, because nobody writes. */
export async function* startup(series: Series): AsyncGenerator<Measurement> {
  await using cluster = await BenchCluster.start();
  await prepare(cluster.api, { count: 1, steps: 0, payload: 1024, ready: true });
  await cluster.settle();
  yield* inTurns(series, (operator) => measure(cluster, operator, series));
}

async function measure(cluster: BenchCluster, operator: Operator, { settings }: Series): Promise<Measured> {
  const { limit, denoFlags } = settings;
  const meter = new Meter(cluster);
  await using process = await startOperator(cluster, operator, { wanted: 1, limit });
  const { at } = await process.printed("SYNCED");
  const wallSeconds = (at - process.startedAt) / 1000;
  const used = meter.stop(process);
  const { rssMib } = await meter.untilQuiet(process);
  const values = { wallSeconds, ...used, ...(rssMib !== undefined && { rssMib }) };
  if (operator.name !== FLOOR) return { values };
  return { values: { ...values, exitSeconds: await exitSeconds(cluster, denoFlags, limit) } };
}

async function exitSeconds(cluster: BenchCluster, denoFlags: readonly string[], limit: number): Promise<number> {
  await using process = await startOperator(cluster, { command: emptyProgram(denoFlags) }, { wanted: 1, limit });
  return await process.exited() / 1000;
}
