/** How Runs end, also those that do not begin. Pure. */

import type { KubeObject } from "../../model/mod.ts";
import type { RunResult } from "../../run/mod.ts";
import { StepError, type Steps } from "../../steps/mod.ts";

/** The name under which errors are reported that happen before the first step. */
export const BEFORE_FIRST_STEP = "(before the first step)";

/** How a Run ended, and over what, as far as that was found. */
export interface EndedRun {
  readonly object: KubeObject | undefined;
  readonly steps: Steps<KubeObject> | undefined;
  readonly result: RunResult;
}

/** A Run that did not get to its first step. */
export function failed(error: unknown, object?: KubeObject): EndedRun {
  return { object, steps: undefined, result: { outcome: "Failed", error: new StepError(BEFORE_FIRST_STEP, error) } };
}
