/** What the scenarios have in common: a series of operators that take turns. */

import type { BenchCluster } from "../bench_cluster.ts";
import type { Operator } from "../operators.ts";
import { DENO_ENVIRONMENT } from "../deno_command.ts";
import { OperatorProcess } from "../operator_process.ts";
import type { Measurement, ScenarioName } from "../results.ts";

/** One scenario at one size. */
export interface Series {
  scenario: ScenarioName;
  /** Objects. */
  n: number;
  operators: readonly Operator[];
  rounds: number;
  /** What the scenario can be told besides. */
  settings: Settings;
}

/** Sizes besides the number of objects. */
export interface Settings {
  /** ConfigMaps of a Stair in `converge`. */
  steps: number;
  /** Updates a second, and for how many seconds, in `churn`. */
  rate: number;
  seconds: number;
  /** Changes that are measured in `latency`, after so many that are not. */
  changes: number;
  warmUp: number;
  /** Seconds until a run counts as failed. */
  limit: number;
  /** More flags for operators on Deno. */
  denoFlags: readonly string[];
}

/** What a scenario measures of one operator. */
export type Measured = Pick<Measurement, "values" | "requests">;

/** How many Runs an operator makes at a time: the same for all. */
const WORKERS = "8";

/**
 * Every operator takes its turn in every round, so that a slow phase of the machine hits all. The order is drawn anew for each
 * round, as who comes after a busy one finds the machine slower; those that keep it busy for long come after all others.
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

/** Measures; an error is a result, too, and the others go on. */
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

/** Starts an operator on a cluster. `wanted` is the number of Runs without a change after which it says `SYNCED`. */
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
