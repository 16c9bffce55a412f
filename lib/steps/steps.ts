/** A plan: ordered steps, each of which passes data to the next. */

import { brandOf, isBranded, type KubeObject, type ResourceKind } from "../model/mod.ts";
import type { ChangeContext, StepContext } from "./context.ts";
import type { StepDefinition } from "./definition.ts";
import type { Ensurable, RemoveWhen } from "./ensurable.ts";
import { StepDefinitionError } from "./errors.ts";
import {
  type Awaitable,
  type Branches,
  type ChangeName,
  type ChangeStep,
  checkedFunction,
  checkedName,
  type Joined,
  type JoinName,
  type ObserveName,
  type ObserveStep,
  type Passed,
} from "./step.ts";

const PLAN = brandOf("Steps");

/**
 * Ordered steps for one kind of object. Immutable: every method returns a new plan. Made by {@link defineSteps}.
 *
 * @typeParam R The type of the objects that the steps are about.
 * @typeParam Out What the last step returns to a next one.
 */
export class Steps<R extends KubeObject, Out = unknown> {
  /** The kind of object that the steps are about. */
  readonly kind: ResourceKind<R>;
  /** The steps, in order. */
  readonly definitions: readonly StepDefinition<R>[];
  /** Makes the data for the first step. */
  readonly initial: (object: R) => unknown;
  /** Carries the type `Out`; absent at run time. */
  declare protected readonly out: Out;

  /** Not for users: use {@link defineSteps}. */
  constructor(kind: ResourceKind<R>, initial: (object: R) => unknown, definitions: readonly StepDefinition<R>[]) {
    this.kind = kind;
    this.initial = initial;
    this.definitions = definitions;
    Object.freeze(this);
  }

  static {
    Object.defineProperty(this.prototype, PLAN, { value: true });
  }

  /** The names of the steps, in order. */
  get names(): string[] {
    return this.definitions.map((definition) => definition.name);
  }

  /**
   * Adds a step that only reads.
   *
   * @param name The step's name, unique in the plan.
   * @param run Returns data for the next step, or `stop()`. Returning a Change is a type error, and at run time a
   * `StepContractError`.
   * @throws {StepDefinitionError} If the name is blank or taken.
   */
  observe<N>(
    name: ObserveName<N>,
    run: (context: StepContext<R>, data: Out) => Awaitable<N>,
  ): Steps<R, Passed<N>> {
    return this.#with({ type: "observe", name: checkedName(name), run: checkedFunction(name, run) as Loose<R> });
  }

  /**
   * Adds a step that checks one thing and, if it is not as desired, asks for one change.
   *
   * @param name The step's name, unique in the plan.
   * @param run Returns a Change, data for the next step, or `stop()`. `existing ?? create(Kind, body)` is the idiom.
   * @throws {StepDefinitionError} If the name is blank or taken.
   */
  change<N>(
    name: ChangeName<R, N>,
    run: (context: ChangeContext<R>, data: Out) => Awaitable<N>,
  ): Steps<R, Passed<N>> {
    return this.#with({ type: "change", name: checkedName(name), run: checkedFunction(name, run) as LooseChange<R> });
  }

  /**
   * Adds branches that only read and run in parallel. All of them run to their end: if any fails, the step fails with all their
   * errors; else, if any stops, the Run stops.
   *
   * @param name The step's name, unique in the plan.
   * @param branches Functions by name. The next step gets what they return under the same names.
   * @throws {StepDefinitionError} If the name is blank or taken, or there is no branch.
   */
  join<B extends Branches<R, Out>>(name: JoinName<B>, branches: B): Steps<R, Joined<B>> {
    const list = Object.entries(branches ?? {}).map(([branch, run]) => ({
      name: checkedName(branch),
      run: checkedFunction(`${name}/${branch}`, run) as Loose<R>,
    }));
    if (list.length === 0) throw new StepDefinitionError(`Cannot define step "${name}" as a join must have a branch`);
    return this.#with({ type: "join", name: checkedName(name), branches: list });
  }

  /**
   * Adds a step made by `observeStep` or `changeStep`.
   *
   * @throws {StepDefinitionError} If the name is taken.
   */
  step<N>(step: ObserveStep<R, Out, N> | ChangeStep<R, Out, N>): Steps<R, Passed<N>> {
    if (step?.type !== "observe" && step?.type !== "change") {
      throw new StepDefinitionError("Cannot add a step as it must be made by observeStep or changeStep");
    }
    return this.#with(step as StepDefinition<R>);
  }

