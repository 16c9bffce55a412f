/** What the peer benchmark runs, as its command line says. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { operatorTable } from "../../bench/peers/operators.ts";
import { parseOptions } from "../../bench/peers/options.ts";
import { namesIn, planOf } from "../../bench/peers/plan.ts";

const TABLE = operatorTable({ build: "/built", denoFlags: [] });

function plan(...args: string[]) {
  const options = parseOptions(args)!;
  return planOf(options, TABLE).map(({ scenario, n, operators, rounds }) => ({
    series: `${scenario} ${n}`,
    operators: operators.map(({ name }) => name),
    rounds,
  }));
}

Deno.test("plan: every scenario at the sizes of the targets, five rounds, three where objects are many", () => {
  assertEquals(plan().map(({ series, rounds }) => [series, rounds]), [
    ["converge 300", 5],
    ["converge 1000", 5],
    ["idle 1000", 5],
    ["idle 10000", 5],
    ["idle 100000", 3],
    ["churn 1000", 5],
    ["churn 10000", 5],
    ["latency 1", 5],
    ["startup 1", 20],
  ]);
});

Deno.test("plan: each operator of the table is in one of the series", () => {
  const planned = new Set(plan().flatMap(({ operators }) => operators));
  assertEquals(TABLE.map(({ name }) => name).filter((name) => !planned.has(name)), []);
});

Deno.test("plan: --only names the operators of every series, and the floor starts up only", () => {
  const [converge, startup] = plan("--only", "rust,floor", "--scenario", "converge,startup", "--n-converge", "10");
  assertEquals(converge?.operators, ["rust"]);
  assertEquals(startup?.operators, ["rust", "floor"]);
});

Deno.test("plan: a quick run has the same operators at a fraction of the sizes", () => {
  const quick = plan("--quick");
  assertEquals(quick.map(({ operators }) => operators), plan().map(({ operators }) => operators));
  assert(quick.every(({ rounds }) => rounds === 1));
});

Deno.test("plan: what is built is what a series asks for", () => {
  assertEquals(namesIn(parseOptions(["--scenario", "idle", "--n-idle", "100000"])!), ["staircase", "rust", "go"]);
  assertEquals(namesIn(parseOptions(["--only", "bare"])!), ["bare"]);
});

Deno.test("options: what cannot be used is refused", () => {
  assertThrows(() => parseOptions(["--repeat", "0"]), TypeError, "--repeat");
  assertThrows(() => parseOptions(["--scenario", "sleep"]), TypeError, "current value is sleep");
  assertThrows(() => parseOptions(["--nothing"]), TypeError);
});

Deno.test("operators: flags for Deno reach the operators on Deno, and no other", () => {
  const table = operatorTable({ build: "/built", denoFlags: ["--v8-flags=--max-lazy"] });
  const flagged = table.filter(({ command }) => command.includes("--v8-flags=--max-lazy")).map(({ name }) => name);
  assertEquals(flagged, ["staircase", "staircase-source", "bare", "floor"]);
});

Deno.test("operators: forms of one program are built once", () => {
  const sources = TABLE.filter(({ name }) => name.startsWith("rust")).map(({ source }) => source);
  assertEquals(sources.length, 3);
  assertEquals(new Set(sources).size, 1);
});
