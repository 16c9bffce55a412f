/** The verdicts as text. */

import { written } from "./columns.ts";
import type { Verdict } from "./targets.ts";

/** A table of all verdicts, and below it the reasons for missed ones. */
export function verdictText(verdicts: readonly Verdict[], losses: Readonly<Record<string, string>>): string {
  const head = ["| target | measured | bound | holds | id |", "| --- | ---: | ---: | --- | --- |"];
  const rows = verdicts.map((verdict) => `| ${cells(verdict).join(" | ")} |`);
  const lost = verdicts.filter(({ holds }) => holds === false);
  const reasons = lost.map(({ id, text }) => `- ${text} (${id}): ${losses[id] ?? "not yet explained"}`);
  return [...head, ...rows, ...(lost.length > 0 ? ["", "What does not hold:", "", ...reasons] : [])].join("\n");
}

function cells({ id, text, measured, bound, unit, holds }: Verdict): string[] {
  return [text, `${number(measured)} ${unit}`, bound === undefined ? "" : `${number(bound)} ${unit}`, word(holds), id];
}

function word(holds: boolean | undefined): string {
  if (holds === undefined) return "stated";
  return holds ? "yes" : "**no**";
}

function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return Number.isInteger(value) ? `${value}` : written(value, value < 10 ? 2 : 1);
}
