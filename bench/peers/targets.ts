/** The targets: what is asked, of whom, and whether it holds. Pure: from the medians of one run to verdicts. */

import type { Median, ScenarioName, Values } from "./results.ts";

/** A target, measured. */
export interface Verdict {
  id: string;
  text: string;
  measured: number;
  /** Undefined for what is only stated. */
  bound?: number;
  /** `×` for a ratio. */
  unit: string;
  /** Undefined for what is only stated. */
  holds?: boolean;
}

/** What the targets are computed from. */
export interface Measured {
  medians: readonly Median[];
  /** What the sizes of the targets are divided by, for a quick run. */
  divisors: Readonly<Record<ScenarioName, number>>;
  /** ConfigMaps of an object in `converge`. */
  steps: number;
}

/** A target before it is measured. */
interface Target {
  id: string;
  text: string;
  unit: string;
  /** At most that, or less than that; undefined for what is only stated. */
  bound?: number;
  strictly?: boolean;
  /** Undefined when something that it needs was not run. */
  measure: () => number | undefined;
}

/** The value that a comparison is about, and what it is called. */
const MEASURES = {
  wall: ["wallSeconds", "wall time"],
  cpu: ["cpuSeconds", "operator CPU"],
  apiserver: ["apiServerCpuSeconds", "API server CPU"],
  rss: ["peakRssMib", "peak RSS"],
  p50: ["p50Ms", "p50"],
} as const;

type Measure = keyof typeof MEASURES;

/** What this module is compared in: target, scenario, objects, peer, measure, bound. `<` says that equal is not enough. */
type Comparison = [number, ScenarioName, number, string, Measure, number, "<"?];

/** All comparisons with a peer. The numbers are those of the targets in `bench/README.md`. */
const COMPARISONS: readonly Comparison[] = [
  [1, "converge", 300, "rust", "wall", 0.6],
  [1, "converge", 300, "rust", "cpu", 0.85],
  [1, "converge", 300, "rust", "apiserver", 0.5],
  [1, "converge", 300, "rust-cached", "wall", 0.9],
  [1, "converge", 300, "rust-cached", "apiserver", 0.8],
  [1, "converge", 300, "go-cached", "wall", 0.9],
  [1, "converge", 300, "go-cached", "apiserver", 0.8],
  [1, "converge", 300, "go-cached", "cpu", 0.8],
  [1, "converge", 300, "rust-events", "wall", 1.1],
  [1, "converge", 1_000, "rust-events", "wall", 1],
  [1, "converge", 300, "rust-events", "apiserver", 1],
  [1, "converge", 1_000, "rust-events", "apiserver", 1],
  [1, "converge", 300, "bare", "wall", 1.05],
  [1, "converge", 300, "bare", "cpu", 1.2],
  [2, "idle", 10_000, "rust", "wall", 0.75],
  [2, "idle", 10_000, "rust", "cpu", 0.6],
  [2, "idle", 10_000, "rust", "rss", 1],
  [2, "idle", 100_000, "rust", "rss", 0.5],
  [2, "idle", 100_000, "rust", "cpu", 0.6],
  [3, "churn", 10_000, "rust", "cpu", 0.8],
  [4, "latency", 1, "rust", "p50", 1, "<"],
  [4, "latency", 1, "rust-events", "p50", 1, "<"],
  [4, "latency", 1, "go", "p50", 1, "<"],
  [4, "latency", 1, "go-events", "p50", 1, "<"],
];

/** The verdicts on all targets that the run has measured. */
export function verdictsOf(measured: Measured): Verdict[] {
  const targets = [
    ...COMPARISONS.map((comparison) => comparisonTarget(measured, comparison)),
    ...requestTargets(measured),
    ...churnTargets(measured),
    ...statedTargets(measured),
    ...growthTargets(measured),
    ...marginalTargets(measured),
  ];
  return targets.flatMap((target) => verdictOf(target) ?? []).toSorted((a, b) =>
    a.id.localeCompare(b.id, "en", { numeric: true })
  );
}

function verdictOf({ id, text, unit, bound, strictly = false, measure }: Target): Verdict | undefined {
  const measured = measure();
  if (measured === undefined || Number.isNaN(measured)) return undefined;
  if (bound === undefined) return { id, text, measured, unit };
  return { id, text, measured, bound, unit, holds: strictly ? measured < bound : measured <= bound };
}

function comparisonTarget(measured: Measured, comparison: Comparison): Target {
  const [number, scenario, n, peer, measure, bound, strictly] = comparison;
  const [key, title] = MEASURES[measure];
  const of = (operator: string) => value(measured, scenario, n, operator, key);
  return {
    id: `${number}.${scenario}.${n}.${peer}.${measure}`,
    text: `${scenario}, ${objects(n)}: ${title} ${strictly ? "less than" : "at most"} ${bound} × ${peer}`,
    ...{ unit: "×", bound, strictly: strictly !== undefined },
    measure: () => quotient(of("staircase"), of(peer)),
  };
}

/** One list and one watch for each of the two kinds; by a streaming list they are one. */
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

function churnTargets(measured: Measured): Target[] {
  const of = (n: number, key: string) => value(measured, "churn", n, "staircase", key);
  return [
    {
      id: "3.churn.10000.p99",
      text: `churn, ${objects(10_000)}: p99 from write to the Run's end at most 20 ms`,
      ...{ unit: "ms", bound: 20 },
      measure: () => of(10_000, "p99Ms"),
    },
    {
      id: "6.growth.event",
      text: `growth: CPU an update with ${objects(10_000)}, as a multiple of ${objects(1_000)}: O(1)`,
      ...{ unit: "×", bound: 1.2 },
      measure: () => quotient(of(10_000, "cpuPerEventUs"), of(1_000, "cpuPerEventUs")),
    },
  ];
}

/** What has no bound: it is told. */
function statedTargets(measured: Measured): Target[] {
  const startup = (operator: string, key: string) => value(measured, "startup", 1, operator, key);
  const stated = (id: string, text: string, unit: string, measure: Target["measure"]): Target => ({
    id,
    text,
    unit,
    measure,
  });
  const operators = ["staircase", "staircase-source", "staircase-compiled", "bare", "rust", "go"];
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

/** Ten times the objects: the cost of each must not rise. */
function growthTargets(measured: Measured): Target[] {
  return [10_000, 100_000].flatMap((n) =>
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
}

/** What one object more costs, from ten to a hundred times the smallest size: what a start takes anyhow is not in it. */
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

/** The median of a value; `n` is the size as the targets name it. */
function value({ medians, divisors }: Measured, scenario: ScenarioName, n: number, operator: string, key: string) {
  const size = n / divisors[scenario];
  const found = medians.find((row) => row.scenario === scenario && row.n === size && row.operator === operator);
  const values: Values = found?.values ?? {};
  return values[key];
}

function objects(n: number): string {
  return n === 1 ? "1 object" : `${n.toLocaleString("en")} objects`;
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
