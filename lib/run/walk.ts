/** The walk: steps in order until one asks for a change, stops or fails. Performs nothing. */

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

/** How a walk ends. */
export type WalkEnd =
  | { readonly type: "noop"; readonly data: unknown }
  | { readonly type: "stop"; readonly step: string; readonly stop: Stop }
  | {
    readonly type: "change";
    readonly step: string;
    readonly change: AnyChange;
    /** Of a status that is to be set: what it changes. */
    readonly difference: StatusDifference | undefined;
    /** To be told how the change ends, as the step ends with it. */
    readonly observed: StepObserver | undefined;
  };

/**
 * Walks the steps. Ends at once when none of them returned a promise: a promise for each step would cost more than all else.
 *
 * @throws {StepError} If a step failed; its cause is what the step threw.
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
    const observed = observer?.step(definition.name);
    const returned = observed
      ? observing(observed, () => takeStep(definition, data, input))
      : takeStep(definition, data, input);
    if (returned instanceof Promise) return walkOn(at, returned, observed, input);
    const end = endAt(definition, returned, observed, input);
    if (end) return end;
    data = handedOn(returned);
  }
  return { type: "noop", data };
}

/** Goes on once a step's promise has settled. */
async function walkOn<R extends KubeObject>(
  at: number,
  pending: Promise<unknown>,
  observed: StepObserver | undefined,
  input: WalkInput<R>,
): Promise<WalkEnd> {
  const returned = await pending;
  return endAt(input.steps.definitions[at]!, returned, observed, input) ??
    await walkFrom(at + 1, handedOn(returned), input);
}

/** How the walk ends with what a step returned; `undefined` when it goes on. */
function endAt<R extends KubeObject>(
  { type, name }: StepDefinition<R>,
  returned: unknown,
  observed: StepObserver | undefined,
  input: WalkInput<R>,
): WalkEnd | undefined {
  if (returned instanceof Stop) {
    observed?.end("Stopped");
    return { type: "stop", step: name, stop: returned };
  }
  if (returned instanceof Change) {
    if (type !== "change") throw failed(observed, contractError(name, "an observe step"));
    const difference = differenceIn(name, returned, input, observed);
    if (difference !== "none") return { type: "change", step: name, change: returned, difference, observed };
  }
  observed?.end("Passed");
  return undefined;
}

/** A Change that is there already is not handed on. */
function handedOn(returned: unknown): unknown {
  return returned instanceof Change ? undefined : returned;
}

/** Takes a step within its span. Of its ends only the failure is told here. */
function observing(observed: StepObserver, take: () => unknown): unknown {
  try {
    const taken = observed.within(take);
    return taken instanceof Promise ? taken.catch((error) => Promise.reject(failed(observed, error))) : taken;
  } catch (error) {
    throw failed(observed, error);
  }
}

/** Tells of a failure, and hands it on. */
function failed(observed: StepObserver | undefined, error: unknown): unknown {
  observed?.end("Failed", error instanceof StepError ? error.cause : error);
  return error;
}

function takeStep<R extends KubeObject>(definition: StepDefinition<R>, data: unknown, input: WalkInput<R>): unknown {
  if (definition.type === "join") return walkBranches(definition.name, definition.branches, data, input);
  return callStep(definition, data, input);
}

/** The name under which errors are reported that happen before the first step. */
const BEFORE_FIRST_STEP = "(initial data)";

function initialData<R extends KubeObject>({ steps, object }: WalkInput<R>): unknown {
  try {
    const data = steps.initial(object);
    // Whoever awaits it is still told; a rejection that no step awaits must not strike the process.
    if (data instanceof Promise) data.catch(() => {});
    else if (typeof data === "object") checkReturned(BEFORE_FIRST_STEP, data, false);
    return data;
  } catch (error) {
    throw new StepError(BEFORE_FIRST_STEP, error);
  }
}

type Single<R extends KubeObject> = Exclude<StepDefinition<R>, { type: "join" }>;

/** Calls one step's function. Only what is a promise is waited for, and timed. */
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

/** All branches run to their ends, so that all errors are gathered; then a failure counts before a stop. */
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
  const observed = input.observer?.step(label);
  const take = async () => {
    const value = await callStep(branch, data, input, label);
    if (value instanceof Change) throw contractError(label, "a branch of a join");
    return value;
  };
  const returned = await (observed ? observing(observed, take) : take());
  observed?.end(returned instanceof Stop ? "Stopped" : "Passed");
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
 * What a Change of the status changes; `undefined` of other Changes, and of a status that is none. A status that is set already,
 * or as much of it as the API server takes, is no change: the walk goes on.
 *
 * @throws {StepError} If the status is nothing that can be stored, such as one that holds itself.
 */
function differenceIn<R extends KubeObject>(
  step: string,
  { operation }: AnyChange,
  { object, refusedStatus }: WalkInput<R>,
  observed: StepObserver | undefined,
): StatusDifference | "none" | undefined {
  if (operation.verb !== "setStatus") return undefined;
  try {
    const wanted = storedForm(operation.status, setTheStatus);
    if (!isJsonObject(wanted)) return undefined;
    const difference = statusDifference((object as { status?: unknown }).status, wanted);
    if (difference === undefined || (refusedStatus !== undefined && difference.text === refusedStatus)) return "none";
    return difference;
  } catch (error) {
    throw failed(observed, new StepError(step, error));
  }
}
