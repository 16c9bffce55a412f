/** Collects metrics for a test by OpenTelemetry's own SDK, as whoever is registered with its API. */

import { type Meter, metrics } from "@opentelemetry/api";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, type MetricData, MetricReader } from "@opentelemetry/sdk-metrics";
import { METRICS, prometheusName } from "../../lib/telemetry/mod.ts";

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

/** Collects when it is asked, and at no other time. */
class PullReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** The unit goes into the name; as a line of its own it is no part of Prometheus' format. */
function renamed(metric: MetricData): MetricData {
  const definition = Object.values(METRICS).find(({ name }) => name === metric.descriptor.name);
  if (!definition) return metric;
  return { ...metric, descriptor: { ...metric.descriptor, name: prometheusName(definition), unit: "" } };
}

/** A meter of the SDK, and what it has been told as the SDK's exporter writes it. */
export class SdkMeter {
  readonly #reader = new PullReader();
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  /** The meter. */
  readonly meter: Meter = new MeterProvider({ readers: [this.#reader] }).getMeter("test");

  /** Prometheus' text. */
  async text(): Promise<string> {
    const { resourceMetrics: { resource, scopeMetrics }, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, "Cannot collect the metrics");
    const told = scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(renamed) }));
    return this.#serializer.serialize({ resource, scopeMetrics: told });
  }
}

/** Collects until it is disposed of. */
export class Collector implements Disposable {
  readonly #sdk = new SdkMeter();

  constructor() {
    if (!metrics.setGlobalMeterProvider({ getMeter: () => this.#sdk.meter })) throw new Error("somebody else collects");
  }

  /** Prometheus' text. */
  text(): Promise<string> {
    return this.#sdk.text();
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
