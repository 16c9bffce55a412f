/** Measures the start of an operator on a cluster without writers, up to the end of its first Runs. */

import type { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import type { Operator } from "../operators.ts";
import { difference, summary } from "../request_counts.ts";
import { type Measured, startOperator } from "./series.ts";

/**
 * Starts the operator, and measures it up to `SYNCED`, and until everything is idle.
 *
 * @param peakTo The end of the period for the peak memory.
 */
export async function measureStart(
  cluster: BenchCluster,
  operator: Operator,
  options: Parameters<typeof startOperator>[2],
  peakTo: "synced" | "quiet" = "synced",
): Promise<Measured> {
  await cluster.settle();
  const before = await cluster.requests();
  await cluster.settle();
  const meter = new Meter(cluster);
  await using process = await startOperator(cluster, operator, options);
  const { at } = await process.printed("SYNCED");
  const used = meter.stop(process);
  const quiet = await meter.untilQuiet(process);
  const peak = peakTo === "quiet" ? { peakRssMib: process.memory("VmHWM") } : {};
  const requests = difference(await cluster.requests(), before);
  const wallSeconds = (at - process.startedAt) / 1000;
  return { values: { wallSeconds, ...used, ...quiet, ...peak, ...summary(requests) }, requests };
}
