/** Steps as values, so that they can be in files of their own, and the types that check what steps return. */

import type { KubeObject, ResourceKind, StatusOf } from "../model/mod.ts";
import { shownValue } from "../time/mod.ts";
import type { AnyChange, Change } from "./change.ts";
import type { ChangeContext, StepContext } from "./context.ts";
import { StepDefinitionError } from "./errors.ts";
import type { Stop } from "./stop.ts";

/**
 * A value, or a promise of it.
 *
 * @internal
 */
export type Awaitable<T> = T | Promise<T>;

/**
 * What the next step gets: what a step returned, without a Change or a Stop.
 *
 * @internal
 */
export type Passed<N> = Exclude<N, AnyChange | Stop>;

/**
 * The type of an observe step's name; becomes an error text if the step's function can return a Change.
 *
 * @internal
 */
export type ObserveName<N> = HoldsChange<N> extends true ? "An observe step cannot return a Change"
  : HidesChange<N> extends true ? "A Change has to be returned by itself, from a change step"
  : string;

/**
 * The type of a change step's name; becomes an error text if the step's function never returns anything, returns a Change
 * inside of something else, or adds a status that does not fit the resource.
 *
 * @internal
 */
export type ChangeName<R extends KubeObject, N> = [StatusIn<N>] extends [Partial<StatusOf<R>>]
  ? IsVoid<N> extends true ? "The step returns nothing: is a return missing?"
  : HidesChange<N> extends true ? "A Change has to be returned by itself: a Run makes one"
  : string
  : "The status given to withStatus does not fit the resource";

/**
 * The status that a step's Changes write by `withStatus`; `never` for none.
 *
 * @internal
 */
export type StatusIn<N> = N extends Change<unknown, infer S> ? S : never;

/**
 * The branches of a join, by name.
 *
 * @internal
 */
export type Branches<R extends KubeObject, In> = Record<string, (context: StepContext<R>, data: In) => unknown>;

/**
 * The type of a join's name; becomes an error text if one of its branches can return a Change.
 *
 * @internal
 */
export type JoinName<B> = true extends HoldsChange<BranchResult<B>> | HidesChange<BranchResult<B>>
  ? "A branch of a join cannot return a Change"
  : string;

/**
 * Whether a type is, or may be, a Change. `any` passes here; its value is checked when the step runs.
 *
 * @internal
 */
export type HoldsChange<N> = IsAny<N> extends true ? false : [Extract<N, AnyChange>] extends [never] ? false : true;

/**
 * Whether a type may be a list with Changes, or an object with one in a field: these would never be performed.
 *
 * @internal
 */
export type HidesChange<N> = IsAny<N> extends true ? false : true extends HidesChangeInside<N> ? true : false;

/**
 * {@link HidesChange} for each member of a union.
 *
 * @internal
 */
export type HidesChangeInside<N> = N extends
  AnyChange | Stop | string | number | boolean | bigint | symbol | null | undefined ? false
  : N extends readonly (infer Item)[] ? HoldsChange<Item>
  : N extends object ? { [Field in keyof N]-?: HoldsChange<N[Field]> }[keyof N]
  : false;

/**
 * Whether a type is that of a function that returns nothing.
 *
 * @internal
 */
export type IsVoid<N> = IsAny<N> extends true ? false
  : unknown extends N ? false
  : [N] extends [never] ? false
  : [N] extends [void] ? void extends N ? true : false
  : false;

/**
 * Whether a type is `any`.
 *
 * @internal
 */
export type IsAny<N> = 0 extends 1 & N ? true : false;

/**
 * What any of the branches of a join returns.
 *
 * @internal
 */
export type BranchResult<B> = {
  [Name in keyof B]: B[Name] extends (...args: never[]) => infer N ? Awaited<N> : never;
}[keyof B];

/**
 * What the step after a join gets: by branch, what the branch returned.
 *
 * @internal
 */
export type Joined<B> = {
  [Name in keyof B]: B[Name] extends (...args: never[]) => infer N ? Passed<Awaited<N>> : never;
};

/** A step that only reads. Made by {@link observeStep}. */
export interface ObserveStep<R extends KubeObject, In, Out> {
  /** Distinguishes it from a change step. */
  readonly type: "observe";
  /** The step's name. */
  readonly name: string;
  /** The step's function. */
  readonly run: (context: StepContext<R>, data: In) => Awaitable<Out>;
}

/** A step that may ask for one change. Made by {@link changeStep}. */
export interface ChangeStep<R extends KubeObject, In, Out> {
  /** Distinguishes it from an observe step. */
  readonly type: "change";
  /** The step's name. */
  readonly name: string;
  /** The step's function. */
  readonly run: (context: ChangeContext<R>, data: In) => Awaitable<Out>;
}

/**
 * Makes a step that only reads, as a value for {@link Steps.step}.
 *
 * @param _kind The kind of the object, for the types.
 * @param name The step's name.
 * @param run Returns data for the next step, or `stop()`.
 *
 * @example Usage
 * ```ts
 * import { defineSteps, observeStep } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 *
 * const findColor = observeStep(ConfigMap, "find the color", ({ object }) => object.data?.["color"]);
 * const steps = defineSteps(ConfigMap).step(findColor);
 * assertEquals(steps.names, ["find the color"]);
 * ```
 */
export function observeStep<R extends KubeObject, N, In = unknown>(
  _kind: ResourceKind<R>,
  name: ObserveName<N>,
  run: (context: StepContext<R>, data: In) => Awaitable<N>,
): ObserveStep<R, In, N> {
  return Object.freeze({ type: "observe", name: checkedName(name), run: checkedFunction(name, run) });
}

/**
 * Makes a step that may ask for one change, as a value for {@link Steps.step}.
 *
 * @param _kind The kind of the object, for the types.
 * @param name The step's name.
 * @param run Returns a Change, data for the next step, or `stop()`.
 */
export function changeStep<R extends KubeObject, N, In = unknown>(
  _kind: ResourceKind<R>,
  name: ChangeName<R, N>,
  run: (context: ChangeContext<R>, data: In) => Awaitable<N>,
): ChangeStep<R, In, N> {
  return Object.freeze({ type: "change", name: checkedName(name), run: checkedFunction(name, run) });
}

/**
 * Checks a step's name.
 *
 * @throws {StepDefinitionError} If it is not a string, or is blank.
 */
export function checkedName(name: unknown): string {
  if (typeof name === "string" && name.trim() !== "") return name;
  throw new StepDefinitionError(
    `Cannot define a step as its name must be a text that is not blank: current value is ${shownValue(name)}`,
  );
}

/**
 * Checks a step's function.
 *
 * @throws {StepDefinitionError} If it is not a function. The error names the step.
 */
export function checkedFunction<F>(name: string, run: F): F {
  if (typeof run === "function") return run;
  throw new StepDefinitionError(
    `Cannot define step "${name}" as it must be a function: current value is ${typeof run}`,
  );
}
