/** Steps as values, so that they can live in files of their own. */

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
 * What a step hands to the next one: what it returned, when that was neither a Change nor a Stop.
 *
 * @internal
 */
export type Passed<N> = Exclude<N, AnyChange | Stop>;

/**
 * The name of an observe step; becomes an error text when the step's function can return a Change.
 *
 * @internal
 */
export type ObserveName<N> = HoldsChange<N> extends true ? "An observe step cannot return a Change"
  : HidesChange<N> extends true ? "A Change has to be returned by itself, from a change step"
  : string;

/**
 * The name of a change step; becomes an error text when its function never returns anything, returns a Change inside of
 * something else, or adds a status that the resource does not have.
 *
 * @internal
 */
export type ChangeName<R extends KubeObject, N> = [StatusIn<N>] extends [Partial<StatusOf<R>>]
  ? IsVoid<N> extends true ? "The step returns nothing: is a return missing?"
  : HidesChange<N> extends true ? "A Change has to be returned by itself: a Run makes one"
  : string
  : "The status given to withStatus does not fit the resource";

/**
 * The status that a step's Changes write along; `never` for none.
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
 * The name of a join; becomes an error text when one of its branches can return a Change.
 *
 * @internal
 */
export type JoinName<B> = true extends HoldsChange<BranchResult<B>> | HidesChange<BranchResult<B>>
  ? "A branch of a join cannot return a Change"
  : string;

/**
 * Whether a type is, or may be, a Change. Of `any` nothing is known: it passes here, and is looked at when the Run walks the step.
 *
 * @internal
 */
export type HoldsChange<N> = IsAny<N> extends true ? false : [Extract<N, AnyChange>] extends [never] ? false : true;

/**
 * Whether a type may be a list of Changes, or an object with one in a field: nobody would make these.
 *
 * @internal
 */
export type HidesChange<N> = IsAny<N> extends true ? false : true extends HidesChangeInside<N> ? true : false;

/**
 * The same for each member of a union.
 *
 * @internal
 */
export type HidesChangeInside<N> = N extends
  AnyChange | Stop | string | number | boolean | bigint | symbol | null | undefined ? false
  : N extends readonly (infer Item)[] ? HoldsChange<Item>
  : N extends object ? { [Field in keyof N]-?: HoldsChange<N[Field]> }[keyof N]
  : false;

/**
 * Whether a type is what a function has that returns nothing.
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
 * What a join hands on: by branch, what the branch returned.
 *
 * @internal
 */
export type Joined<B> = {
  [Name in keyof B]: B[Name] extends (...args: never[]) => infer N ? Passed<Awaited<N>> : never;
};

/** A step that only looks. Made by {@link observeStep}. */
export interface ObserveStep<R extends KubeObject, In, Out> {
  /** Tells it from a change step. */
  readonly type: "observe";
  /** The step's name. */
  readonly name: string;
  /** The step's function. */
  readonly run: (context: StepContext<R>, data: In) => Awaitable<Out>;
}

/** A step that may ask for one change. Made by {@link changeStep}. */
export interface ChangeStep<R extends KubeObject, In, Out> {
  /** Tells it from an observe step. */
  readonly type: "change";
  /** The step's name. */
  readonly name: string;
  /** The step's function. */
  readonly run: (context: ChangeContext<R>, data: In) => Awaitable<Out>;
}

/**
 * A step that only looks, as a value for {@link Steps.step}.
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
 * A step that may ask for one change, as a value for {@link Steps.step}.
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
 * A name, if it can be one.
 *
 * @throws {StepDefinitionError} If it is not a text, or is blank.
 */
export function checkedName(name: unknown): string {
  if (typeof name === "string" && name.trim() !== "") return name;
  throw new StepDefinitionError(
    `Cannot define a step as its name must be a text: current value is ${shownValue(name)}`,
  );
}

/**
 * A step's function, if it is one.
 *
 * @throws {StepDefinitionError} If it is not, naming the step.
 */
export function checkedFunction<F>(name: string, run: F): F {
  if (typeof run === "function") return run;
  throw new StepDefinitionError(
    `Cannot define step "${name}" as it must be a function: current value is ${typeof run}`,
  );
}