  /**
   * Adds the steps of something that must exist, such as a component. They find it, create it if it is missing, and pass it to
   * the next step.
   *
   * @param part What must exist.
   * @param options Options of the part. With `removeWhen`, it is removed for the objects for which that is true.
   * @throws {StepDefinitionError} If the name of one of its steps is taken.
   */
  ensure<Options, N>(part: Ensurable<R, Options, N>, options: Options & RemoveWhen<R>): Steps<R, N | undefined>;
  /** Adds the steps of something that must exist, such as a component. */
  ensure<Options, N>(part: Ensurable<R, Options, N>, options?: Options): Steps<R, N>;
  ensure<Options, N>(
    part: Ensurable<R, Options, N>,
    options?: Options | (Options & RemoveWhen<R>),
  ): Steps<R, N | undefined> {
    if (typeof part?.stepsFor !== "function") {
      throw new StepDefinitionError("Cannot ensure the part as it must have stepsFor(): pass a component");
    }
    return part.stepsFor(options).reduce(
      (plan: Steps<R, unknown>, step) => plan.#with(step),
      this,
    ) as Steps<R, N | undefined>;
  }

  #with<N>(definition: StepDefinition<R>): Steps<R, N> {
    if (this.definitions.some(({ name }) => name === definition.name)) {
      throw new StepDefinitionError(
        `Cannot define step "${definition.name}" for ${this.kind.kind} as its name is taken: names are unique in a plan`,
      );
    }
    return new Steps<R, N>(this.kind, this.initial, Object.freeze([...this.definitions, Object.freeze(definition)]));
  }
}

/** Whether a value is a plan; also one of another copy of this module. */
export function isPlan(value: unknown): boolean {
  return isBranded(value, PLAN);
}

type Loose<R extends KubeObject> = (context: StepContext<R>, data: unknown) => unknown;
type LooseChange<R extends KubeObject> = (context: ChangeContext<R>, data: unknown) => unknown;

/** Options of {@link defineSteps}. */
export interface DefineStepsOptions<R extends KubeObject, In> {
  /** Makes the data for the first step from the object. */
  initial: (object: R) => In;
}

/**
 * Begins a plan: the ordered steps that bring one object from its present to its desired state.
 *
 * **Expected flow.** A Run walks the steps in order. Each step checks one thing. The first step that returns a Change ends the
 * Run: the change is performed, and the next Run starts again at the first step, with fresh reads. If no step asks for a
 * change, all is as desired.
 *
 * **Guarantees.** A Run performs at most one change, besides the best-effort ones that are added to it (tested by
 * `tests/run/run_test.ts` and `tests/kube/performer_test.ts`). A Change that is returned by an observe step or a branch of a
 * join is a type error (tested by `tests/steps/types_check.ts`) and refused at run time (tested by `tests/run/run_test.ts`).
 *
 * **Assumptions.** A step decides by what it observes, never by what it remembers: any Run may be the first after a crash.
 *
 * @param kind The kind of object that the steps are about.
 * @param options How the data for the first step is made; without it, that is `undefined`.
 *
 * @example Usage
 * ```ts
 * import { create, defineResource, defineSteps } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const Greeting = defineResource({
 *   group: "example.dev", version: "v1", kind: "Greeting", scope: "Namespaced",
 *   spec: z.object({ text: z.string() }),
 * });
 * const steps = defineSteps(Greeting)
 *   .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
 *   .change("create the text", ({ object }, existing) =>
 *     existing ?? create(ConfigMap, { metadata: { name: object.metadata.name }, data: { text: object.spec.text } }));
 * assertEquals(steps.names, ["find the text", "create the text"]);
 * ```
 */
export function defineSteps<R extends KubeObject>(kind: ResourceKind<R>): Steps<R, void>;
/** Begins a plan whose first step gets data made from the object. */
export function defineSteps<R extends KubeObject, In>(
  kind: ResourceKind<R>,
  options: DefineStepsOptions<R, In>,
): Steps<R, In>;
export function defineSteps<R extends KubeObject>(
  kind: ResourceKind<R>,
  options?: DefineStepsOptions<R, unknown>,
): Steps<R, unknown> {
  if (typeof kind?.kind !== "string") {
    throw new StepDefinitionError("Cannot define steps as they need a kind: pass one made by defineResource or kindOf");
  }
  return new Steps<R, unknown>(kind, options?.initial ?? (() => undefined), []);
}
