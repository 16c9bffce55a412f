/** The walk: calls the steps in order until one asks for a change, stops or fails. Performs nothing. */

import type { KubeObject } from "../model/mod.ts";
import {
  type AnyChange,
  beginCount,
  type BranchDefinition,
  Change,
  JoinError,
  madeSince,
  StepContractError,
  type StepDefinition,
  StepError,
  Stop,
} from "../steps/mod.ts";
import type { StepObserver } from "../telemetry/mod.ts";
import { isJsonObject, type StatusDifference, statusDifference, storedForm } from "../kube/mod.ts";
import { Deadline } from "./deadline.ts";
import { checkReturned } from "./returned.ts";
import { WalkContext, type WalkInput } from "./walk_context.ts";

export type WalkEnd =
  | { readonly type: "noop"; readonly data: unknown }
  | { readonly type: "stop"; readonly step: string; readonly stop: Stop }
  | {
    readonly type: "change";
    readonly step: string;
    readonly change: AnyChange;
    /** For `setStatus`: what changes. */
    readonly difference: StatusDifference | undefined;
    /** Must be told how the change ends: the step ends with it. */
    readonly stepObserver: StepObserver | undefined;
  };

/**
 * Walks the steps. Returns synchronously if no step returned a promise: a promise per step would cost more than everything
 * else.
 *
 * @throws {StepError} If a step failed; the cause is what the step threw.
 */
export function walk<R extends KubeObject>(input: WalkInput<R>): WalkEnd | Promise<WalkEnd> {
  return walkFrom(0, initialData(input), input);
}

function walkFrom<R extends KubeObject>(
  first: number,
  given: unknown,
  input: WalkInput<R>,
): WalkEnd | Promise<WalkEnd> {
  const { steps: { definitions }, observer } = input;
  let data = given;
  for (let at = first; at < definitions.length; at++) {
    const definition = definitions[at]!;
    const stepObserver = observer?.step(definition.name);
    const returned = stepObserver
      ? observing(stepObserver, () => takeStep(definition, data, input))
      : takeStep(definition, data, input);
    if (returned instanceof Promise) return walkOn(at, returned, stepObserver, input);
    const end = endAt(definition, returned, stepObserver, input);
    if (end) return end;
    data = handedOn(returned);
  }
  return { type: "noop", data };
}

/** Continues when a step's promise has settled. */
async function walkOn<R extends KubeObject>(
  at: number,
  pending: Promise<unknown>,
  stepObserver: StepObserver | undefined,
  input: WalkInput<R>,
): Promise<WalkEnd> {
  const returned = await pending;
  return endAt(input.steps.definitions[at]!, returned, stepObserver, input) ??
    await walkFrom(at + 1, handedOn(returned), input);
}

/** How the walk ends by what a step returned; `undefined` if it goes on. */
function endAt<R extends KubeObject>(
  { type, name }: StepDefinition<R>,
  returned: unknown,
  stepObserver: StepObserver | undefined,
  input: WalkInput<R>,
): WalkEnd | undefined {
  if (returned instanceof Stop) {
    stepObserver?.end("Stopped");
    return { type: "stop", step: name, stop: returned };
  }
  if (returned instanceof Change) {
    if (type !== "change") throw failed(stepObserver, contractError(name, "an observe step"));
    const difference = differenceIn(name, returned, input, stepObserver);
    if (difference !== "none") return { type: "change", step: name, change: returned, difference, stepObserver };
  }
  stepObserver?.end("Passed");
  return undefined;
}

/** The data for the next step. A Change that turned out to be unnecessary is not passed on. */
function handedOn(returned: unknown): unknown {
  return returned instanceof Change ? undefined : returned;
}

/** Calls a step within its span. Reports a failure to the observer; the caller reports other ends. */
function observing(stepObserver: StepObserver, take: () => unknown): unknown {
  try {
    const taken = stepObserver.within(take);
    return taken instanceof Promise ? taken.catch((error) => Promise.reject(failed(stepObserver, error))) : taken;
  } catch (error) {
    throw failed(stepObserver, error);
  }
}

/** Reports a failure to the observer, and returns it. */
function failed(stepObserver: StepObserver | undefined, error: unknown): unknown {
  stepObserver?.end("Failed", error instanceof StepError ? error.cause : error);
  return error;
}

function takeStep<R extends KubeObject>(definition: StepDefinition<R>, data: unknown, input: WalkInput<R>): unknown {
  if (definition.type === "join") return walkBranches(definition.name, definition.branches, data, input);
  return callStep(definition, data, input);
}

