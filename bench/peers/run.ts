/** Runs the peer benchmark: `deno task bench:peers --help`. */

import { buildCluster } from "../../tests/cluster/build.ts";
import { buildOperators } from "./build.ts";
import { COLUMNS, written } from "./columns.ts";
import { LOSSES } from "./losses.ts";
import { endAll } from "./operator_process.ts";
import { operatorTable } from "./operators.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { namesIn, planOf } from "./plan.ts";
import { measuredBefore, readInProcess, writeResults } from "./result_files.ts";
import { type Measurement, mediansOf } from "./results.ts";
import { print, say } from "./say.ts";
import { churn } from "./scenarios/churn.ts";
import { converge } from "./scenarios/converge.ts";
import { foreign } from "./scenarios/foreign.ts";
import { idle } from "./scenarios/idle.ts";
import { latency } from "./scenarios/latency.ts";
import type { Series } from "./scenarios/series.ts";
import { startup } from "./scenarios/startup.ts";
import { tablesOf } from "./tables.ts";
import { verdictsOf } from "./targets.ts";
import { verdictText } from "./verdict_text.ts";

const SCENARIOS = { converge, idle, churn, latency, startup, foreign };

/** Resolves with the exit code. */
async function run(options: Options): Promise<number> {
  if (options.report) return await reportAgain(options);
  if (Deno.build.os !== "linux") throw new Error(`Cannot measure as it needs Linux: current value is ${Deno.build.os}`);
  await buildCluster();
  const operators = operatorTable(options);
  const names = namesIn(options);
  const unknown = names.find((name) => !operators.some((operator) => operator.name === name));
  if (unknown) throw new TypeError(`Cannot run as --only must name operators: current value is ${unknown}`);
  const { ready, skipped } = await buildOperators(operators.filter(({ name }) => names.includes(name)), options);
  for (const [name, reason] of Object.entries(skipped)) say(`${name} is left out: ${reason}`);
  const plan = planOf(options, ready).filter(({ operators }) => operators.length > 0);
  const before = await measuredBefore(options, plan);
  const measurements: Measurement[] = [];
  for (const series of plan) {
    measurements.push(...await measureAll(series));
    // After each series, so that ending a long run keeps its results.
    await report(options, [...before, ...measurements], skipped, series === plan.at(-1));
  }
  return measurements.some(({ error }) => error !== undefined) ? 1 : 0;
}

async function reportAgain(options: Options): Promise<number> {
  const measurements = await measuredBefore(options, []);
  if (measurements.length === 0) throw new TypeError("Cannot report as nothing was measured: leave --report out");
  await report(options, measurements, {}, true);
  return 0;
}

async function measureAll(series: Series): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  try {
    for await (const measurement of SCENARIOS[series.scenario](series)) {
      measurements.push(measurement);
      say(lineOf(measurement));
    }
  } catch (error) {
    say(`${series.scenario} of ${series.n}: the rest is left out: ${error instanceof Error ? error.stack : error}`);
  }
  return measurements;
}

function lineOf({ scenario, n, operator, round, values, error }: Measurement): string {
  const columns = COLUMNS[scenario].filter(({ key }) => values[key] !== undefined);
  const cells = columns.map(({ title, key, digits }) => `${title} ${written(values[key], digits)}`);
  return `${scenario} ${n} ${operator} #${round}: ${error ?? cells.join(", ")}`;
}

/** Sorted by scenario, size and operator, whenever each was measured. */
function inOrder(measurements: readonly Measurement[], options: Options): Measurement[] {
  const scenarios = Object.keys(SCENARIOS);
  const operators = operatorTable(options).map(({ name }) => name);
  const place = ({ scenario }: Measurement) => scenarios.indexOf(scenario);
  const row = ({ operator }: Measurement) => operators.indexOf(operator);
  return measurements.toSorted((a, b) => place(a) - place(b) || a.n - b.n || row(a) - row(b));
}

async function report(
  options: Options,
  found: readonly Measurement[],
  skipped: Record<string, string>,
  isLast: boolean,
): Promise<void> {
  const measurements = inOrder(found, options);
  const medians = mediansOf(measurements);
  const verdicts = [...verdictsOf({ ...options, medians }), ...await readInProcess()];
  const text = [
    ...(options.quick ? ["A quick run: sizes are a tenth or a hundredth of those that the targets name."] : []),
    tablesOf(medians).trimEnd(),
    `### Targets\n\n${verdictText(verdicts, LOSSES)}`,
    ...Object.entries(skipped).map(([name, reason]) => `${name} was left out: ${reason}`),
  ].join("\n\n");
  if (isLast) print(text);
  await writeResults(options, text, { medians, verdicts, skipped, measurements });
}

/** Ends operators with the harness. The cluster has a watchdog of its own. */
function endWithUs(): void {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      endAll();
      Deno.exit(code);
    });
  }
}

if (import.meta.main) {
  try {
    const options = parseOptions(Deno.args);
    endWithUs();
    if (options) Deno.exit(await run(options));
    print(USAGE);
  } catch (error) {
    say(error instanceof TypeError ? error.message : String(error instanceof Error ? error.stack : error));
    Deno.exit(1);
  }
}
