/**
 * What metrics and traces cost: `deno run -A tests/telemetry/cost.ts` makes the Runs of cost_runs.ts without telemetry, with
 * `/metrics`, and with metrics and traces by OTLP, in processes of their own, in turn, and prints how much more processor time
 * they took. With `--json` it prints figures for the benchmark; `--rounds=N` is how often, 5 by default.
 */

import type { RunsCost } from "./cost_runs.ts";

/** How much more is allowed: target 7 of the benchmark. */
const BOUND = 1.15;

/** Where the Runs are made, once for each way. */
const PORT = "19464";

type Cost = Readonly<Record<"converge" | "steady", RunsCost>>;
type Way = "nothing" | "page" | "otlp";

/** Takes in what is exported, and drops it. */
const sink = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  await request.arrayBuffer();
  return new Response();
});

const WAYS: Readonly<Record<Way, { readonly args: readonly string[]; readonly env: Record<string, string> }>> = {
  nothing: { args: [], env: {} },
  page: { args: [PORT], env: {} },
  otlp: {
    args: [],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink.addr.port}`,
      // So that all that is to be sent is sent while it is measured.
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
  },
};

async function costOf({ args, env }: typeof WAYS[Way]): Promise<Cost> {
  const program = new URL("cost_runs.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", program, ...args], env }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** A figure, as the benchmark takes it. */
interface Figure {
  readonly id: string;
  readonly text: string;
  readonly measured: number;
  readonly bound: number;
  readonly unit: string;
  readonly holds: boolean;
}

const FIGURES = [
  ["7-metrics", "otlp", "converge", "metrics and traces by OTLP, 10,000 Runs of which 5,000 make a change"],
  ["7-metrics-steady", "otlp", "steady", "metrics and traces by OTLP, 10,000 Runs that find nothing to do"],
  ["7-metrics-page", "page", "converge", "/metrics, 10,000 Runs of which 5,000 make a change"],
  ["7-metrics-page-steady", "page", "steady", "/metrics, 10,000 Runs that find nothing to do"],
] as const;

const rounds = Number(Deno.args.find((arg) => arg.startsWith("--rounds="))?.slice("--rounds=".length) ?? 5);
const costs: Record<Way, Cost>[] = [];
for (let round = 0; round < rounds; round++) {
  const [nothing, page, otlp] = [await costOf(WAYS.nothing), await costOf(WAYS.page), await costOf(WAYS.otlp)];
  costs.push({ nothing, page, otlp });
}
await sink.shutdown();

const cpu = (way: Way, part: keyof Cost) => median(costs.map((cost) => cost[way][part].cpu / cost[way][part].runs));
const figures = FIGURES.map(([id, way, part, text]): Figure => {
  const measured = Math.round(cpu(way, part) / cpu("nothing", part) * 1_000) / 1_000;
  return { id, text, measured, bound: BOUND, unit: "× processor time without", holds: measured <= BOUND };
});
if (Deno.args.includes("--json")) {
  // deno-lint-ignore no-console -- what the benchmark reads
  console.log(JSON.stringify(figures));
} else {
  for (const { text, measured, holds } of figures) {
    // deno-lint-ignore no-console -- what it is for
    console.log(`${measured.toFixed(2)} × (${holds ? "holds" : `above ${BOUND}`}): ${text}`);
  }
  for (const part of ["converge", "steady"] as const) {
    const [nothing, page, otlp] = (["nothing", "page", "otlp"] as const).map((way) => cpu(way, part).toFixed(1));
    // deno-lint-ignore no-console -- what it is for
    console.log(
      `${part}: ${nothing} µs a Run, the API server in process included; ${page} with /metrics, ${otlp} by OTLP`,
    );
  }
}
