/** One Run: walks the steps, performs at most one change, returns how it ended. */

import type { Performer } from "../kube/mod.ts";
import type { KubeObject } from "../model/mod.ts";
import { type AnyChange, isChange, messageOf, StepContractError, StepError } from "../steps/mod.ts";
import { Deadline } from "./deadline.ts";
import type { BestEffortFailure, ModifiedResult, RunResult } from "./result.ts";
import { walk, type WalkEnd } from "./walk.ts";
import type { WalkInput } from "./walk_context.ts";

export interface RunInput<R extends KubeObject> extends WalkInput<R> {
  /** Makes the only writer of the Run, when a step has asked for a change. The writer must obey the signal. */
  readonly performer: (signal: AbortSignal) => Performer;
}

/**
 * Runs the steps once for one object. Returns synchronously if no step returned a promise and none asked for a change.
 *
 * **Guarantees**, tested by `tests/run/run_test.ts`. At most one change is performed. A failure is a result: this never throws.
 * Best-effort writes (`withStatus`, `alsoTry`) are tried after the change and cannot fail the Run.
 */
export function executeRun<R extends KubeObject>(input: RunInput<R>): RunResult | Promise<RunResult> {
  try {
    const end = walk(input);
    return end instanceof Promise ? conclude(end, input) : ended(end, input);
  } catch (error) {
    return failure(error);
  }
}

async function conclude<R extends KubeObject>(walked: Promise<WalkEnd>, input: RunInput<R>): Promise<RunResult> {
  try {
    return await ended(await walked, input);
  } catch (error) {
    return failure(error);
  }
}

function ended<R extends KubeObject>(end: WalkEnd, input: RunInput<R>): RunResult | Promise<RunResult> {
  return end.type === "change" ? performChange(end, input) : resultOf(end);
}

function resultOf(end: Exclude<WalkEnd, { type: "change" }>): RunResult {
  if (end.type === "noop") return { outcome: "NoOp", data: end.data };
  return { outcome: "Stopped", step: end.step, reason: end.stop.reason, requeueAfter: end.stop.requeueAfter };
}

function failure(error: unknown): RunResult {
  return { outcome: "Failed", error: error instanceof StepError ? error : new StepError("(unknown)", error) };
}

type ChangeEnd = Extract<WalkEnd, { type: "change" }>;

async function performChange<R extends KubeObject>(end: ChangeEnd, input: RunInput<R>): Promise<RunResult> {
  const { stepObserver } = end;
  try {
    const modified = await (stepObserver ? stepObserver.within(() => settle(end, input)) : settle(end, input));
    stepObserver?.end("Modified");
    return modified;
  } catch (error) {
    stepObserver?.end("Failed", error);
    return failure(new StepError(end.step, error));
  }
}

function settle<R extends KubeObject>(end: ChangeEnd, input: RunInput<R>): Promise<ModifiedResult> {
  const { step, change } = end;
  const onOverdue = (reason: unknown) =>
    input.log().warn("waiting for a change that goes on after its signal was aborted", {
      step,
      change: String(change),
      error: messageOf(reason),
    });
  return new Deadline(step, input.deadlines).settle((signal) => perform(end, signal, input), onOverdue);
}

async function perform<R extends KubeObject>(
  { step, change, difference }: ChangeEnd,
  signal: AbortSignal,
  input: RunInput<R>,
): Promise<ModifiedResult> {
  const performer = input.performer(signal);
  const { result, hadEffect, description } = await performer.perform(change, difference);
  if (isChange(result)) throw uselessChange(description);
  const isPlain = !change.status && change.bestEffort.length === 0;
  const bestEffortFailures = isPlain ? [] : await performBestEffort(step, change, result, performer, input);
  return { outcome: "Modified", step, change: description, hadEffect, result, bestEffortFailures };
}

/** Tries the best-effort writes of a change. Each failure is logged, counted and returned; none is thrown. */
async function performBestEffort(
  step: string,
  { status, bestEffort }: AnyChange,
  result: unknown,
  performer: Performer,
  { log, observer }: Pick<RunInput<KubeObject>, "log" | "observer">,
): Promise<BestEffortFailure[]> {
  const failures: BestEffortFailure[] = [];
  const attempt = async (part: "status" | "change", change: string, write: () => unknown) => {
    try {
      await write();
    } catch (error) {
      failures.push({ change, error });
      observer?.bestEffortFailed(step, part);
      log().warn("a best-effort change failed; the Run itself succeeded", { step, change, error: messageOf(error) });
    }
  };
  if (status) await attempt("status", "write the status", () => performer.bestEffortStatus(statusOf(status, result)));
  for (const other of bestEffort) await attempt("change", String(other), () => performer.bestEffort(other));
  return failures;
}

/** The status to write. A promise is refused: waiting for it would delay the Run. */
function statusOf(make: (result: unknown) => unknown, result: unknown): unknown {
  const status = make(result);
  if (typeof (status as { then?: unknown } | undefined | null)?.then !== "function") return status;
  Promise.resolve(status).catch(() => {});
  throw new TypeError("Cannot write the status as the function given to withStatus must not be async");
}

/** The error for an action that returns a Change, which nobody would perform. */
function uselessChange(action: string): StepContractError {
  return new StepContractError(
    `Cannot take a Change from "${action}" as an action only returns a result: return the Change from the step`,
  );
}
