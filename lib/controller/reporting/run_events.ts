/** Turns the result of a Run into an Event. Pure. */

import type { ObjectEvent } from "../../kube/mod.ts";
import { isTerminal, type RunResult } from "../../run/mod.ts";
import { isError } from "../../model/mod.ts";
import { describeFailure } from "../../steps/mod.ts";

/** The Event of a Run. The recorder adds who reports it and about which object. */
export type RunEvent = Omit<ObjectEvent, "reporter" | "regarding">;

/** The Event of a Run; `undefined` if it had nothing to do, so that objects at rest cost nothing. */
export function eventOf(result: RunResult): RunEvent | undefined {
  switch (result.outcome) {
    case "NoOp":
      return undefined;
    case "Stopped":
      return told("Normal", "Stopped", result.step, result.reason ?? "waiting");
    case "Modified": {
      const { step, change, hadEffect } = result;
      if (hadEffect) return told("Normal", "Modified", step, change);
      const text = `${change} had no effect: the step asks for what is there already`;
      return told("Warning", "ModifiedWithoutEffect", step, text);
    }
    case "Failed": {
      const { step, cause } = result.error;
      const text = failureText(cause);
      if (!isTerminal(result.error)) return told("Warning", "Failed", step, text);
      return told("Warning", "FailedForGood", step, `not tried again until the object changes: ${text}`);
    }
  }
}

function told(type: RunEvent["type"], reason: string, step: string, text: string): RunEvent {
  return { type, reason, action: step, note: `${step}: ${text}` };
}

/**
 * The text of a failure. More people may read an object's Events than the log, so errors that may quote data are left
 * out: a parser's error about a text, and thrown values that are not errors.
 */
function failureText(cause: unknown): string {
  if (cause instanceof SyntaxError) return "SyntaxError (its words are in the log only, as they may quote data)";
  if (isError(cause) || typeof cause === "string") return describeFailure(cause);
  return "something that is not an error was thrown";
}
