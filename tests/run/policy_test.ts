import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  afterEdit,
  backoffDelay,
  decideNext,
  isTerminal,
  MODIFIED_IN_A_ROW,
  NO_HISTORY,
  resolveBackoff,
} from "../../lib/run/mod.ts";
import type { RunHistory, RunResult } from "../../lib/run/mod.ts";
import { ApiError } from "../../lib/kube/mod.ts";
import { JoinError, StepError, TerminalError } from "../../lib/steps/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { ODD_NUMBERS } from "../odd_numbers.ts";

const options = { backoff: { base: 1_000, cap: 60_000 }, requeueEvery: 100_000, random: { next: () => 0.5 } };
const modified = (hadEffect: boolean): RunResult => ({
  outcome: "Modified",
  step: "s",
  change: "c",
  hadEffect,
  result: undefined,
  bestEffortFailures: [],
});
const failed = (cause: unknown): RunResult => ({ outcome: "Failed", error: new StepError("s", cause) });
const stopped = (requeueAfter?: number): RunResult => ({
  outcome: "Stopped",
  step: "s",
  reason: undefined,
  requeueAfter,
});
const noop: RunResult = { outcome: "NoOp", data: undefined };

Deno.test("after a change the object is run again at once", () => {
  assertEquals(decideNext(modified(true), NO_HISTORY, options), {
    next: { type: "now", reason: "a change was made" },
    history: { failures: 0, modified: 1 },
  });
});

Deno.test("after a Run without a change the object waits for requeueEvery, less up to a tenth", () => {
  assertEquals(decideNext(noop, NO_HISTORY, options).next, {
    type: "after",
    delay: 95_000,
    reason: "requeueEvery is over",
  });
  assertEquals(decideNext(noop, NO_HISTORY, { ...options, requeueEvery: undefined }).next, { type: "wait" });
});

Deno.test("after a stop the object waits as long as the step asked for", () => {
  assertEquals(decideNext(stopped(30_000), NO_HISTORY, options).next, {
    type: "after",
    delay: 30_000,
    reason: "requeueAfter is over",
  });
  assertEquals(decideNext(stopped(), NO_HISTORY, options).next.type, "after");
});

