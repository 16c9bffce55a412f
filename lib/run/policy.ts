/** Policy: decides by how a Run ended when the object is run next. Pure. */

import { ApiError } from "../kube/mod.ts";
import { causesOf, errorsWithin } from "../model/mod.ts";
import type { Next } from "../queue/mod.ts";
import { isTerminalError } from "../steps/mod.ts";
import { portion, type Random } from "../time/mod.ts";
import { backoffDelay, type ResolvedBackoff } from "./backoff.ts";
import type { RunResult } from "./result.ts";

/** What is remembered of an object between Runs: two counts. Losing them at a restart does no harm. */
export interface RunHistory {
  /** How many Runs in a row failed, or made a change without effect. */
  readonly failures: number;
  /** How many Runs in a row made a change. */
  readonly modified: number;
}

/** The history of an object that is run for the first time. */
export const NO_HISTORY: RunHistory = { failures: 0, modified: 0 };

/** Options of {@link decideNext}. */
export interface PolicyOptions {
  readonly backoff: ResolvedBackoff;
  /** The resync interval: milliseconds after which an object is run again without an event; `undefined` for never. */
  readonly requeueEvery: number | undefined;
  readonly random: Random;
}

/** When the object is run next, and its new history. */
export interface Decision {
  readonly next: Next;
  readonly history: RunHistory;
}

/** How many failures at most still count after an edit: the next delay is then up to eight times `backoff.base`. */
const FORMER_FAILURES = 3;

/**
 * The history of an object after a user has edited it. The edit may have fixed the failure, so the backoff becomes short again;
 * but not zero, or a flood of edits would be a flood of failures.
 */
export function afterEdit(history: RunHistory): RunHistory {
  const { failures } = history;
  return failures <= FORMER_FAILURES ? history : { ...history, failures: FORMER_FAILURES };
}

/**
 * After this many changes in a row, an object is run once a second instead of at once: probably two steps undo each other's
 * work, which would otherwise only load the API server. A plan that needs more changes than this is slowed down as well.
 */
export const MODIFIED_IN_A_ROW = 100;
const SLOWED_DOWN = 1_000;

/**
 * The shortest delay until an object is run again without an event, in milliseconds: even with `requeueAfter: 0` there are at
 * most twenty Runs a second.
 */
const SHORTEST_WAIT = 50;

/** The jitter of `requeueEvery`, as a fraction: spreads objects that were listed together. */
const REQUEUE_SPREAD = 0.1;

/** Decides when the object is run next, by the table in `docs/guide.md`, "When an object is run next". */
export function decideNext(result: RunResult, history: RunHistory, options: PolicyOptions): Decision {
  switch (result.outcome) {
    case "Modified":
      return result.hadEffect ? afterChange(history) : afterFailure("a change without effect", history, options);
    case "NoOp":
      return { next: requeue(options), history: NO_HISTORY };
    case "Stopped":
      return { next: afterStop(result.requeueAfter, options), history: NO_HISTORY };
    case "Failed":
      if (isTerminal(result.error)) return { next: { type: "wait", failed: true }, history: NO_HISTORY };
      return afterFailure("an error", history, options, retryAfterOf(result.error));
  }
}

/** Whether retrying is useless until the object changes. An `AggregateError` is terminal only if all its errors are. */
export function isTerminal(error: unknown): boolean {
  const errors = errorsWithin(error, isTerminalError);
  const terminal = new Set(errors.filter(isTerminalError));
  // From the inner errors outwards. Cycles of causes without a terminal error are never added.
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
    // A backoff, since any event shortens other delays, and the changes themselves cause events.
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
    : { type: "after", delay: Math.max(SHORTEST_WAIT, delay), reason: "requeueAfter is over" };
}

function requeue({ requeueEvery, random }: PolicyOptions): Next {
  if (requeueEvery === undefined) return { type: "wait" };
  const delay = Math.max(SHORTEST_WAIT, requeueEvery * (1 - REQUEUE_SPREAD * portion(random)));
  return { type: "after", delay, reason: "requeueEvery is over" };
}

/** The longest `Retry-After` of an API server's answer among the causes of an error, in milliseconds; 0 for none. */
function retryAfterOf(error: unknown): number {
  return Math.max(0, ...errorsWithin(error).map(askedBy));
}

function askedBy(error: unknown): number {
  try {
    return error instanceof ApiError ? error.retryAfter ?? 0 : 0;
  } catch {
    // What was thrown may be a revoked proxy.
    return 0;
  }
}
