/** The targets, and whether they are met. Pure: computes verdicts from the medians of a run. */

import type { Median, ScenarioName, Values } from "./results.ts";

/** A measured target. */
export interface Verdict {
  id: string;
  text: string;
  measured: number;
  /** Undefined if there is no bound. */
  bound?: number;
  /** `×` for a ratio. */
  unit: string;
  /** Undefined if there is no bound. */
  holds?: boolean;
}

/** The input of the targets. */
export interface Measured {
  medians: readonly Median[];
  /** Divides the sizes of the targets, for a quick run. */
  divisors: Readonly<Record<ScenarioName, number>>;
  /** ConfigMaps per object in `converge`. */
  steps: number;
}

/** A target that has not been measured. */
interface Target {
  id: string;
  text: string;
  unit: string;
  /** The upper bound; undefined if there is none. */
  bound?: number;
  /** Returns undefined if a run that it needs is missing. */
  measure: () => number | undefined;
}

/** The compared values, and their names. */
const MEASURES = {
  wall: ["wallSeconds", "wall time"],
  cpu: ["cpuSeconds", "operator CPU"],
  apiserver: ["apiServerCpuSeconds", "API server CPU"],
  rss: ["peakRssMib", "peak RSS"],
  p50: ["p50Ms", "p50"],
  p99: ["p99Ms", "p99"],
} as const;

type Measure = keyof typeof MEASURES;

/** Stands for the peer with the lowest median. */
const BEST = "best";

/** The candidates for the best peer. All of them must have been measured. */
const PEERS: Readonly<Partial<Record<ScenarioName, readonly string[]>>> = {
  latency: ["rust", "rust-events", "go", "go-events"],
};

/** A comparison: target, scenario, objects, peer, value, and the greatest allowed ratio. */
type Comparison = [number, ScenarioName, number, string, Measure, number];

/** All comparisons with a peer. The same number means the same target. */
const COMPARISONS: readonly Comparison[] = [
  [1, "converge", 300, "rust", "wall", 0.6],
  [1, "converge", 300, "rust", "cpu", 0.7],
  [1, "converge", 300, "rust", "apiserver", 0.5],
  [1, "converge", 300, "rust-cached", "wall", 0.85],
  [1, "converge", 300, "rust-cached", "apiserver", 0.8],
  [1, "converge", 300, "go-cached", "wall", 0.7],
  [1, "converge", 300, "go-cached", "cpu", 0.6],
  [1, "converge", 300, "go-cached", "apiserver", 0.8],
  [1, "converge", 300, "rust-events", "wall", 1],
  [1, "converge", 300, "rust-events", "cpu", 1.4],
  [1, "converge", 300, "rust-events", "apiserver", 1],
  [1, "converge", 1_000, "rust-events", "wall", 0.95],
  [1, "converge", 1_000, "rust-events", "cpu", 1],
  [1, "converge", 1_000, "rust-events", "apiserver", 1],
  [1, "converge", 1_000, "bare", "wall", 1.12],
  [1, "converge", 1_000, "bare", "cpu", 1.5],
  [2, "idle", 10_000, "rust", "wall", 0.75],
  [2, "idle", 10_000, "rust", "cpu", 0.65],
  [2, "idle", 10_000, "rust", "rss", 1.1],
  [2, "idle", 100_000, "rust", "rss", 0.5],
  [2, "idle", 100_000, "rust", "cpu", 0.6],
  [3, "churn", 10_000, "rust", "cpu", 0.75],
  [7, "foreign", 33_500, "rust-cached", "rss", 0.5],
  [7, "foreign", 33_500, "go-cached", "rss", 0.5],
  [4, "latency", 1, BEST, "p50", 0.95],
  [4, "latency", 1, BEST, "p99", 0.5],
];

/** A bound on this module alone: target, scenario, objects, value, its name, unit, and the upper bound. */
type Bound = [string, ScenarioName, number, string, string, string, number];

const BOUNDS: readonly Bound[] = [
  ["3.churn.10000.p99", "churn", 10_000, "p99Ms", "churn, 10,000 objects: p99 from write to the Run's end", "ms", 8],
  ["5.startup.staircase.wall", "startup", 1, "wallSeconds", "staircase: start to first Run", "s", 0.06],
  ["5.startup.staircase.rss", "startup", 1, "rssMib", "staircase: RSS with nothing to do", "MiB", 48],
  ["7.foreign.33500.start", "foreign", 33_500, "wallSeconds", "foreign, 33,500 objects: start to the last Run", "s", 3],
  ["7.foreign.33500.peak", "foreign", 33_500, "peakRssMib", "foreign, 33,500 objects: peak RSS", "MiB", 110],
];

/** The verdicts on all targets that the run has measured. */
export function verdictsOf(measured: Measured): Verdict[] {
  const targets = [
    ...COMPARISONS.map((comparison) => comparisonTarget(measured, comparison)),
    ...BOUNDS.map((bound) => boundTarget(measured, bound)),
    ...requestTargets(measured),
    ...statedTargets(measured),
    ...growthTargets(measured),
    ...marginalTargets(measured),
  ];
  return targets.flatMap((target) => verdictOf(target) ?? []).toSorted((a, b) =>
    a.id.localeCompare(b.id, "en", { numeric: true })
  );
}

function verdictOf({ id, text, unit, bound, measure }: Target): Verdict | undefined {
  const measured = measure();
  if (measured === undefined || Number.isNaN(measured)) return undefined;
  if (bound === undefined) return { id, text, measured, unit };
  return { id, text, measured, bound, unit, holds: measured <= bound };
}

