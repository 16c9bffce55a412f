/** Converge: objects need dependents and a status; the operator starts. Each run has its own cluster. */

import { BenchCluster } from "../bench_cluster.ts";
import { Meter } from "../meter.ts";
import type { Operator } from "../operators.ts";
import { difference, summary } from "../request_counts.ts";
import type { Measurement } from "../results.ts";
import { Watching } from "../watching.ts";
import { prepare, STAIRS } from "../workload.ts";
import { checkConverged } from "./check_converged.ts";
import { inTurns, type Measured, type Series, startOperator } from "./series.ts";

/** Runs the series. */
export function converge(series: Series): AsyncGenerator<Measurement> {
  return inTurns(series, (operator) => measure(operator, series));
}

async function measure(operator: Operator, { n, settings: { steps, limit } }: Series): Promise<Measured> {
  await using cluster = await BenchCluster.start();
  await prepare(cluster.api, { count: n, steps, payload: 64 });
  await cluster.settle();
  const goal = new Goal(n);
  await using _watching = await Watching.start(cluster.api, STAIRS, (event) => goal.see(event));
  const before = await cluster.requests();
  await cluster.settle();
  const meter = new Meter(cluster);
  await using process = await startOperator(cluster, operator, { wanted: n, limit });
  await process.during(goal.reached);
  const used = meter.stop(process);
  const wallSeconds = (goal.lastAt - process.startedAt) / 1000;
  const firstReadySeconds = (goal.firstAt - process.startedAt) / 1000;
  const quiet = await meter.untilQuiet(process);
  const requests = difference(await cluster.requests(), before);
  await checkConverged(cluster.api, n, steps);
  return { values: { wallSeconds, firstReadySeconds, ...used, ...quiet, ...summary(requests) }, requests };
}

/** Reached when the harness's watch has seen every object ready. */
class Goal {
  firstAt = NaN;
  lastAt = NaN;
  readonly reached: Promise<void>;
  readonly #ready = new Set<string>();
  readonly #count: number;
  readonly #resolve: () => void;

  constructor(count: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#count = count;
    this.reached = promise;
    this.#resolve = resolve;
  }

  see({ object }: { object: { metadata: { name: string }; status?: { ready?: boolean } } }): void {
    if (!object.status?.ready || this.#ready.size === this.#count) return;
    if (this.#ready.size === 0) this.firstAt = performance.now();
    this.#ready.add(object.metadata.name);
    if (this.#ready.size < this.#count) return;
    this.lastAt = performance.now();
    this.#resolve();
  }
}
