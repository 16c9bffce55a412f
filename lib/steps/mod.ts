/**
 * Steps and changes: what the author of an operator writes. Pure: no I/O, no clock, no client. A step returns the change that
 * it wants as a value; nothing in this room can perform it.
 *
 * Imports the leaves only (`model`, `time`, `telemetry`).
 *
 * @module
 */

export {
  type AnyChange,
  beginCount,
  Change,
  describeOperation,
  isChange,
  type JsonPatchOperation,
  madeSince,
  type Operation,
  type PatchBasis,
  type PerformAction,
  type Preconditions,
  type PropagationPolicy,
} from "./change.ts";
export {
  type Condition,
  type ConditionInput,
  findCondition,
  isConditionTrue,
  removeCondition,
  setCondition,
  type SetConditionOptions,
} from "./conditions.ts";
export { conditionsSchema } from "./conditions_schema.ts";
export type { ChangeContext, StepContext } from "./context.ts";
export type {
  BranchDefinition,
  DependentTie,
  EnsuredDependent,
  PlannedDependent,
  StepDefinition,
} from "./definition.ts";
export type { Ensurable, RemoveWhen } from "./ensurable.ts";
export {
  isTerminalError,
  JoinError,
  StepContractError,
  StepDefinitionError,
  StepError,
  StepTimeoutError,
  TerminalError,
} from "./errors.ts";
export {
  apply,
  type ApplyOptions,
  create,
  type CreateOptions,
  patch,
  type PatchBody,
  type PatchTarget,
  perform,
  remove,
  type RemoveOptions,
  replace,
  type SubresourceOptions,
} from "./operations.ts";
export {
  type Awaitable,
  type Branches,
  type BranchResult,
  type ChangeName,
  type ChangeStep,
  changeStep,
  type HidesChange,
  type HidesChangeInside,
  type HoldsChange,
  type IsAny,
  type IsVoid,
  type Joined,
  type JoinName,
  type ObserveName,
  type ObserveStep,
  observeStep,
  type Passed,
  type StatusIn,
} from "./step.ts";
export { defineSteps, type DefineStepsOptions, isPlan, Steps } from "./steps.ts";
export { isStop, Stop, stop, type StopOptions } from "./stop.ts";
export { describeFailure } from "./refused_permission.ts";
export { messageOf } from "../model/mod.ts";
