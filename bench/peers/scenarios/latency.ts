/** Latency: one object at a time, from the user's write to the creation of the dependent, as a watch sees it. */

import { pause } from "../../../tests/cluster/eventually.ts";
import { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import type { Operator } from "../operators.ts";
import { type Measurement, percentile } from "../results.ts";
import { type WatchEvent, Watching } from "../watching.ts";
import { clear, CONFIG_MAPS, prepare, stair, stairName, STAIRS } from "../workload.ts";
import { inTurns, type Measured, type Series, startOperator } from "./series.ts";

/** Runs the series on one cluster, which is emptied in between. */
export async function* latency(series: Series): AsyncGenerator<Measurement> {
  await using cluster = await BenchCluster.start();
  // An existing, ready object, for which an operator prints SYNCED.
  const seed = () => cluster.api.send("POST", STAIRS, { body: stair("first", { steps: 0, payload: "" }) });
  await prepare(cluster.api, { count: 0, steps: 0, payload: 0 });
  yield* inTurns(series, async (operator) => {
    await clear(cluster.api);
    await seed();
    return await measure(cluster, operator, series);
  });
}

async function measure(cluster: BenchCluster, operator: Operator, { settings }: Series): Promise<Measured> {
  const { changes, warmUp, limit } = settings;
  await cluster.settle();
  await using process = await startOperator(cluster, operator, { wanted: 1, limit });
  await process.printed("SYNCED");
  const sightings = new Sightings();
  const see = (event: WatchEvent) => sightings.see(event);
  await using _stairs = await Watching.start(cluster.api, STAIRS, see);
  await using _maps = await Watching.start(cluster.api, CONFIG_MAPS, see);
  const change = (index: number) => process.during(oneChange(cluster, sightings, stairName(index)));
  for (let index = 0; index < warmUp; index++) await change(index);
  const meter = new Meter(cluster, process);
  const delays: number[] = [];
  for (let index = 0; index < changes; index++) delays.push(await change(warmUp + index));
  return { values: { ...summaryOf(delays), ...meter.stop(process), rssMib: process.memory("VmRSS") } };
}

function summaryOf(delays: readonly number[]) {
  return { p50Ms: percentile(delays, 0.5), p99Ms: percentile(delays, 0.99), maxMs: percentile(delays, 1) };
}

/** Resolves with the milliseconds, after the status has been written and everything is idle. */
async function oneChange(cluster: BenchCluster, sightings: Sightings, name: string): Promise<number> {
  const created = sightings.of(`${name}-0`);
  const ready = sightings.of(name);
  const start = performance.now();
  await cluster.api.send("POST", STAIRS, { body: stair(name, { steps: 1, payload: "" }) });
  const at = await created;
  await ready;
  await pause(10);
  return at - start;
}

/** When the harness saw a ConfigMap appear, or a Stair become ready. */
class Sightings {
  readonly #waiting = new Map<string, (at: number) => void>();

  of(name: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#waiting.set(name, resolve);
    return promise;
  }

  see({ type, object: { metadata: { name }, status } }: WatchEvent): void {
    const isMap = name.endsWith("-0");
    if (isMap ? type !== "ADDED" : !status?.ready) return;
    this.#waiting.get(name)?.(performance.now());
    this.#waiting.delete(name);
  }
}
