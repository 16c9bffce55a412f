/** The end of a Run, also of one that could not begin. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import type { RunResult } from "../../run/mod.ts";
import { StepError, type Steps } from "../../steps/mod.ts";

/** The step name in errors that occur before the first step. */
export const BEFORE_FIRST_STEP = "(before the first step)";

/** How a Run ended, and its object, if it was found. */
export interface EndedRun {
  readonly object: KubeObject | undefined;
  readonly steps: Steps<KubeObject> | undefined;
  readonly result: RunResult;
}

/** The end of a Run that did not reach its first step. */
export function failedRun(error: unknown, object?: KubeObject): EndedRun {
  return { object, steps: undefined, result: { outcome: "Failed", error: new StepError(BEFORE_FIRST_STEP, error) } };
}
