/** Policy: how a Run ended, and so when the object is run next. Pure. */

import { ApiError } from "../kube/mod.ts";
import { causesOf, errorsWithin } from "../model/mod.ts";
import type { Next } from "../queue/mod.ts";
import { isTerminalError } from "../steps/mod.ts";
import { portion, type Random } from "../time/mod.ts";
import { backoffDelay, type ResolvedBackoff } from "./backoff.ts";
import type { RunResult } from "./result.ts";

/** What is remembered of an object between Runs: counts, nothing else. Lost at a restart, without harm. */
export interface RunHistory {
  /** Runs in a row that failed, or made a change without effect. */
  readonly failures: number;
  /** Runs in a row that made a change. */
  readonly modified: number;
}

/** The history of an object that is run for the first time. */
export const NO_HISTORY: RunHistory = { failures: 0, modified: 0 };

/** Options of {@link decideNext}. */
export interface PolicyOptions {
  readonly backoff: ResolvedBackoff;
  /** Milliseconds after which an object is run again although nothing happened; `undefined` for never. */
  readonly requeueEvery: number | undefined;
  readonly random: Random;
}

/** When the object is run next, and what is to be remembered. */
export interface Decision {
  readonly next: Next;
  readonly history: RunHistory;
}

/** How many failures of an object as it was before count for it as it is: the next wait is up to eight times `backoff.base`. */
const FORMER_FAILURES = 3;

/**
 * What the history of an object counts for when a user has changed it: what failed may be mended, so the waits begin low. Not
 * at nothing, or a flood of changes would be a flood of failures.
 */
export function afterEdit(history: RunHistory): RunHistory {
  const { failures } = history;
  return failures <= FORMER_FAILURES ? history : { ...history, failures: FORMER_FAILURES };
}

/**
 * Changes in a row after which an object is no longer run at once but once a second: two steps undo each other's work, and
 * nobody would notice but the API server. A plan that takes more changes than this to come to rest is slowed down as well.
 */
export const MODIFIED_IN_A_ROW = 100;
const SLOWED_DOWN = 1_000;

/**
 * The shortest time until an object is run again that nothing has happened to, in milliseconds: whatever was asked for, such as
 * `requeueAfter: 0`, makes twenty Runs a second at the most.
 */
const SHORTEST_WAIT = 50;

/** By how much of itself `requeueEvery` is shortened at most, so that objects listed together do not come back together. */
const REQUEUE_SPREAD = 0.1;

/** Decides by the table in `docs/guide.md`, "When an object is run next". */
export function decideNext(result: RunResult, history: RunHistory, options: PolicyOptions): Decision {
  switch (result.outcome) {
    case "Modified":
      return result.effective ? afterChange(history) : afterFailure("a change without effect", history, options);
    case "NoOp":
      return { next: requeue(options), history: NO_HISTORY };
    case "Stopped":
      return { next: afterStop(result.requeueAfter, options), history: NO_HISTORY };
    case "Failed":
      if (isTerminal(result.error)) return { next: { type: "wait", failed: true }, history: NO_HISTORY };
      return afterFailure("an error", history, options, retryAfterOf(result.error));
  }
}

/** Whether trying again is useless until the object changes. Of errors joined together, all must say so. */
export function isTerminal(error: unknown): boolean {
  const errors = errorsWithin(error, isTerminalError);
  const terminal = new Set(errors.filter(isTerminalError));
  // From the inside out. What only leads back to itself never gets in.
  for (let before = -1; before !== terminal.size;) {
    before = terminal.size;
    for (const one of errors) {
      const causes = causesOf(one);
      if (causes.length > 0 && causes.every((cause) => terminal.has(cause))) terminal.add(one);
    }
  }
  return terminal.has(error);
}

function afterChange({ modified }: RunHistory): Decision {
  const history = { failures: 0, modified: modified + 1 };
  const reason = "a change was made";
  return history.modified < MODIFIED_IN_A_ROW
    ? { next: { type: "now", reason }, history }
    // Held against events: those that the changes themselves bring would shorten any other delay to nothing.
    : { next: { type: "backoff", delay: SLOWED_DOWN, reason }, history };
}

function afterFailure(what: string, history: RunHistory, options: PolicyOptions, asked = 0): Decision {
  const failures = history.failures + 1;
  const own = Math.max(SHORTEST_WAIT, backoffDelay(failures, options.backoff, options.random));
  const reason = `retry ${failures} after ${what}`;
  const next: Next = asked > own
    ? { type: "backoff", delay: asked, reason, asked: true }
    : { type: "backoff", delay: own, reason };
  return { next, history: { ...history, failures } };
}

function afterStop(delay: number | undefined, options: PolicyOptions): Next {
  return delay === undefined
    ? requeue(options)
    : { type: "after", delay: Math.max(SHORTEST_WAIT, delay), reason: "the time that a step asked for is over" };
}

function requeue({ requeueEvery, random }: PolicyOptions): Next {
  if (requeueEvery === undefined) return { type: "wait" };
  const delay = Math.max(SHORTEST_WAIT, requeueEvery * (1 - REQUEUE_SPREAD * portion(random)));
  return { type: "after", delay, reason: "requeueEvery is over" };
}

/** How long the API server wants to be left alone, in milliseconds, when it said so. Nobody else's `retryAfter` is believed. */
function retryAfterOf(error: unknown): number {
  return Math.max(0, ...errorsWithin(error).map(askedBy));
}

function askedBy(error: unknown): number {
  try {
    return error instanceof ApiError ? error.retryAfter ?? 0 : 0;
  } catch {
    // What was thrown may be a proxy that nothing can be asked of.
    return 0;
  }
}