/** The step's name in errors that happen before the first step. */
const BEFORE_FIRST_STEP = "(initial data)";

function initialData<R extends KubeObject>({ steps, object }: WalkInput<R>): unknown {
  try {
    const data = steps.initial(object);
    // A step that awaits it still gets the rejection; if none does, it must not end the process.
    if (data instanceof Promise) data.catch(() => {});
    else if (typeof data === "object") checkReturned(BEFORE_FIRST_STEP, data, false);
    return data;
  } catch (error) {
    throw new StepError(BEFORE_FIRST_STEP, error);
  }
}

type Single<R extends KubeObject> = Exclude<StepDefinition<R>, { type: "join" }>;

/** Calls one step's function. Only a promise is awaited, with the time limit. */
function callStep<R extends KubeObject>(
  { name, run }: Single<R> | BranchDefinition<R>,
  data: unknown,
  input: WalkInput<R>,
  label: string = name,
): unknown {
  const deadline = new Deadline(label, input.deadlines);
  const begin = beginCount();
  try {
    input.deadlines.signal.throwIfAborted();
    const returned: unknown = run(new WalkContext(input, label, deadline), data);
    const hasMade = madeSince(begin);
    if (isThenable(returned)) return settled(returned, label, deadline, hasMade);
    if (hasMade || typeof returned === "object") checkReturned(label, returned, hasMade);
    return returned;
  } catch (error) {
    madeSince(begin);
    throw new StepError(label, error);
  }
}

async function settled(
  pending: PromiseLike<unknown>,
  label: string,
  deadline: Deadline,
  hasMade: boolean,
): Promise<unknown> {
  try {
    const returned = await deadline.race(pending);
    if (hasMade || typeof returned === "object") checkReturned(label, returned, hasMade);
    return returned;
  } catch (error) {
    throw new StepError(label, error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" && value !== null || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function";
}

/** Runs all branches to their end, so that all errors are collected. A failure takes precedence over a stop. */
async function walkBranches<R extends KubeObject>(
  step: string,
  branches: readonly BranchDefinition<R>[],
  data: unknown,
  input: WalkInput<R>,
): Promise<unknown> {
  const settled = await Promise.allSettled(
    branches.map((branch) => callBranch(step, branch, data, input)),
  );
  const failures = settled.flatMap((result) => result.status === "rejected" ? [asStepError(step, result.reason)] : []);
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new StepError(step, new JoinError(failures));
  const values = settled.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  return values.find((value) => value instanceof Stop) ??
    Object.fromEntries(branches.map(({ name }, at) => [name, values[at]]));
}

function asStepError(step: string, error: unknown): StepError {
  return error instanceof StepError ? error : new StepError(step, error);
}

async function callBranch<R extends KubeObject>(
  step: string,
  branch: BranchDefinition<R>,
  data: unknown,
  input: WalkInput<R>,
): Promise<unknown> {
  const label = `${step}/${branch.name}`;
  const stepObserver = input.observer?.step(label);
  const take = async () => {
    const value = await callStep(branch, data, input, label);
    if (value instanceof Change) throw contractError(label, "a branch of a join");
    return value;
  };
  const returned = await (stepObserver ? observing(stepObserver, take) : take());
  stepObserver?.end(returned instanceof Stop ? "Stopped" : "Passed");
  return returned;
}

function contractError(step: string, what: string): StepError {
  return new StepError(
    step,
    new StepContractError(`Cannot take a Change from step "${step}" as ${what} only looks: use .change() for it`),
  );
}

const setTheStatus = () => "set the status";

/**
 * What a `setStatus` changes; `undefined` for other Changes, and for a status that is not an object. "none" if the status is
 * already set, or is set as far as the API server accepts it; the walk then goes on.
 *
 * @throws {StepError} If the status cannot be stored as JSON, such as one with a cycle.
 */
function differenceIn<R extends KubeObject>(
  step: string,
  { operation }: AnyChange,
  { object, refusedStatus }: WalkInput<R>,
  stepObserver: StepObserver | undefined,
): StatusDifference | "none" | undefined {
  if (operation.verb !== "setStatus") return undefined;
  try {
    const wanted = storedForm(operation.status, setTheStatus);
    if (!isJsonObject(wanted)) return undefined;
    const difference = statusDifference((object as { status?: unknown }).status, wanted);
    if (difference === undefined || (refusedStatus !== undefined && difference.text === refusedStatus)) return "none";
    return difference;
  } catch (error) {
    throw failed(stepObserver, new StepError(step, error));
  }
}
