/**
 * One Run (one reconciliation of an object): walks the steps, performs at most one change, returns how it ended, and decides
 * when the object is run next.
 *
 * Policy and backoff are pure. Imports `kube`, `queue` (for the type `Next`), `steps` and the leaves.
 *
 * @module
 */

export { backoffDelay, type BackoffOptions, resolveBackoff, type ResolvedBackoff } from "./backoff.ts";
export { Deadline } from "./deadline.ts";
export { Deadlines } from "./deadlines.ts";
export {
  afterEdit,
  decideNext,
  type Decision,
  isTerminal,
  MODIFIED_IN_A_ROW,
  NO_HISTORY,
  type RunHistory,
} from "./policy.ts";
export {
  type BestEffortFailure,
  type FailedResult,
  type ModifiedResult,
  type NoOpResult,
  type RunResult,
  stepOf,
  type StoppedResult,
} from "./result.ts";
export { executeRun } from "./run.ts";
export { runSteps, type RunStepsOptions } from "./run_steps.ts";
