/** Which plan a Run walks, by where the object is in its life. */

import { addFinalizer, removeFinalizer } from "../../kube/mod.ts";
import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { defineSteps, isPlan, type StepDefinition, Steps } from "../../steps/mod.ts";
import type { Plan } from "../options/mod.ts";

/** The step that gives an object its finalizer. */
export const ADD_FINALIZER = "add the finalizer";
/** The step that takes it away. */
export const REMOVE_FINALIZER = "remove the finalizer";

/** What is needed to choose a plan. */
export interface LifeOptions<R extends KubeObject> {
  readonly resource: ResourceKind<R>;
  readonly steps: Plan<R>;
  readonly cleanup: Plan<R> | undefined;
  readonly finalizer: string;
}

/**
 * The plan for an object.
 *
 * - It lives, there is no cleanup, or it has the finalizer: the steps.
 * - It lives, and lacks the finalizer: one step that adds it. So it is there before any step has an effect.
 * - It is being deleted and has the finalizer: the cleanup, and after it a step that removes the finalizer.
 * - It is being deleted, and lacks the finalizer: nothing; what is left is the business of others.
 */
export function choosePlan<R extends KubeObject>(object: R, options: LifeOptions<R>): Steps<R> {
  const { resource, steps, cleanup, finalizer } = options;
  const { deletionTimestamp, finalizers } = object.metadata;
  const isHeld = finalizers?.includes(finalizer) ?? false;
  if (deletionTimestamp !== undefined) {
    if (!cleanup || !isHeld) return defineSteps(resource);
    return withLastStep(
      planFor(cleanup, object),
      REMOVE_FINALIZER,
      (context) => removeFinalizer(resource, context.object, finalizer),
    );
  }
  if (!cleanup || isHeld) return planFor(steps, object);
  return defineSteps(resource).change(
    ADD_FINALIZER,
    (context) => addFinalizer(resource, context.object, finalizer),
  );
}

function planFor<R extends KubeObject>(plan: Plan<R>, object: R): Steps<R> {
  const steps: unknown = typeof plan === "function" ? plan(object) : plan;
  if (steps instanceof Steps) return steps;
  // Nobody waits for it, so its rejection must not strike the process.
  if (steps instanceof Promise) steps.catch(() => {});
  throw new TypeError(
    `Cannot choose the steps as the function must return a plan made by defineSteps: current value is ${kindOf(steps)}`,
  );
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return isPlan(value) ? "a plan of another copy of @staircase/operator" : typeof value;
}

/** Adds a step at the end. A user's step may have the same name: nothing is looked up by it. */
function withLastStep<R extends KubeObject>(
  plan: Steps<R>,
  name: string,
  run: Extract<StepDefinition<R>, { type: "change" }>["run"],
): Steps<R> {
  return new Steps<R>(plan.kind, plan.initial, [...plan.definitions, { type: "change", name, run }]);
}
