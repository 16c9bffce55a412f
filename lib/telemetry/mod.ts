/**
 * What the module says of itself: the logger, the metrics and the traces; and, in one place, the names of all of them.
 *
 * A leaf: imports nothing from the other rooms. `prometheus_sdk.ts` alone imports the OpenTelemetry SDK, and is imported only
 * when `/metrics` is served; the API package gives types, and is not loaded: `open_telemetry.ts` finds who is registered with it.
 *
 * @module
 */

export { carefulLogger, complaints } from "./careful_logger.ts";
export {
  type Collector,
  type Counter,
  globalCollectors,
  PullCollector,
  PushCollector,
  type Recorder,
} from "./collectors.ts";
export { metricsPage } from "./docs_page.ts";
export { ErrorMetrics, type ErrorPlace } from "./error_metrics.ts";
export { formatJson, formatLine } from "./format.ts";
export { type LogFields, type Logger, type LogLevel, silentLogger, withFields } from "./logger.ts";
export { Metrics } from "./metrics.ts";
export { type ProcessMetrics, type ProcessMetricsOptions, startMetrics } from "./process_metrics.ts";
export { type EndedRequest, type RequestFacts, RequestMetrics, resourceLabel } from "./requests.ts";
export {
  type EndedRun,
  type KnownStep,
  type QueueGauges,
  type RunEnd,
  RunMetrics,
  type StepEnd,
} from "./run_metrics.ts";
export { traceParent } from "./open_telemetry.ts";
export { observeRun, type ObserveRunOptions, type RunObserver, type StepObserver } from "./run_observer.ts";
export { type SpanDefinition, SPANS } from "./spans.ts";
export { Spread } from "./spread.ts";
export { createLogger, type CreateLoggerOptions } from "./std_logger.ts";
export {
  type CounterId,
  type GaugeId,
  type HistogramId,
  type LabelName,
  LABELS,
  type Labels,
  type MetricDefinition,
  type MetricId,
  METRICS,
  prometheusName,
} from "./table.ts";
export { TraceBudget } from "./trace_budget.ts";
export { TraceScope } from "./trace_scope.ts";
export { tracedLogger } from "./traced_logger.ts";
export { type BeginTraceOptions, type RunEnding, type RunFacts, RunTrace, type TracedRuns } from "./tracing.ts";
export { type Cause, type Source, type WatchedInformer, WatchMetrics, type WatchPosition } from "./watch_metrics.ts";
