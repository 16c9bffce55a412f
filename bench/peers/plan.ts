/** The plan: which operators run at which size, and how often. */

import { BEFORE, FLOOR, type Operator, THIS } from "./operators.ts";
import type { Options } from "./options.ts";
import type { ScenarioName, Sizes } from "./results.ts";
import type { Series } from "./scenarios/series.ts";

/** Names of operators; by default all except those that only run in `startup`. */
type Names = readonly string[];

const ALL: Names = [
  "staircase",
  "bare",
  "rust",
  "rust-cached",
  "rust-events",
  "go",
  "go-cached",
  "go-events",
  "kopf",
  "node",
];
const FAST: Names = ["staircase", "bare", "rust", "rust-cached", "rust-events", "go-cached", "go-events"];
const DOCUMENTED: Names = ["staircase", "rust", "go"];

/** Sizes with at least this many objects to work on are only for fast operators. */
const MUCH_WORK = 500;
/** Sizes with fewer idle objects than this only show how this module grows. */
const GROWTH_ONLY = 5_000;
/** With at least this many objects, runs are long and vary less. */
const MANY = 50_000;

/** The operators at a size, if the command line names none. */
function namesOf(scenario: ScenarioName, n: number): Names {
  switch (scenario) {
    case "converge":
      return n < MUCH_WORK ? ALL : FAST;
    case "idle":
      if (n >= MANY) return DOCUMENTED;
      return n < GROWTH_ONLY ? ["staircase"] : ALL;
    case "churn":
      return n < GROWTH_ONLY ? ["staircase"] : ["staircase", "bare", "rust", "rust-events", "go"];
    case "latency":
      return ["staircase", "bare", "rust", "rust-events", "go", "go-events"];
    case "startup":
      return ["staircase", "staircase-source", "staircase-compiled", "bare", "rust", "go", "floor"];
    case "foreign":
      return ["staircase", "rust", "rust-cached", "go", "go-cached"];
  }
}

function roundsOf(scenario: ScenarioName, n: number): number {
  if (scenario === "startup") return 20;
  return n < MANY ? 5 : 3;
}

/** Adds the other commit's operator wherever this module takes part. */
function withBefore(names: Names, { before }: Options): Names {
  return before !== undefined && names.includes(THIS) ? [...names, BEFORE] : names;
}

/** All series of a run. Operators that are not ready are left out. */
export function planOf(options: Options, ready: readonly Operator[]): Series[] {
  return pairsOf(options).map(([scenario, n]) => {
    const size = n * options.divisors[scenario];
    const names = withBefore(options.only ?? namesOf(scenario, size), options);
    return {
      ...{ scenario, n, settings: options },
      operators: ready.filter(({ name }) => names.includes(name) && (name !== FLOOR || scenario === "startup")),
      rounds: options.repeat ?? roundsOf(scenario, size),
    };
  });
}

/** The names of all operators of a run. */
export function namesIn(options: Options): string[] {
  const asked = pairsOf(options).flatMap(([scenario, n]) => namesOf(scenario, n * options.divisors[scenario]));
  return [...withBefore([...new Set(options.only ?? asked)], options)];
}

function pairsOf({ scenarios, sizes }: { scenarios: readonly ScenarioName[]; sizes: Sizes }): [ScenarioName, number][] {
  return scenarios.flatMap((scenario) => sizes[scenario].map((n): [ScenarioName, number] => [scenario, n]));
}
