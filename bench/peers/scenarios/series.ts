/** The common part of the scenarios: a series of operators that take turns. */

import type { BenchCluster } from "../bench_cluster.ts";
import type { Operator } from "../operators.ts";
import { DENO_ENVIRONMENT } from "../deno_command.ts";
import { OperatorProcess } from "../operator_process.ts";
import type { Measurement, ScenarioName } from "../results.ts";

/** One scenario at one size. */
export interface Series {
  scenario: ScenarioName;
  /** The number of objects. */
  n: number;
  operators: readonly Operator[];
  rounds: number;
  /** Other settings of the scenario. */
  settings: Settings;
}

/** Sizes other than the number of objects. */
export interface Settings {
  /** ConfigMaps per Stair in `converge`. */
  steps: number;
  /** Updates per second in `churn`, and for how many seconds. */
  rate: number;
  seconds: number;
  /** Measured changes in `latency`, and how many before them are not measured. */
  changes: number;
  warmUp: number;
  /** Seconds after which a run counts as failed. */
  limit: number;
  /** More flags for operators on Deno. */
  denoFlags: readonly string[];
}

/** The measurement of one operator in a scenario. */
export type Measured = Pick<Measurement, "values" | "requests">;

/** The concurrency of all operators. */
const WORKERS = "8";

/**
 * Every operator has a turn in every round, so that a slow phase of the machine affects all. The order is random,
 * because an operator that follows a busy one finds the machine slower. Operators that keep it busy for long come last.
 */
export function* roundsOf(series: Series): Generator<{ round: number; operators: readonly Operator[] }> {
  const [quick, slow] = [false, true].map((wanted) =>
    series.operators.filter(({ isSlow = false }) => isSlow === wanted)
  );
  for (const operators of [quick!, slow!].filter(({ length }) => length > 0)) {
    for (let round = 1; round <= series.rounds; round++) yield { round, operators: shuffled(operators) };
  }
}

/** Measures each operator in each round. */
export async function* inTurns(
  series: Series,
  measure: (operator: Operator) => Promise<Measured>,
): AsyncGenerator<Measurement> {
  for (const { round, operators } of roundsOf(series)) {
    for (const operator of operators) yield await attempt(series, operator, round, () => measure(operator));
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const drawn = items.map((item) => ({ item, order: Math.random() }));
  return drawn.sort((a, b) => a.order - b.order).map(({ item }) => item);
}

/** Measures. An error is a result as well, and the others go on. */
export async function attempt(
  { scenario, n }: Series,
  { name: operator }: Pick<Operator, "name">,
  round: number,
  measure: () => Promise<Measured>,
): Promise<Measurement> {
  const head = { scenario, n, operator, round };
  try {
    return { ...head, ...await measure() };
  } catch (error) {
    return { ...head, values: {}, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Starts an operator on a cluster. After `wanted` Runs without a change it prints `SYNCED`. */
export async function startOperator(
  cluster: BenchCluster,
  { command }: Pick<Operator, "command">,
  { wanted, limit, env = {} }: { wanted: number; limit: number; env?: Record<string, string> },
): Promise<OperatorProcess> {
  const dir = await Deno.makeTempDir({ dir: cluster.dir, prefix: "operator-" });
  const contract = { KUBECONFIG: cluster.kubeconfig, BENCH_N: String(wanted), BENCH_WORKERS: WORKERS };
  const settings = { NO_PROXY: "127.0.0.1", PYTHONUNBUFFERED: "1", ...DENO_ENVIRONMENT };
  return new OperatorProcess({ command, dir, limit, env: { ...contract, ...settings, ...env } });
}
