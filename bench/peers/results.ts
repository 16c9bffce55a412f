/** Measurements and their medians. */

/** The scenarios, in the order of the tables. */
export const SCENARIOS = ["converge", "idle", "churn", "latency", "startup", "foreign"] as const;

export type ScenarioName = typeof SCENARIOS[number];

/** Numbers by name; the name contains the unit. */
export type Values = Record<string, number>;

/** The measurement of one operator. */
export interface Measurement {
  scenario: ScenarioName;
  /** The number of objects. */
  n: number;
  operator: string;
  round: number;
  values: Values;
  /** Requests by verb and resource, if they are counted. */
  requests?: Record<string, number>;
  /** Why it failed, if it did. Then there are no values. */
  error?: string;
}

/** One operator at one size: the median of each value over all rounds. */
export interface Median {
  scenario: ScenarioName;
  n: number;
  operator: string;
  runs: number;
  failed: number;
  values: Values;
}

/** The sizes of each scenario, ascending. */
export type Sizes = Record<ScenarioName, number[]>;

/** The medians of all measurements, in the order in which operators and sizes first appear. */
export function mediansOf(measurements: readonly Measurement[]): Median[] {
  const groups = Map.groupBy(measurements, ({ scenario, n, operator }) => `${scenario} ${n} ${operator}`);
  return [...groups.values()].map((group) => {
    const { scenario, n, operator } = group[0]!;
    const good = group.filter(({ error }) => error === undefined);
    const names = new Set(good.flatMap(({ values }) => Object.keys(values)));
    const values = Object.fromEntries([...names].map((name) => [name, median(present(good, name))]));
    return { scenario, n, operator, runs: good.length, failed: group.length - good.length, values };
  });
}

/** The middle value, or the mean of the two middle ones; NaN if there are none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** The smallest number that at least this share of all numbers does not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function present(measurements: readonly Measurement[], name: string): number[] {
  return measurements.map(({ values }) => values[name]).filter((value) => value !== undefined);
}
