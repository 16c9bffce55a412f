/** The chart of the medians, as SVG bars. It is readable on light and dark background. */

import { written } from "./columns.ts";
import type { Median, ScenarioName } from "./results.ts";

/** A panel of the chart: one value of a scenario at one size. The smallest bar is best. */
interface Panel {
  scenario: ScenarioName;
  /** The least number of objects. The smallest size from this on is shown. */
  least: number;
  key: string;
  title: string;
  digits: number;
}

const panel = (scenario: ScenarioName, least: number, key: string, title: string, digits = 2): Panel => ({
  ...{ scenario, least, key, title, digits },
});

const PANELS: readonly Panel[] = [
  panel("converge", 0, "wallSeconds", "wall, s"),
  panel("converge", 0, "cpuSeconds", "operator CPU, s"),
  panel("converge", 0, "apiServerCpuSeconds", "API server CPU, s"),
  panel("idle", 10_000, "wallSeconds", "wall, s"),
  panel("idle", 10_000, "cpuSeconds", "operator CPU, s"),
  panel("idle", 10_000, "peakRssMib", "peak RSS, MiB", 0),
  panel("idle", 100_000, "wallSeconds", "wall, s", 1),
  panel("idle", 100_000, "cpuSeconds", "operator CPU, s", 1),
  panel("idle", 100_000, "peakRssMib", "peak RSS, MiB", 0),
  panel("churn", 10_000, "cpuSeconds", "operator CPU, s"),
  panel("churn", 10_000, "p50Ms", "p50 write to Run's end, ms", 1),
  panel("churn", 10_000, "p99Ms", "p99 write to Run's end, ms", 1),
  panel("latency", 0, "p50Ms", "p50, ms"),
  panel("startup", 0, "wallSeconds", "start to first Run, s"),
  panel("startup", 0, "rssMib", "RSS, MiB", 0),
  panel("foreign", 0, "wallSeconds", "wall, s"),
  panel("foreign", 0, "cpuSeconds", "operator CPU, s"),
  panel("foreign", 0, "peakRssMib", "peak RSS, MiB", 0),
];

const COLUMNS = 3;
const WIDTH = 400;
const ROW = 20;
const LABELS = 130;
const NUMBERS = 110;
const GAP = 28;

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 }
.bar { fill: #8c959f } .own { fill: #1a7f37 } .note { fill: #59636e }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .own { fill: #3fb950 } .note { fill: #9198a1 } }`;

interface Bar {
  name: string;
  value: number;
}

/** Draws the panels that have medians. */
export function chartOf(medians: readonly Median[]): string {
  const drawn = PANELS.flatMap((panel) => contentOf(panel, medians) ?? []);
  const rows = Array.from(
    { length: Math.ceil(drawn.length / COLUMNS) },
    (_, i) => drawn.slice(i * COLUMNS, (i + 1) * COLUMNS),
  );
  let top = GAP;
  const parts: string[] = [];
  for (const row of rows) {
    parts.push(...row.map(({ title, bars, digits }, column) => drawPanel(title, bars, digits, column * WIDTH, top)));
    top += (Math.max(...row.map(({ bars }) => bars.length)) + 1) * ROW + GAP;
  }
  const [width, height] = [COLUMNS * WIDTH, top];
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`;
  return [
    head,
    "<title>This module and its peers; shorter is better</title>",
    `<style>${STYLE}</style>`,
    ...parts,
    "</svg>",
    "",
  ]
    .join("\n");
}

function contentOf({ scenario, least, key, title, digits }: Panel, medians: readonly Median[]) {
  const rows = medians.filter((row) => row.scenario === scenario && row.n >= least && row.values[key] !== undefined);
  if (rows.length === 0) return undefined;
  const n = Math.min(...rows.map((row) => row.n));
  const bars = rows.filter((row) => row.n === n).map(({ operator, values }): Bar => ({
    name: operator,
    value: values[key]!,
  }));
  const what = n === 1 ? scenario : `${scenario}, ${n.toLocaleString("en")} objects`;
  return { title: `${what}: ${title}`, bars, digits };
}

function drawPanel(title: string, bars: readonly Bar[], digits: number, left: number, top: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const own = bars.find(({ name }) => name === "staircase")?.value;
  const lines = bars.map((bar, index) => drawBar(bar, { most, own, digits, left, top: top + (index + 1) * ROW }));
  return [`<text class="title" x="${left}" y="${top}">${title}</text>`, ...lines].join("\n");
}

interface Place {
  most: number;
  own: number | undefined;
  digits: number;
  left: number;
  top: number;
}

function drawBar({ name, value }: Bar, { most, own, digits, left, top }: Place): string {
  const length = Math.max(1, (WIDTH - LABELS - NUMBERS) * value / most);
  const isOwn = name.startsWith("staircase");
  const ratio = own && name !== "staircase" ? ` <tspan class="note">${(value / own).toFixed(2)} ×</tspan>` : "";
  const [x, y] = [left + LABELS, top - 11];
  return [
    `<text x="${left}" y="${top}">${name}</text>`,
    `<rect class="${isOwn ? "own" : "bar"}" x="${x}" y="${y}" width="${length.toFixed(1)}" height="13" rx="2"/>`,
    `<text x="${(x + length + 6).toFixed(1)}" y="${top}">${written(value, digits)}${ratio}</text>`,
  ].join("");
}
