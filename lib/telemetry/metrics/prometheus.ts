/** The text of `/metrics`, in Prometheus' format. Pure. */

import type { Attributes } from "@opentelemetry/api";
import type { Metrics } from "./metrics.ts";
import type { HistogramSeries } from "./series.ts";
import { type MetricDefinition, prometheusName } from "./table.ts";

/** One line: what is appended to the metric's name, the labels, and the value, if there is one. */
interface Sample {
  readonly suffix: string;
  readonly labels: Attributes;
  readonly value: number | undefined;
}

/** All metrics as they are now. */
export function prometheusText({ single, spread }: Metrics): string {
  return [
    ...single.map(({ definition, all }) =>
      textOf(definition, all.map(({ labels, value }) => ({ suffix: "", labels, value })))
    ),
    ...spread.map(({ definition, all }) =>
      textOf(definition, all.flatMap((series) => samplesOf(series, definition.buckets)))
    ),
  ].join("");
}

function textOf(definition: MetricDefinition, samples: readonly Sample[]): string {
  const name = prometheusName(definition);
  const lines = samples.flatMap(({ suffix, labels, value }) =>
    value === undefined ? [] : [`${name}${suffix}${labelsText(labels)} ${value}`]
  );
  if (lines.length === 0) return "";
  return [`# HELP ${name} ${definition.description}`, `# TYPE ${name} ${definition.type}`, ...lines, ""].join("\n");
}

/** A bucket counts what is within the ones below it as well. */
function samplesOf({ labels, counts, sum }: HistogramSeries, bounds: readonly number[]): Sample[] {
  let count = 0;
  const buckets = counts.map((within, at): Sample => {
    return { suffix: "_bucket", labels: { ...labels, le: String(bounds[at] ?? "+Inf") }, value: count += within };
  });
  return [...buckets, { suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: count }];
}

function labelsText(labels: Attributes): string {
  return `{${Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`).join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
