/** Which step's doubt is left after a Run that has left none itself. Pure. */

import type { KubeObject } from "../model/mod.ts";
import { type RunResult, stepOf } from "../run/mod.ts";
import type { Steps } from "../steps/mod.ts";

/** A Run, as far as it got. */
export interface EndedWalk {
  /** The plan; `undefined` when the Run failed before there was one. */
  readonly steps: Steps<KubeObject> | undefined;
  /** How it ended. */
  readonly result: RunResult;
}

/** The step in doubt after a Run. One that ends before that step, or fails in it, has settled nothing. */
export function doubtAfter({ result, steps }: EndedWalk, doubt: string | undefined): string | undefined {
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
