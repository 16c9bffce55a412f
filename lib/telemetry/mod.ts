/**
 * What the module says of itself: the log, the metrics with all their names in one table, and the traces.
 *
 * A leaf: imports nothing but other leaves. The OpenTelemetry API gives types, and is not loaded: `open_telemetry.ts` finds
 * who is registered with it.
 *
 * @module
 */

export {
  carefulLogger,
  complaints,
  createLogger,
  type CreateLoggerOptions,
  formatJson,
  formatLine,
  type LogFields,
  type Logger,
  type LogLevel,
  silentLogger,
  withFields,
} from "./log/mod.ts";
export {
  type KnownStep,
  LABELS,
  METRICS,
  Metrics,
  prometheusName,
  prometheusText,
  resourceLabel,
  RunMetrics,
} from "./metrics/mod.ts";
export { registeredMeter, traceParent } from "./open_telemetry.ts";
export { RunObserver, type StepObserver } from "./run_observer.ts";
export {
  type RequestFacts,
  type RunEnding,
  type RunFacts,
  RunTrace,
  TraceBudget,
  tracedLogger,
  TraceScope,
} from "./traces/mod.ts";
