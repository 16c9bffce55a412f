/** The result files: JSON with every run, the tables, and the chart. */

import { fileURLToPath } from "node:url";
import { chartOf } from "./chart.ts";
import type { Options } from "./options.ts";
import type { Measurement, Median } from "./results.ts";
import { say } from "./say.ts";
import type { Verdict } from "./targets.ts";

/** All results of one benchmark. */
export interface Results {
  medians: readonly Median[];
  verdicts: readonly Verdict[];
  skipped: Record<string, string>;
  measurements: readonly Measurement[];
}

/** The folder of the results, also of those of `deno task bench`. */
export const RESULTS: string = fileURLToPath(new URL("../results", import.meta.url));

/**
 * Earlier results at sizes that this run does not measure. A long benchmark may be made in parts, because each series
 * is compared within itself. A quick run ignores earlier results.
 */
export async function measuredBefore(
  { out = RESULTS, quick }: Pick<Options, "out" | "quick">,
  measured: readonly Pick<Measurement, "scenario" | "n">[],
): Promise<Measurement[]> {
  if (quick) return [];
  const isMeasured = ({ scenario, n }: Measurement) => measured.some((one) => one.scenario === scenario && one.n === n);
  const { measurements } = await readJson<Pick<Results, "measurements">>(`${out}/peers.json`) ?? { measurements: [] };
  return measurements.filter((one) => !isMeasured(one));
}

/** Writes `peers.json`, `peers.md` with the text, and `peers.svg`. */
export async function writeResults(options: Options, text: string, results: Results): Promise<void> {
  const { out = RESULTS, sizes, steps, rate, seconds, changes, denoFlags } = options;
  const machine = {
    cpus: navigator.hardwareConcurrency,
    memoryMib: Math.round(Deno.systemMemoryInfo().total / 2 ** 20),
    ...{ deno: Deno.version.deno, v8: Deno.version.v8 },
  };
  const settings = { sizes, steps, rate, seconds, changes, denoFlags };
  await Deno.mkdir(out, { recursive: true });
  await Deno.writeTextFile(`${out}/peers.json`, JSON.stringify({ machine, settings, ...results }, undefined, 2) + "\n");
  await Deno.writeTextFile(`${out}/peers.md`, `${HEAD}\n\n${settingsText(machine, settings)}\n\n${text}\n`);
  await Deno.writeTextFile(`${out}/peers.svg`, chartOf(results.medians));
  say(`wrote peers.json, peers.md and peers.svg into ${out}`);
}

const HEAD =
  "# This module and its peers\n\nWritten by `deno task bench:peers`. How to read it: [../README.md](../README.md).";

function settingsText(...facts: readonly object[]): string {
  return facts.flatMap((fact) => Object.entries(fact)).map(([name, value]) => `- ${name}: ${JSON.stringify(value)}`)
    .join("\n");
}

/** The verdicts of `deno task bench`, which measures without a network; none if it has not been run. */
export async function readInProcess(): Promise<Verdict[]> {
  return await readJson<Verdict[]>(`${RESULTS}/in_process.json`) ?? [];
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
