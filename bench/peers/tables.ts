/** The results as Markdown tables: medians, and the ratio of each peer to this module. */

import { COLUMNS, written } from "./columns.ts";
import { type Median, SCENARIOS } from "./results.ts";

/** The operator that others are compared with. */
const OWN = "staircase";

/** One table per scenario and size. Each value has its ratio to this module's value in brackets. */
export function tablesOf(medians: readonly Median[]): string {
  const sorted = medians.toSorted((a, b) => SCENARIOS.indexOf(a.scenario) - SCENARIOS.indexOf(b.scenario) || a.n - b.n);
  const groups = Map.groupBy(
    sorted,
    ({ scenario, n }) => n === 1 ? scenario : `${scenario}, ${n.toLocaleString("en")} objects`,
  );
  return [...groups].map(([title, rows]) => `### ${title}\n\n${tableOf(rows)}\n`).join("\n");
}

function tableOf(rows: readonly Median[]): string {
  const used = COLUMNS[rows[0]!.scenario].filter(({ key }) => rows.some(({ values }) => values[key] !== undefined));
  const own = rows.find(({ operator }) => operator === OWN)?.values;
  const head = ["operator", "runs", ...used.map(({ title }) => title)];
  const body = rows.map(({ operator, runs, failed, values }) => [
    operator,
    failed === 0 ? `${runs}` : `${runs} (${failed} failed)`,
    ...used.map(({ key, digits, compared }) =>
      written(values[key], digits) + (compared && operator !== OWN ? multiple(values[key], own?.[key]) : "")
    ),
  ]);
  const rule = head.map((_, index) => index === 0 ? "---" : "---:");
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function multiple(value: number | undefined, own: number | undefined): string {
  if (value === undefined || !own || !Number.isFinite(value)) return "";
  return ` (${(value / own).toFixed(2)}×)`;
}