Deno.test("failures back off further each time, and success resets", () => {
  const delays: number[] = [];
  let history: RunHistory = NO_HISTORY;
  for (let i = 0; i < 8; i++) {
    const decision = decideNext(failed(new Error("x")), history, options);
    history = decision.history;
    assertEquals(decision.next.type, "backoff");
    if (decision.next.type === "backoff") delays.push(decision.next.delay);
  }
  assertEquals(delays, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assertEquals(decideNext(noop, history, options).history, NO_HISTORY);
  assertEquals(decideNext(stopped(), history, options).history, NO_HISTORY);
  assertEquals(decideNext(modified(true), history, options).history.failures, 0);
});

Deno.test("the wait that the API server asks for is kept, however deep its error lies", () => {
  const busy = new ApiError({ code: 429, reason: "TooManyRequests", details: { retryAfterSeconds: 77 } });
  const joined = new JoinError([new StepError("a", new Error("x")), new StepError("b", busy)]);
  for (const cause of [busy, joined]) {
    const { next } = decideNext(failed(cause), NO_HISTORY, options);
    assertEquals(next, { type: "backoff", delay: 77_000, reason: "retry 1 after an error", asked: true });
  }
});

Deno.test("a wait that the API server asks for, and that is over before the backoff, asks for nothing", () => {
  const busy = new ApiError({ code: 429, details: { retryAfterSeconds: 0.1 } });
  assertEquals(decideNext(failed(busy), NO_HISTORY, options).next, {
    type: "backoff",
    delay: 500,
    reason: "retry 1 after an error",
  });
});

Deno.test("only the retryAfter of an API server's answer counts", () => {
  for (const value of [5_000, ...ODD_NUMBERS.map(([, value]) => value)]) {
    for (const thrown of [{ retryAfter: value }, Object.assign(new Error("429"), { retryAfter: value })]) {
      for (const cause of [thrown, new Error("x", { cause: thrown }), new AggregateError([thrown])]) {
        assertEquals(decideNext(failed(cause), NO_HISTORY, options).next, {
          type: "backoff",
          delay: 500,
          reason: "retry 1 after an error",
        });
      }
    }
  }
});

Deno.test("no wait is shorter than 50 ms, whatever was asked for and drawn", () => {
  const fast = { backoff: { base: 1e-9, cap: 1e-9 }, requeueEvery: 1e-9, random: { next: () => 0 } };
  for (const result of [failed(new Error("x")), modified(false), noop, stopped(), stopped(0), stopped(1e-300)]) {
    const { next } = decideNext(result, NO_HISTORY, fast);
    assertEquals("delay" in next && next.delay, 50);
  }
});

Deno.test("after an edit at most three of the failures before it count", () => {
  assertEquals(afterEdit({ failures: 12, modified: 5 }), { failures: 3, modified: 5 });
  assertEquals(afterEdit({ failures: 2, modified: 5 }), { failures: 2, modified: 5 });
});

Deno.test("a terminal error waits for the object to change", () => {
  const { next } = decideNext(failed(new TerminalError("bad spec")), NO_HISTORY, options);
  assertEquals(next, { type: "wait", failed: true });
  assertEquals(isTerminal(new Error("x", { cause: new TerminalError("bad spec") })), true);
});

Deno.test("of errors joined together, all must be terminal", () => {
  const terminal = new StepError("a", new TerminalError("x"));
  const passing = new StepError("b", new Error("x"));
  assertEquals(isTerminal(new StepError("join", new JoinError([terminal, terminal]))), true);
  assertEquals(isTerminal(new StepError("join", new JoinError([terminal, passing]))), false);
});

Deno.test("errors that are their own cause are terminal only by a terminal error in them", () => {
  const own = new Error("x");
  own.cause = own;
  const ring = new Error("outer", { cause: new Error("inner") });
  (ring.cause as Error).cause = ring;
  const joined = new AggregateError([own, new TerminalError("x")]);
  const all = new AggregateError([new TerminalError("x")]);
  const many = new AggregateError(Array.from({ length: 1_000 }, () => new TerminalError("x")));
  const cases = [own, ring, joined, new AggregateError([]), all, new TerminalError("x", { cause: own }), many];
  // Of a thousand not all are looked at; then it is tried again, which does no harm.
  assertEquals(cases.map(isTerminal), [false, false, false, false, true, true, false]);
});

Deno.test("Retry-After is found in errors that are their own cause", () => {
  const busy = new ApiError({ code: 429, reason: "TooManyRequests", details: { retryAfterSeconds: 77 } });
  const joined = new AggregateError([busy]);
  joined.errors.push(joined);
  const { next } = decideNext(failed(joined), NO_HISTORY, options);
  assertEquals(next.type === "backoff" && next.delay, 77_000);
});

Deno.test("a change without effect backs off: otherwise it would be repeated at once, for ever", () => {
  const first = decideNext(modified(false), NO_HISTORY, options);
  assertEquals(first.next, { type: "backoff", delay: 500, reason: "retry 1 after a change without effect" });
  const second = decideNext(modified(false), first.history, options);
  assertEquals(second.next.type === "backoff" && second.next.delay, 1_000);
});

Deno.test("an object that changes for ever is slowed down", () => {
  const busy = { failures: 0, modified: MODIFIED_IN_A_ROW - 2 };
  const last = decideNext(modified(true), busy, options);
  assertEquals(last.next.type, "now");
  assertEquals(decideNext(modified(true), last.history, options).next, {
    type: "backoff",
    delay: 1_000,
    reason: "a change was made",
  });
});

Deno.test("backoff has full jitter: anywhere from nothing to its bound", () => {
  const random = seededRandom(1);
  const delays = Array.from({ length: 2_000 }, () => backoffDelay(3, { base: 1_000, cap: 60_000 }, random));
  assert(Math.min(...delays) < 40 && Math.max(...delays) > 3_960 && Math.max(...delays) < 4_000);
  const mean = delays.reduce((sum, delay) => sum + delay) / delays.length;
  assert(mean > 1_900 && mean < 2_100, `mean is ${mean}`);
});

Deno.test("backoff stays finite and under its cap after any number of failures", () => {
  assertEquals(backoffDelay(1e9, { base: 1, cap: 60_000 }, { next: () => 1 }), 60_000);
});

Deno.test("an invalid backoff is refused", () => {
  assertThrows(() => resolveBackoff({ base: "1m", cap: "1s" }), RangeError, "current value is 1m to 1s");
  assertThrows(() => resolveBackoff({ base: 0 }), RangeError, "base must be more than 0");
});
