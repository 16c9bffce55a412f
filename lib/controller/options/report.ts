/** The report of a Run, for `onRun` and for the log. */

import { isTerminal, type RunResult } from "../../run/mod.ts";
import { describeFailure } from "../../steps/mod.ts";
import type { LogFields, Logger, LogLevel } from "../../telemetry/mod.ts";
import { formatDuration } from "../../time/mod.ts";

/** The report of one Run. */
export interface RunReport {
  /** The controller's name. */
  readonly controller: string;
  /** The Run's id, as in its log lines. */
  readonly run: string;
  /** The object's key, `namespace/name`. */
  readonly key: string;
  /** Why the object was queued: `Secret default/foo changed`. */
  readonly trigger: string;
  /** Milliseconds that the object waited in the queue. */
  readonly waited: number;
  /** Milliseconds that the Run took. */
  readonly duration: number;
  /** How the Run ended. */
  readonly result: RunResult;
  /** Milliseconds until the next Run, if known; `0` for at once. */
  readonly nextIn: number | undefined;
}

/**
 * The log level of a Run: Runs without a change are for developers, changes are for operators.
 *
 * @param isRepeated Whether the last Run waited for the same thing; that need not be logged again.
 */
export function levelOf(result: RunResult, isRepeated: boolean): LogLevel {
  switch (result.outcome) {
    case "NoOp":
      return "debug";
    case "Stopped":
      return isRepeated ? "debug" : "info";
    case "Modified":
      return result.hadEffect ? "info" : "warn";
    case "Failed":
      return isTerminal(result.error) ? "error" : "warn";
  }
}

/** Logs a Run at its level by {@link levelOf}. */
export function logRun(report: RunReport, level: LogLevel, log: Logger): void {
  const { result, trigger, nextIn } = report;
  const say = (message: string, fields: LogFields): void => log[level](message, fields);
  const facts: LogFields = {
    next: nextIn === undefined || nextIn === 0 ? undefined : formatDuration(nextIn),
    trigger,
    took: formatDuration(report.duration),
  };
  switch (result.outcome) {
    case "NoOp":
      return say("nothing to do", facts);
    case "Stopped":
      return say(level === "debug" ? "still waiting" : "waiting", {
        step: result.step,
        reason: result.reason,
        ...facts,
      });
    case "Modified": {
      const what = result.hadEffect ? "changed" : "a change had no effect: its step asks for what is there already";
      return say(what, { step: result.step, change: result.change, ...facts });
    }
    case "Failed": {
      const fields = { step: result.error.step, error: describeFailure(result.error.cause), ...facts };
      return say(level === "error" ? "failed, and is not tried again until the object changes" : "failed", fields);
    }
  }
}

/** What a Run waits for, as comparable text; `undefined` if it does not wait. */
export function waitOf(result: RunResult): string | undefined {
  return result.outcome === "Stopped" ? `${result.step}: ${result.reason ?? ""}` : undefined;
}
