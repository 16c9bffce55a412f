/**
 * The traces: of each notable Run the spans of what it did, made when somebody wants them.
 *
 * @module
 */

export type { RequestFacts } from "./request_span.ts";
export { type RunEnding, type RunFacts, RunTrace } from "./run_trace.ts";
export type { StepTrace } from "./step_trace.ts";
export { TraceBudget } from "./trace_budget.ts";
export { TraceScope } from "./trace_scope.ts";
export { tracedLogger } from "./traced_logger.ts";
