/** How Runs end, and what they leave in doubt. Pure. */

import type { KubeObject } from "../model/mod.ts";
import { type RunResult, stepOf } from "../run/mod.ts";
import { StepError, type Steps } from "../steps/mod.ts";

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

/** The step in doubt after a Run. One that ends before that step, or fails in it, has settled nothing. */
export function doubtAfter(
  { result, steps }: EndedRun,
  doubt: string | undefined,
  isUncertain: boolean,
): string | undefined {
  if (isUncertain) return stepOf(result) ?? "";
  return doubt !== undefined && isPast(result, doubt, steps?.names ?? []) ? undefined : doubt;
}

/** Whether a Run has done with a step: got past it, or made its change. */
function isPast(result: RunResult, step: string, names: readonly string[]): boolean {
  const ended = stepOf(result);
  if (ended === undefined) return true;
  // A branch of a join is named after it.
  const place = (name: string) => names.findIndex((one) => name === one || name.startsWith(`${one}/`));
  return place(ended) > place(step) || (result.outcome === "Modified" && place(ended) === place(step));
}
