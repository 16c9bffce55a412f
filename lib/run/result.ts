/** The results of a Run. */

import type { StepError } from "../steps/mod.ts";

/** The Run made its change. The object is run again at once, from the first step. */
export interface ModifiedResult {
  /** Distinguishes it from the other results. */
  readonly outcome: "Modified";
  /** The step that asked for the change. */
  readonly step: string;
  /** What was changed: `create Secret default/foo`. */
  readonly change: string;
  /** Whether the change had an effect: false if the API server stored nothing new. */
  readonly hadEffect: boolean;
  /** The stored object, or what `perform`'s action returned. */
  readonly result: unknown;
  /** The best-effort writes (`withStatus`, `alsoTry`) that failed; they do not fail the Run. */
  readonly bestEffortFailures: readonly BestEffortFailure[];
}

/** A best-effort write (`withStatus`, `alsoTry`) that failed. */
export interface BestEffortFailure {
  /** What was tried: `patch status of Foo default/foo`. */
  readonly change: string;
  /** Why it failed. */
  readonly error: unknown;
}

/** No step asked for a change: all is as desired. */
export interface NoOpResult {
  /** Distinguishes it from the other results. */
  readonly outcome: "NoOp";
  /** What the last step returned. */
  readonly data: unknown;
}

/** A step returned `stop()`: it waits for something. */
export interface StoppedResult {
  /** Distinguishes it from the other results. */
  readonly outcome: "Stopped";
  /** The step that stopped. */
  readonly step: string;
  /** What the object waits for. */
  readonly reason: string | undefined;
  /** Milliseconds until the object is run again; `undefined` for the controller's `requeueEvery`. */
  readonly requeueAfter: number | undefined;
}

/** A step failed, or the change that it asked for failed. */
export interface FailedResult {
  /** Distinguishes it from the other results. */
  readonly outcome: "Failed";
  /** Which step failed, and why. */
  readonly error: StepError;
}

/** How a Run ended. Match it by `outcome` in an exhaustive `switch`. */
export type RunResult = ModifiedResult | NoOpResult | StoppedResult | FailedResult;

/** The step that ended the Run; `undefined` if the Run walked all steps. */
export function stepOf(result: RunResult): string | undefined {
  switch (result.outcome) {
    case "NoOp":
      return undefined;
    case "Failed":
      return result.error.step;
    case "Modified":
    case "Stopped":
      return result.step;
  }
}
