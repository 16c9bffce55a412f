/** `/metrics` by the OpenTelemetry SDK. The one file that imports the SDK; it is imported only when it is needed. */

import { type Attributes, ValueType } from "@opentelemetry/api";
import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type HistogramMetricData,
  MeterProvider,
  type MetricData,
  MetricReader,
} from "@opentelemetry/sdk-metrics";
import { PullCollector } from "./collectors.ts";
import { SCOPE } from "./open_telemetry.ts";
import type { Spread } from "./spread.ts";
import { METRICS, prometheusName } from "./table.ts";

/** Collects, and says what it has as Prometheus' text. */
export interface PrometheusText {
  /** What is to be told. */
  readonly collector: PullCollector;
  /** All metrics as they are now. */
  text(): Promise<string>;
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

/** Starts to collect. */
export function createPrometheusText(): PrometheusText {
  const reader = new PullReader();
  const collector = new PullCollector(new MeterProvider({ readers: [reader] }).getMeter(SCOPE));
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    collector,
    async text() {
      const { resourceMetrics: { resource, scopeMetrics }, errors } = await reader.collect();
      if (errors.length > 0) throw new AggregateError(errors, "Cannot collect the metrics");
      const asked = scopeMetrics.flatMap((scope) => scope.metrics);
      const metrics = [...asked, ...histogramsOf(collector)].map(renamed);
      return serializer.serialize({ resource, scopeMetrics: [{ scope: { name: SCOPE }, metrics }] });
    },
  };
}

function histogramsOf({ histograms }: PullCollector): readonly HistogramMetricData[] {
  const byId = Map.groupBy(histograms, ({ id }) => id);
  return [...byId].map(([id, spreads]) => {
    const { name, description, unit } = METRICS[id];
    return {
      descriptor: { name, description, unit, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: spreads.map(dataPointOf),
    };
  });
}

function dataPointOf({ labels, bounds, counts, sum, count }: Spread): DataPoint<Histogram> {
  const value = { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
  // The text has no times.
  return { startTime: [0, 0], endTime: [0, 0], attributes: labels as Attributes, value };
}

/** The unit goes into the name; as a line of its own it is no part of Prometheus' format. */
function renamed(metric: MetricData): MetricData {
  const definition = Object.values(METRICS).find(({ name }) => name === metric.descriptor.name);
  if (!definition) return metric;
  return { ...metric, descriptor: { ...metric.descriptor, name: prometheusName(definition), unit: "" } };
}