function comparisonTarget(measured: Measured, comparison: Comparison): Target {
  const [number, scenario, n, peer, measure, bound] = comparison;
  const [key, title] = MEASURES[measure];
  const of = (operator: string) => value(measured, scenario, n, operator, key);
  const whose = peer === BEST ? `that of the best of ${PEERS[scenario]!.join(", ")}` : peer;
  return {
    id: `${number}.${scenario}.${n}.${peer}.${measure}`,
    text: `${scenario}, ${objects(n)}: ${title} at most ${bound} × ${whose}`,
    ...{ unit: "×", bound },
    measure: () => quotient(of("staircase"), peer === BEST ? least(PEERS[scenario]!.map(of)) : of(peer)),
  };
}

function boundTarget(measured: Measured, [id, scenario, n, key, title, unit, bound]: Bound): Target {
  const text = `${title} at most ${bound} ${unit}`;
  return { id, text, unit, bound, measure: () => value(measured, scenario, n, "staircase", key) };
}

/** One list and one watch for each of the two kinds; a streaming list is both in one. */
const LISTS_AND_WATCHES = 4;

function requestTargets(measured: Measured): Target[] {
  const n = 300;
  const of = (key: string) => value(measured, "converge", n, "staircase", key);
  const writes = n / measured.divisors.converge * (measured.steps + 1);
  const keys = ["writes", "gets", "lists", "watches", "otherRequests"];
  return [{
    id: `1.converge.${n}.requests`,
    text: `converge, ${objects(n)}: requests besides the ${writes} writes, at most a list and a watch of each kind`,
    ...{ unit: "requests", bound: LISTS_AND_WATCHES },
    measure: () => sum(keys.map(of), -writes),
  }];
}

/** Targets without a bound, for information. */
function statedTargets(measured: Measured): Target[] {
  const startup = (operator: string, key: string) => value(measured, "startup", 1, operator, key);
  const stated = (id: string, text: string, unit: string, measure: Target["measure"]): Target => ({
    id,
    text,
    unit,
    measure,
  });
  // This module itself has bounds.
  const operators = ["staircase-source", "staircase-compiled", "bare", "rust", "go"];
  return [
    ...["staircase", "bare", "rust", "rust-events", "go", "go-events"].map((operator) =>
      stated(
        `4.latency.p99.${operator}`,
        `latency: p99 of ${operator}`,
        "ms",
        () => value(measured, "latency", 1, operator, "p99Ms"),
      )
    ),
    ...operators.flatMap((operator) => [
      stated(
        `5.startup.${operator}.wall`,
        `${operator}: start to first Run`,
        "s",
        () => startup(operator, "wallSeconds"),
      ),
      stated(
        `5.startup.${operator}.rss`,
        `${operator}: RSS with nothing to do`,
        "MiB",
        () => startup(operator, "rssMib"),
      ),
    ]),
    stated(
      "5.startup.floor.exit",
      "floor: an empty program, start to exit",
      "s",
      () => startup("floor", "exitSeconds"),
    ),
    stated("5.startup.floor.rss", "floor: RSS of a program that only waits", "MiB", () => startup("floor", "rssMib")),
  ];
}

/** At ten times the objects, the cost of each object and event must not rise. */
function growthTargets(measured: Measured): Target[] {
  const perEvent = (n: number) => value(measured, "churn", n, "staircase", "cpuPerEventUs");
  const event: Target = {
    id: "6.growth.event",
    text: `growth: CPU an update with ${objects(10_000)}, as a multiple of ${objects(1_000)}: O(1)`,
    ...{ unit: "×", bound: 1.2 },
    measure: () => quotient(perEvent(10_000), perEvent(1_000)),
  };
  const perObject = [10_000, 100_000].flatMap((n) =>
    (["wall", "cpu", "rss"] as const).map((measure): Target => {
      const [key, title] = MEASURES[measure];
      const each = (size: number) => quotient(value(measured, "idle", size, "staircase", key), size);
      return {
        id: `6.growth.${n}.${measure}`,
        text: `growth, ${objects(n)}: ${title} an object, as a multiple of ${objects(n / 10)}`,
        ...{ unit: "×", bound: 1 },
        measure: () => quotient(each(n), each(n / 10)),
      };
    })
  );
  return [event, ...perObject];
}

/**
 * The cost of one more object, from ten to a hundred times the smallest size, so that the fixed cost of a start is
 * excluded.
 */
function marginalTargets(measured: Measured): Target[] {
  return (["wall", "cpu", "rss"] as const).map((measure): Target => {
    const [key, title] = MEASURES[measure];
    const of = (n: number) => value(measured, "idle", n, "staircase", key);
    const each = (n: number) => quotient(minus(of(n), of(n / 10)), n - n / 10);
    return {
      id: `6.growth.marginal.${measure}`,
      text: `growth: ${title} of an object more, beyond 10,000, as a multiple of that below: flat, to 10 %`,
      ...{ unit: "×", bound: 1.1 },
      measure: () => quotient(each(100_000), each(10_000)),
    };
  });
}

/** The median of a value; `n` is the size that the target names. */
function value({ medians, divisors }: Measured, scenario: ScenarioName, n: number, operator: string, key: string) {
  const size = n / divisors[scenario];
  const found = medians.find((row) => row.scenario === scenario && row.n === size && row.operator === operator);
  const values: Values = found?.values ?? {};
  return values[key];
}

function objects(n: number): string {
  return n === 1 ? "1 object" : `${n.toLocaleString("en")} objects`;
}

/** The smallest number; undefined if one is missing. */
function least(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.some((each) => each === undefined) ? undefined : Math.min(...numbers as number[]);
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function sum(numbers: readonly (number | undefined)[], start: number): number | undefined {
  return numbers.reduce((total: number | undefined, each) => each === undefined ? undefined : total! + each, start);
}
