/** Prometheus' own tool, at work on what a played operator said: it evaluates expressions and alerts as Prometheus does. */

import { run, temporaryFolder } from "../../packaging/programs.ts";
import type { Scrape } from "./played_operator.ts";

/** Where the operator runs, as a PodMonitor of the operator of Prometheus notes it. */
export const TARGET_LABELS = {
  namespace: "shop",
  job: "shop/foo",
  pod: "foo-5d4f9-x7k2p",
  container: "foo",
  endpoint: "http",
  instance: "10.0.0.7:8080",
} as const;

/** Whether `promtool` is there: Debian's package `prometheus` has it. */
export const hasPromtool: boolean = await run("promtool", ["--version"]).then(({ code }) => code === 0, () => false);

/** A series of promtool's tests: its name with all labels, and a value a minute; `_` is none. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** What an expression must give at a minute. */
export interface Expected {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

/** What Prometheus stores of the scrapes, one a minute. `target` are labels that differ from {@link TARGET_LABELS}. */
export function storedSeries(
  scrapes: readonly Scrape[],
  target: Partial<Record<keyof typeof TARGET_LABELS, string>> = {},
): readonly InputSeries[] {
  const labels = Object.entries({ ...TARGET_LABELS, ...target }).map(([label, value]) => `${label}="${value}"`).join(
    ",",
  );
  const values = new Map<string, string[]>();
  const put = (series: string, minute: number, value: string) => {
    const row = values.get(series) ?? Array.from({ length: scrapes.length }, () => "_");
    values.set(series, row);
    row[minute] = value;
  };
  scrapes.forEach((scrape, minute) => {
    if (scrape === "gone") return;
    const lines = scrape === "down" ? [] : scrape.text.split("\n").filter((line) => /^[a-z]/.test(line));
    put(withTarget("up{}", labels), minute, scrape === "down" ? "0" : "1");
    put(withTarget("scrape_duration_seconds{}", labels), minute, "0.004");
    for (const line of lines) {
      const at = line.lastIndexOf(" ");
      put(withTarget(line.slice(0, at), labels), minute, line.slice(at + 1));
    }
  });
  return [...values].map(([series, row]) => ({ series, values: row.join(" ") }));
}

function withTarget(series: string, target: string): string {
  return series.replace(/\}$/, `${series.endsWith("{}") ? "" : ","}${target}}`);
}

/** What promtool says of rules: nothing but a zero if they are right. */
export async function checkRules(rules: unknown): Promise<{ code: number; said: string }> {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/rules.json`, JSON.stringify(rules));
  const { code, stdout, stderr } = await run("promtool", ["check", "rules", `${folder.path}/rules.json`]);
  return { code, said: stdout + stderr };
}

/** Lets promtool play the series, and compare. */
export async function testRules(
  rules: unknown,
  series: readonly InputSeries[],
  expected: { readonly exprs?: readonly Expected[]; readonly alerts?: readonly unknown[] },
): Promise<{ code: number; said: string }> {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/rules.json`, JSON.stringify(rules));
  const test = {
    interval: "1m",
    input_series: series,
    promql_expr_test: expected.exprs ?? [],
    alert_rule_test: expected.alerts ?? [],
  };
  const file = { rule_files: ["rules.json"], evaluation_interval: "1m", tests: [test] };
  await Deno.writeTextFile(`${folder.path}/test.json`, JSON.stringify(file));
  const { code, stdout, stderr } = await run("promtool", ["test", "rules", `${folder.path}/test.json`]);
  return { code, said: stdout + stderr };
}
