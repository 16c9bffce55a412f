/**
 * The metrics: their names in one table, their series, and their text when `/metrics` is served.
 *
 * @module
 */

export { Metrics } from "./metrics.ts";
export { prometheusText } from "./prometheus.ts";
export { type KnownStep, type RunEnd, RunMetrics, type StepEnd } from "./run_metrics.ts";
export { LABELS, METRICS, prometheusName, resourceLabel } from "./table.ts";
