/**
 * Measures what the parts of this module cost without a network: `deno task bench`. Runs the benches, takes the best
 * round of each, prints the bounds and the measured values, and writes `bench/results/in_process.json`.
 */

import { formatRows, type Row, rowsOf, type Times } from "./in_process/rows.ts";

const BENCHES = "bench/in_process/";

/** Programs that print rows as JSON, with the flags that they need. */
const ROW_PROGRAMS: readonly (readonly string[])[] = [
  ["--v8-flags=--expose-gc,--min-semi-space-size=64", "bench/in_process/weights.ts"],
  ["tests/telemetry/cost.ts", "--json"],
];

const RESULTS = "bench/results/in_process.json";

interface BenchReport {
  readonly benches: readonly {
    readonly name: string;
    readonly results: readonly { readonly ok?: { readonly min: number }; readonly failed?: unknown }[];
  }[];
}

/** Runs Deno and returns its output. */
async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`Cannot measure as deno ${args.join(" ")} failed:\n${new TextDecoder().decode(stderr)}`);
}

/** The best round, because other work on the machine can only make a round longer. */
function bestRounds({ benches }: BenchReport): Times {
  return new Map(benches.map(({ name, results }) => {
    const ok = results[0]?.ok;
    if (!ok) throw new Error(`Cannot take times as bench "${name}" failed: ${JSON.stringify(results)}`);
    return [name, ok.min];
  }));
}

// deno-lint-ignore no-console -- what it is for
console.error("Measuring; this takes two minutes. Leave the machine to it.");
const rows: Row[] = rowsOf(bestRounds(JSON.parse(await deno("bench", "-A", "--no-check", "--json", BENCHES))));
for (const program of ROW_PROGRAMS) rows.push(...JSON.parse(await deno("run", "-A", "--no-check", ...program)));
await Deno.mkdir("bench/results", { recursive: true });
await Deno.writeTextFile(RESULTS, `${JSON.stringify(rows, null, 2)}\n`);
const busy = Deno.loadavg()[0]! - 1;
const note = busy < 1
  ? ""
  : `\nThe machine had ${busy.toFixed(1)} other things to do: times are longer than they should be.`;
// deno-lint-ignore no-console -- what it is for
console.log(`${formatRows(rows)}\n\nThe best of at least five rounds each; as JSON in ${RESULTS}.${note}`);
