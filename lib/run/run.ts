/** One Run: walk the steps, perform at most one change, say how it ended. */

import type { Performer } from "../kube/mod.ts";
import type { KubeObject } from "../model/mod.ts";
import { type AnyChange, isChange, messageOf, StepContractError, StepError } from "../steps/mod.ts";
import { Deadline } from "./deadline.ts";
import type { BestEffortFailure, ModifiedResult, RunResult } from "./result.ts";
import { walk, type WalkEnd } from "./walk.ts";
import type { WalkInput } from "./walk_context.ts";

/** What one Run needs. */
export interface RunInput<R extends KubeObject> extends WalkInput<R> {
  /** Makes the only writer that the Run has; called when a step has asked for a change. It obeys the signal. */
  readonly performer: (signal: AbortSignal) => Performer;
}

/**
 * One Run over one object. Ends at once when no step returned a promise, and none asked for a change.
 *
 * **Guarantees.** At most one change is performed. Never throws: a failure is a result. What `withStatus` and `alsoTry` add
 * is tried after the change, and cannot fail the Run.
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
  const { observed } = end;
  try {
    const modified = await (observed ? observed.within(() => settle(end, input)) : settle(end, input));
    observed?.end("Modified");
    return modified;
  } catch (error) {
    observed?.end("Failed", error);
    return failure(new StepError(end.step, error));
  }
}

function settle<R extends KubeObject>(end: ChangeEnd, input: RunInput<R>): Promise<ModifiedResult> {
  const { step, change } = end;
  const onOverdue = (reason: unknown) =>
    input.log().warn("waiting for a change that was told to end", {
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
  const { result, effective, description } = await performer.perform(change, difference);
  if (isChange(result)) throw uselessChange(description);
  const isPlain = !change.status && change.extras.length === 0;
  const bestEffortFailures = isPlain ? [] : await performExtras(step, change, result, performer, input);
  return { outcome: "Modified", step, change: description, effective, result, bestEffortFailures };
}

/** What may fail: the status and the extras that were added to the change. Each failure is logged and kept; none throws. */
async function performExtras(
  step: string,
  { status, extras }: AnyChange,
  result: unknown,
  performer: Performer,
  { log, observer }: Pick<RunInput<KubeObject>, "log" | "observer">,
): Promise<BestEffortFailure[]> {
  const failures: BestEffortFailure[] = [];
  const attempt = async (part: "status" | "extra", change: string, write: () => unknown) => {
    try {
      await write();
    } catch (error) {
      failures.push({ change, error });
      observer?.bestEffortFailed(step, part);
      log().warn("a best-effort change failed", { step, change, error: messageOf(error) });
    }
  };
  if (status) await attempt("status", "write the status", () => performer.bestEffortStatus(statusOf(status, result)));
  for (const extra of extras) await attempt("extra", String(extra), () => performer.bestEffort(extra));
  return failures;
}

/** The status to be written along: a value, as whoever waits for a promise here would hold the Run up. */
function statusOf(make: (result: unknown) => unknown, result: unknown): unknown {
  const status = make(result);
  if (typeof (status as { then?: unknown } | undefined | null)?.then !== "function") return status;
  Promise.resolve(status).catch(() => {});
  throw new TypeError("Cannot write the status as the function given to withStatus must not be async");
}

/** Nobody would perform it: what an action returns is a result. */
function uselessChange(action: string): StepContractError {
  return new StepContractError(
    `Cannot take a Change from "${action}" as an action only returns a result: return the Change from the step`,
  );
}
