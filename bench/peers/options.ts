/** The command line: what to run, at which sizes, and how often. */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ScenarioName, SCENARIOS, type Sizes } from "./results.ts";
import type { Settings } from "./scenarios/series.ts";

/** The options of the harness. */
export interface Options extends Settings {
  /** Only these operators, at every size; undefined for those of the plan. */
  only: readonly string[] | undefined;
  scenarios: readonly ScenarioName[];
  quick: boolean;
  sizes: Sizes;
  /** Divides the sizes of the targets, for a quick run. */
  divisors: Readonly<Record<ScenarioName, number>>;
  /** Rounds of every series; undefined for those of the plan. */
  repeat: number | undefined;
  build: string;
  /** A checkout of another commit to compare with. */
  before: string | undefined;
  skipBuild: boolean;
  /** Measures nothing, and reports earlier results again. */
  report: boolean;
  /** The folder for the results; undefined for the default one. */
  out: string | undefined;
}

/** The output of `--help`. */
export const USAGE =
  `This module against other operator frameworks, on a real API server. Linux only, as it reads /proc.

deno task bench:peers [options]

  --only a,b            these operators only
  --scenario a,b        of ${SCENARIOS.join(", ")}
  --repeat N            rounds of each series (by default 5; 3 where objects are many; 20 of startup)
  --n-converge A,B      numbers of objects: the first for all operators, the others for some
  --n-idle A,B,C        up to 5,000 this module alone, up to 50,000 all operators, above that some
  --n-churn A,B         up to 5,000 this module alone
  --n-foreign N         small Secrets in foreign; one of 335 is owned, and there are as many large ones
  --steps N             ConfigMaps of each object in converge
  --rate N --seconds S  updates a second, and for how long, in churn
  --changes N           changes in latency
  --limit S             seconds until a run counts as failed
  --deno-flags='…'      more flags for the operators on Deno, as in --deno-flags='--v8-flags=--max-lazy'
  --quick               small sizes, one round: to see that it works; its results go into the folder "quick" of what is built
  --before FOLDER       a checkout of another commit, measured beside this one as "staircase-before"; what it finds goes
                        into the folder "before" of what is built
  --skip-build          take what is built
  --report              measure nothing: write tables and verdicts anew, from what was measured before
  --out FOLDER          where the results go, instead of bench/results; what is there of sizes that are not measured stays

STAIRCASE_BENCH_BUILD is the folder of what is built, bench/.build by default; STAIRCASE_CLUSTER_BIN that of the control
plane, tests/cluster/.build by default.`;

const FULL = {
  ...{ "n-converge": "300,1000", "n-idle": "1000,10000,100000", "n-churn": "1000,10000", "n-foreign": "33500" },
  ...{ seconds: "60", changes: "200", "warm-up": "20" },
};

const QUICK = {
  ...{ "n-converge": "30,100", "n-idle": "10,100,1000", "n-churn": "10,100", "n-foreign": "335" },
  ...{ seconds: "3", rate: "20", changes: "10", "warm-up": "2", repeat: "1" },
};

const NOT_DIVIDED = { converge: 1, idle: 1, churn: 1, latency: 1, startup: 1, foreign: 1 };
const QUICK_DIVISORS = { ...NOT_DIVIDED, converge: 10, idle: 100, churn: 100, foreign: 100 };

/**
 * Parses the command line; undefined if help is requested.
 *
 * @throws {TypeError} If an option is unknown or its value is invalid.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ only: text, before: text, scenario: text, repeat: text, out: text, "deno-flags": text },
      ...{ "n-converge": text, "n-idle": text, "n-churn": text, "n-foreign": text },
      ...{ steps: text, rate: text, seconds: text, changes: text, "warm-up": text, limit: text },
      ...{ quick: flag, "skip-build": flag, report: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  const given = { steps: "3", rate: "200", limit: "300", ...(values.quick ? QUICK : FULL), ...values };
  const number = (name: "steps" | "rate" | "seconds" | "changes" | "warm-up" | "limit") => count(name, given[name]);
  const sizes = (name: "n-converge" | "n-idle" | "n-churn" | "n-foreign") =>
    given[name].split(",").map((size) => count(name, size));
  const build = Deno.env.get("STAIRCASE_BENCH_BUILD") ?? fileURLToPath(new URL("../.build", import.meta.url));
  return {
    only: given.only?.split(","),
    scenarios: (given.scenario?.split(",") ?? SCENARIOS).map(scenario),
    sizes: {
      ...{ converge: sizes("n-converge"), idle: sizes("n-idle"), churn: sizes("n-churn") },
      ...{ latency: [1], startup: [1], foreign: sizes("n-foreign") },
    },
    quick: values.quick,
    divisors: values.quick ? QUICK_DIVISORS : NOT_DIVIDED,
    repeat: given.repeat === undefined ? undefined : count("repeat", given.repeat),
    ...{ steps: number("steps"), rate: number("rate"), seconds: number("seconds") },
    ...{ changes: number("changes"), warmUp: number("warm-up"), limit: number("limit") },
    build,
    before: given.before === undefined ? undefined : Deno.realPathSync(given.before),
    skipBuild: given["skip-build"],
    report: given.report,
    denoFlags: given["deno-flags"]?.split(/\s+/).filter((part) => part !== "") ?? [],
    // A quick run, or one against another commit, must not replace the real results.
    out: given.out ?? (values.quick ? `${build}/quick` : given.before === undefined ? undefined : `${build}/before`),
  };
}

function scenario(name: string): ScenarioName {
  const found = SCENARIOS.find((scenario) => scenario === name);
  if (found) return found;
  throw new TypeError(`Cannot read --scenario as it must be of ${SCENARIOS.join(", ")}: current value is ${name}`);
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new TypeError(`Cannot read --${name} as it must be a positive whole number: current value is ${text}`);
}
