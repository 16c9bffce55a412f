/** The metrics of a process, and their text when `/metrics` is served. */

import { globalCollectors } from "./collectors.ts";
import { Metrics } from "./metrics.ts";

/** Options of {@link startMetrics}. */
export interface ProcessMetricsOptions {
  /** Whether `/metrics` is served: then the OpenTelemetry SDK is loaded. */
  readonly prometheus: boolean;
}

/** The metrics of a process. */
export interface ProcessMetrics {
  readonly metrics: Metrics;
  /** Prometheus' text; `undefined` when `/metrics` is not served. */
  readonly text: (() => Promise<string>) | undefined;
}

/** Begins to collect: for whoever is registered with the OpenTelemetry API, and for `/metrics` when that is served. */
export async function startMetrics({ prometheus }: ProcessMetricsOptions): Promise<ProcessMetrics> {
  if (!prometheus) return { metrics: new Metrics(globalCollectors()), text: undefined };
  const { createPrometheusText } = await import("./prometheus_sdk.ts");
  const { collector, text } = createPrometheusText();
  return { metrics: new Metrics([...globalCollectors(), collector]), text };
}
