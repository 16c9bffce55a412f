/** How a Run ends. */

import type { StepError } from "../steps/mod.ts";

/** The Run made its one change; the object starts over at once. */
export interface ModifiedResult {
  /** Tells it from the other results. */
  readonly outcome: "Modified";
  /** The step that asked for the change. */
  readonly step: string;
  /** What was changed: `create Secret default/foo`. */
  readonly change: string;
  /** Whether anything is different now: false when the API server stored nothing new. */
  readonly effective: boolean;
  /** The stored object, or what `perform`'s action returned. */
  readonly result: unknown;
  /** What failed of `withStatus` and `alsoTry`; none of it fails the Run. */
  readonly bestEffortFailures: readonly BestEffortFailure[];
}

/** A write that was allowed to fail, and did. */
export interface BestEffortFailure {
  /** What was tried: `patch status of Foo default/foo`. */
  readonly change: string;
  /** Why it failed. */
  readonly error: unknown;
}

/** No step asked for a change: all is as desired. */
export interface NoOpResult {
  /** Tells it from the other results. */
  readonly outcome: "NoOp";
  /** What the last step handed on. */
  readonly data: unknown;
}

/** A step could not decide yet. */
export interface StoppedResult {
  /** Tells it from the other results. */
  readonly outcome: "Stopped";
  /** The step that stopped. */
  readonly step: string;
  /** What is being waited for. */
  readonly reason: string | undefined;
  /** Milliseconds until the object is looked at again; `undefined` leaves it to the controller. */
  readonly requeueAfter: number | undefined;
}

/** A step failed, or the change that it asked for did. */
export interface FailedResult {
  /** Tells it from the other results. */
  readonly outcome: "Failed";
  /** Which step failed, and why. */
  readonly error: StepError;
}

/** How a Run ended. A union to be matched by `outcome` in one exhaustive `switch`. */
export type RunResult = ModifiedResult | NoOpResult | StoppedResult | FailedResult;

/** The step that a Run ended with; `undefined` when it walked them all. */
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
