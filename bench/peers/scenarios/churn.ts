/** Churn: objects are updated all the time, but no update requires a change. */

import { pause } from "../../../tests/cluster/eventually.ts";
import type { Api } from "../api.ts";
import { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import type { Operator } from "../operators.ts";
import type { Measurement } from "../results.ts";
import { prepare, SENT, stairName, STAIRS } from "../workload.ts";
import { attempt, type Measured, roundsOf, type Series, startOperator } from "./series.ts";

const PAYLOAD = 1024;
const WARM_UP = 50;

/** Runs the series. Each round has its own cluster, because a minute of updates leaves much behind in etcd. */
export async function* churn(series: Series): AsyncGenerator<Measurement> {
  for (const { round, operators } of roundsOf(series)) {
    await using cluster = await BenchCluster.start();
    // All objects have the annotation from the start, so that every operator finds objects of the same size.
    const annotations = () => ({ [SENT]: epochMilliseconds().toFixed(3) });
    await prepare(cluster.api, { count: series.n, steps: 0, payload: PAYLOAD, ready: true, annotations });
    for (const operator of operators) {
      yield await attempt(series, operator, round, () => measure(cluster, operator, series));
    }
  }
}

async function measure(cluster: BenchCluster, operator: Operator, { n, settings }: Series): Promise<Measured> {
  const { rate, seconds, limit } = settings;
  const updates = rate * seconds;
  await cluster.settle();
  const env = { BENCH_CHURN: String(updates) };
  await using process = await startOperator(cluster, operator, { wanted: n, limit: limit + seconds, env });
  await process.printed("SYNCED");
  await process.during(warmUp(cluster.api, n));
  await new Meter(cluster).untilQuiet(process);
  const meter = new Meter(cluster, process);
  const start = performance.now();
  const abort = new AbortController();
  const updating = update(cluster.api, { n, rate, updates, signal: abort.signal });
  await process.during(updating).finally(() => abort.abort());
  const { text } = await process.printed("CHURNED");
  const wallSeconds = (performance.now() - start) / 1000;
  const used = meter.stop(process);
  const [p50Ms = NaN, p99Ms = NaN, maxMs = NaN] = text.split(" ").slice(1).map(Number);
  const cpuPerEventUs = used["cpuSeconds"]! / updates * 1e6;
  const rssMib = process.memory("VmRSS");
  return { values: { wallSeconds, ...used, cpuPerEventUs, p50Ms, p99Ms, maxMs, rssMib } };
}

/**
 * The first updates are slow: connections are opened, and the API server learns the kind. Their annotation excludes
 * them from the results.
 */
async function warmUp(api: Api, n: number): Promise<void> {
  await Promise.all(Array.from({ length: WARM_UP }, (_, index) => touch(api, index, n, 0)));
}

/** Which objects to update, and how fast. */
interface Updates {
  n: number;
  rate: number;
  updates: number;
  signal: AbortSignal;
}

/** Updates the objects in turn, at a fixed rate: each update is sent at its time, even if others are late. */
async function update(api: Api, { n, rate, updates, signal }: Updates): Promise<void> {
  const start = performance.now();
  const sending = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for (let index = 0; index < updates && !signal.aborted && errors.length === 0; index++) {
    const early = start + index / rate * 1000 - performance.now();
    if (early > 0) await pause(early);
    const sent = touch(api, index, n).catch((error) => void errors.push(error)).finally(() => sending.delete(sent));
    sending.add(sent);
  }
  await Promise.all(sending);
  if (errors.length > 0) throw errors[0];
}

function touch(api: Api, index: number, n: number, sent = epochMilliseconds()): Promise<void> {
  // Always a new value, because an unchanged spec is no event for some operators.
  const payload = `${epochMilliseconds()}-${index}`.padStart(PAYLOAD, "x");
  const metadata = { annotations: { [SENT]: sent.toFixed(3) } };
  return api.patch(`${STAIRS}/${stairName(index % n)}`, { metadata, spec: { payload } });
}

function epochMilliseconds(): number {
  return performance.timeOrigin + performance.now();
}
