/** What the peer benchmark runs, as its command line says. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { operatorTable } from "../../bench/peers/operators.ts";
import { parseOptions } from "../../bench/peers/options.ts";
import { namesIn, planOf } from "../../bench/peers/plan.ts";
import { inTurns } from "../../bench/peers/scenarios/series.ts";

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
    ["foreign 33500", 5],
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

Deno.test("options: a quick run leaves the results alone", () => {
  assertEquals(parseOptions([])?.out, undefined);
  assert(parseOptions(["--quick"])?.out?.endsWith("/quick"));
  assertEquals(parseOptions(["--quick", "--out", "/mine"])?.out, "/mine");
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

Deno.test("operators: what is bundled is started once when it is built, by the command that it is measured by", () => {
  const table = operatorTable({ build: "/built", denoFlags: ["--v8-flags=--max-lazy"], before: "/before" });
  for (const { command, source } of table.filter(({ name }) => ["staircase", "staircase-before"].includes(name))) {
    assertEquals(source.build.at(-1)?.slice(-command.length), command);
  }
});

Deno.test("operators: forms of one program are built once", () => {
  const sources = TABLE.filter(({ name }) => name.startsWith("rust")).map(({ source }) => source);
  assertEquals(sources.length, 3);
  assertEquals(new Set(sources).size, 1);
});

Deno.test("series: each operator has its turn in each round, and those that keep the machine busy come last", async () => {
  const [series] = planOf(parseOptions(["--scenario", "converge", "--repeat", "3"])!, TABLE);
  const measured: { operator: string; round: number }[] = [];
  for await (const one of inTurns(series!, () => Promise.resolve({ values: {} }))) measured.push(one);
  const slow = TABLE.filter(({ isSlow }) => isSlow).map(({ name }) => name);
  const ofRound = (round: number, isSlow: boolean) =>
    measured.filter((one) => one.round === round && slow.includes(one.operator) === isSlow)
      .map(({ operator }) => operator);
  const quick = series!.operators.map(({ name }) => name).filter((name) => !slow.includes(name)).toSorted();
  for (const round of [1, 2, 3]) {
    assertEquals(ofRound(round, false).toSorted(), quick);
    assertEquals(ofRound(round, true).toSorted(), slow.toSorted());
  }
  const firstSlow = measured.findIndex(({ operator }) => slow.includes(operator));
  assertEquals(firstSlow, 3 * quick.length);
});

Deno.test("series: a failure is a result, and the others have their turns", async () => {
  const [series] = planOf(parseOptions(["--scenario", "latency", "--repeat", "1"])!, TABLE);
  const errors: (string | undefined)[] = [];
  const measure = ({ name }: { name: string }) =>
    name === "go" ? Promise.reject(new Error("no")) : Promise.resolve({ values: {} });
  for await (const { error } of inTurns(series!, measure)) errors.push(error);
  assertEquals(errors.length, series!.operators.length);
  assertEquals(errors.filter((error) => error !== undefined), ["no"]);
});
