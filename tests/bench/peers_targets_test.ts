/** The verdicts on the targets of the peer benchmark. */

import { assert, assertEquals } from "@std/assert";
import { LOSSES } from "../../bench/peers/losses.ts";
import { operatorTable } from "../../bench/peers/operators.ts";
import { parseOptions } from "../../bench/peers/options.ts";
import { planOf } from "../../bench/peers/plan.ts";
import type { Median, ScenarioName, Values } from "../../bench/peers/results.ts";
import { type Verdict, verdictsOf } from "../../bench/peers/targets.ts";
import { verdictText } from "../../bench/peers/verdict_text.ts";

const FULL: Record<ScenarioName, number> = { converge: 1, idle: 1, churn: 1, latency: 1, startup: 1, foreign: 1 };

function row(scenario: ScenarioName, n: number, operator: string, values: Values): Median {
  return { scenario, n, operator, runs: 5, failed: 0, values };
}

function verdicts(medians: Median[], divisors = FULL): Map<string, Verdict> {
  return new Map(verdictsOf({ medians, divisors, steps: 3 }).map((verdict) => [verdict.id, verdict]));
}

Deno.test("targets: a comparison is the ratio of this module's median to the peer's", () => {
  const found = verdicts([
    row("converge", 300, "staircase", { wallSeconds: 1.2, cpuSeconds: 0.9 }),
    row("converge", 300, "rust", { wallSeconds: 2, cpuSeconds: 1 }),
  ]);
  const wall = found.get("1.converge.300.rust.wall");
  assertEquals([wall?.measured, wall?.bound, wall?.holds], [0.6, 0.6, true]);
  const cpu = found.get("1.converge.300.rust.cpu");
  assertEquals([cpu?.measured, cpu?.bound, cpu?.holds], [0.9, 0.7, false]);
});

Deno.test("targets: what was not run has no verdict", () => {
  assertEquals(verdicts([]).size, 0);
  const found = verdicts([row("converge", 300, "staircase", { wallSeconds: 1 })]);
  assertEquals([...found.keys()], []);
});

Deno.test("targets: an operator that failed has no verdict, not a good one", () => {
  const found = verdicts([
    row("converge", 300, "staircase", { wallSeconds: 1 }),
    row("converge", 300, "rust", { wallSeconds: NaN }),
  ]);
  assertEquals(found.get("1.converge.300.rust.wall"), undefined);
});

Deno.test("targets: the best peer is the lowest of all that are named, and there is no verdict while one is missing", () => {
  const rows = (peers: Record<string, Values>) =>
    Object.entries({ staircase: { p50Ms: 4.75, p99Ms: 6 }, ...peers })
      .map(([operator, values]) => row("latency", 1, operator, values));
  const three = {
    "rust": { p50Ms: 9, p99Ms: 20 },
    "rust-events": { p50Ms: 5, p99Ms: 11 },
    "go": { p50Ms: 6, p99Ms: 30 },
  };
  const found = verdicts(rows({ ...three, "go-events": { p50Ms: 7, p99Ms: 12 }, "bare": { p50Ms: 1, p99Ms: 1 } }));
  const [p50, p99] = ["4.latency.1.best.p50", "4.latency.1.best.p99"].map((id) => found.get(id));
  assertEquals([p50?.measured, p50?.holds], [0.95, true]);
  assertEquals([p99?.measured, p99?.holds], [6 / 11, false]);
  const without = verdicts(rows(three));
  assertEquals([...without.keys()].filter((id) => id.includes("best")), []);
});

Deno.test("targets: the requests besides the writes are at most a list and a watch of each kind", () => {
  const at = (values: Values) =>
    verdicts([row("converge", 300, "staircase", { gets: 0, lists: 0, watches: 2, otherRequests: 0, ...values })])
      .get("1.converge.300.requests");
  assertEquals([at({ writes: 1200 })?.measured, at({ writes: 1200 })?.holds], [2, true]);
  assertEquals([at({ writes: 1200, lists: 2 })?.measured, at({ writes: 1200, lists: 2 })?.holds], [4, true]);
  assertEquals([at({ writes: 1203 })?.measured, at({ writes: 1203 })?.holds], [5, false]);
  assertEquals(at({ writes: 1200, gets: 3 })?.holds, false);
  assertEquals(at({ writes: 1200, otherRequests: 3 })?.holds, false);
});

