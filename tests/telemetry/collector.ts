/** Collects metrics for a test, as whoever is registered with the OpenTelemetry API. */

import { metrics } from "@opentelemetry/api";
import { createPrometheusText } from "../../lib/telemetry/prometheus_sdk.ts";

/** Metrics as they stand, by their series: `staircase_runs_total{controller="foo",outcome="NoOp"}`. */
export type Series = ReadonlyMap<string, number>;

/** Reads Prometheus' text. */
export function parseSeries(text: string): Series {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}

/** Collects until it is disposed of. */
export class Collector implements Disposable {
  readonly #text = createPrometheusText();

  constructor() {
    if (!metrics.setGlobalMeterProvider({ getMeter: () => this.#text.collector.meter })) {
      throw new Error("somebody else collects");
    }
  }

  /** Prometheus' text. */
  text(): Promise<string> {
    return this.#text.text();
  }

  /** The series. */
  async series(): Promise<Series> {
    return parseSeries(await this.text());
  }

  /** The series of a metric, without its name and those at zero. */
  async risen(name: string): Promise<Record<string, number>> {
    const entries = [...await this.series()].filter(([series, value]) => series.startsWith(`${name}{`) && value !== 0);
    return Object.fromEntries(entries.map(([series, value]) => [series.slice(name.length), value]));
  }

  [Symbol.dispose](): void {
    metrics.disable();
  }
}
