/** The walk: steps in order until one asks for a change, stops or fails. Performs nothing. */

import type { KubeObject, ReadApi } from "../model/mod.ts";
import {
  type AnyChange,
  type BranchDefinition,
  Change,
  type ChangeContext,
  JoinError,
  StepContractError,
  type StepDefinition,
  StepError,
  type Steps,
  Stop,
  stop,
} from "../steps/mod.ts";
import { type Logger, type RunObserver, type StepObserver, withFields } from "../telemetry/mod.ts";
import { jsonEquals } from "../kube/mod.ts";
import { Deadline, type Limits } from "./deadline.ts";

/** What the steps of one Run are given. */
export interface WalkInput<R extends KubeObject> {
  readonly steps: Steps<R>;
  readonly object: R;
  readonly kube: ReadApi;
  readonly runStart: Date;
  readonly log: Logger;
  readonly limits: Limits;
  /** Told of the steps, for metrics and traces. */
  readonly observer?: RunObserver | undefined;
}

/** How a walk ends. */
export type WalkEnd =
  | { readonly type: "noop"; readonly data: unknown }
  | { readonly type: "stop"; readonly step: string; readonly stop: Stop }
  | {
    readonly type: "change";
    readonly step: string;
    readonly change: AnyChange;
    /** To be told how the change ends, as the step ends with it. */
    readonly observed: StepObserver | undefined;
  };

/**
 * Walks the steps.
 *
 * @throws {StepError} If a step failed; its cause is what the step threw.
 */
export async function walk<R extends KubeObject>(input: WalkInput<R>): Promise<WalkEnd> {
  let data: unknown = initialData(input);
  for (const definition of input.steps.definitions) {
    const { name } = definition;
    const observed = input.observer?.step(name);
    const returned = await observing(observed, () => takeStep(definition, data, input));
    if (returned instanceof Stop) {
      observed?.end("Stopped");
      return { type: "stop", step: name, stop: returned };
    }
    if (returned instanceof Change && !isStatusAlready(returned, input.object)) {
      return { type: "change", step: name, change: returned, observed };
    }
    observed?.end("Passed");
    data = returned instanceof Change ? undefined : returned;
  }
  return { type: "noop", data };
}

/** Takes a step within its span. Of its ends only the failure is told here. */
async function observing<T>(observed: StepObserver | undefined, take: () => Promise<T>): Promise<T> {
  if (!observed) return await take();
  try {
    return await observed.within(take);
  } catch (error) {
    observed.end("Failed", error instanceof StepError ? error.cause : error);
    throw error;
  }
}

async function takeStep<R extends KubeObject>(
  definition: StepDefinition<R>,
  data: unknown,
  input: WalkInput<R>,
): Promise<unknown> {
  if (definition.type === "join") return await walkBranches(definition.name, definition.branches, data, input);
  const returned = await callStep(definition, data, input);
  if (returned instanceof Change) assertMayChange(definition);
  return returned;
}

/** The name under which errors are reported that happen before the first step. */
const BEFORE_FIRST_STEP = "(initial data)";

function initialData<R extends KubeObject>({ steps, object }: WalkInput<R>): unknown {
  try {
    return steps.initial(object);
  } catch (error) {
    throw new StepError(BEFORE_FIRST_STEP, error);
  }
}

type Single<R extends KubeObject> = Exclude<StepDefinition<R>, { type: "join" }>;

/** Calls one step's function. Awaits only what is a promise, and times only what is awaited. */
async function callStep<R extends KubeObject>(
  { name, run }: Single<R> | BranchDefinition<R>,
  data: unknown,
  input: WalkInput<R>,
  label: string = name,
): Promise<unknown> {
  const deadline = new Deadline(label, input.limits);
  try {
    input.limits.signal.throwIfAborted();
    const returned = run(contextOf(input, label, deadline), data);
    return returned instanceof Promise ? await deadline.race(returned) : returned;
  } catch (error) {
    throw new StepError(label, error);
  }
}

function contextOf<R extends KubeObject>(input: WalkInput<R>, step: string, deadline: Deadline): ChangeContext<R> {
  const { object, kube, runStart } = input;
  return {
    object,
    kube,
    runStart,
    stop,
    get signal() {
      return deadline.signal;
    },
    get log() {
      return withFields(input.log, { step });
    },
    setStatus: (status) => new Change({ verb: "setStatus", status }),
  };
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
  const failures = settled.flatMap((result) => result.status === "rejected" ? [result.reason as StepError] : []);
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new StepError(step, new JoinError(failures));
  const values = settled.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  return values.find((value) => value instanceof Stop) ??
    Object.fromEntries(branches.map(({ name }, at) => [name, values[at]]));
}

async function callBranch<R extends KubeObject>(
  step: string,
  branch: BranchDefinition<R>,
  data: unknown,
  input: WalkInput<R>,
): Promise<unknown> {
  const label = `${step}/${branch.name}`;
  const observed = input.observer?.step(label);
  const returned = await observing(observed, async () => {
    const value = await callStep(branch, data, input, label);
    if (value instanceof Change) throw contractError(label, "a branch of a join");
    return value;
  });
  observed?.end(returned instanceof Stop ? "Stopped" : "Passed");
  return returned;
}

function assertMayChange<R extends KubeObject>({ type, name }: StepDefinition<R>): void {
  if (type !== "change") throw contractError(name, "an observe step");
}

function contractError(step: string, what: string): StepError {
  return new StepError(
    step,
    new StepContractError(`Cannot take a Change from step "${step}" as ${what} only looks: use .change() for it`),
  );
}

/** A status that is set already is no change: the walk goes on. */
function isStatusAlready({ operation }: AnyChange, object: KubeObject): boolean {
  if (operation.verb !== "setStatus") return false;
  // As it would be stored: without what is undefined, dates as text.
  const wanted: unknown = JSON.parse(JSON.stringify(operation.status ?? null));
  return jsonEquals(wanted, (object as { status?: unknown }).status);
}