Deno.test("targets: the p99 of churn is a bound in milliseconds", () => {
  const at = (p99Ms: number) =>
    verdicts([row("churn", 10_000, "staircase", { p99Ms })]).get("3.churn.10000.p99")?.holds;
  assertEquals([at(8), at(8.1)], [true, false]);
});

Deno.test("targets: a start is asked for in seconds and MiB, of this module alone", () => {
  const found = verdicts(
    ["staircase", "bare"].map((operator) => row("startup", 1, operator, { wallSeconds: 0.05, rssMib: 48.5 })),
  );
  const of = (id: string) => [found.get(id)?.bound, found.get(id)?.holds];
  assertEquals(of("5.startup.staircase.wall"), [0.06, true]);
  assertEquals(of("5.startup.staircase.rss"), [48, false]);
  assertEquals(of("5.startup.bare.wall"), [undefined, undefined]);
});

Deno.test("targets: growth is the cost of an object, a start left out where it says so", () => {
  const sizes: [number, number][] = [[1_000, 0.2], [10_000, 0.65], [100_000, 5.6]];
  const found = verdicts(sizes.map(([n, cpuSeconds]) => row("idle", n, "staircase", { cpuSeconds })));
  assertEquals(found.get("6.growth.10000.cpu")?.measured.toFixed(3), "0.325");
  assertEquals(found.get("6.growth.100000.cpu")?.measured.toFixed(3), "0.862");
  assertEquals(found.get("6.growth.marginal.cpu")?.measured.toFixed(3), "1.100");
});

Deno.test("targets: of a quick run, the sizes are divided", () => {
  const divisors = { ...FULL, converge: 10 };
  const medians = [
    row("converge", 30, "staircase", { wallSeconds: 1, writes: 120, gets: 0, lists: 0, watches: 2, otherRequests: 0 }),
    row("converge", 30, "rust", { wallSeconds: 2 }),
  ];
  const found = verdicts(medians, divisors);
  assertEquals(found.get("1.converge.300.rust.wall")?.measured, 0.5);
  assertEquals(found.get("1.converge.300.requests")?.measured, 2);
});

Deno.test("targets: what is only stated neither holds nor fails", () => {
  const floor = verdicts([row("startup", 1, "floor", { exitSeconds: 0.03, rssMib: 36 })]).get("5.startup.floor.exit");
  assertEquals([floor?.measured, floor?.bound, floor?.holds], [0.03, undefined, undefined]);
});

Deno.test("targets: every id is there once, and small sizes come first", () => {
  const both = (scenario: ScenarioName, n: number) =>
    ["staircase", "rust", "rust-events"].map((operator) => row(scenario, n, operator, { wallSeconds: 1 }));
  const ids = [
    ...verdictsOf({ medians: [...both("converge", 300), ...both("converge", 1_000)], divisors: FULL, steps: 3 }),
  ]
    .map(({ id }) => id);
  assertEquals(ids, [
    "1.converge.300.rust-events.wall",
    "1.converge.300.rust.wall",
    "1.converge.1000.rust-events.wall",
  ]);
});

/** What a run of the whole plan would have measured, as far as targets look at it. */
function everything(): Median[] {
  const valuesOf = (n: number): Values => ({
    // Growth is what lies between two sizes.
    ...{ wallSeconds: n, cpuSeconds: n, apiServerCpuSeconds: n, peakRssMib: n, rssMib: n },
    ...{ p50Ms: 1, p99Ms: 1 },
  });
  const table = operatorTable({ build: "/built", denoFlags: [] });
  return planOf(parseOptions([])!, table)
    .flatMap(({ scenario, n, operators }) => operators.map(({ name }) => row(scenario, n, name, valuesOf(n))));
}

Deno.test("targets: losses are told of targets that have a bound, and that the plan measures", () => {
  const found = verdicts(everything());
  const told = Object.keys(LOSSES).filter((id) => !id.startsWith("7-"));
  assertEquals(told.filter((id) => found.get(id)?.bound === undefined), []);
});

Deno.test("verdict text: one that does not hold is told with its reason, or that there is none yet", () => {
  const verdict = { text: "a thing", measured: 2, bound: 1, unit: "×", holds: false };
  const text = verdictText([{ ...verdict, id: "a" }, { ...verdict, id: "b" }, { ...verdict, id: "c", holds: true }], {
    a: "the parser",
  });
  assert(text.includes("- a thing (a): the parser"));
  assert(text.includes("- a thing (b): not yet explained"));
  assert(!text.includes("- a thing (c)"));
  assert(text.includes("| a thing | 2 × | 1 × | **no** | a |"));
});
