/** Chooses the plan of a Run by the object's phase of life. */

import { addFinalizer, removeFinalizer } from "../../kube/mod.ts";
import type { KubeObject, ResourceKind } from "../../model/mod.ts";
import { defineSteps, isPlan, type StepDefinition, Steps } from "../../steps/mod.ts";
import type { Plan } from "../options/mod.ts";

/** The step that adds the finalizer. */
export const ADD_FINALIZER = "add the finalizer";
/** The step that removes the finalizer. */
export const REMOVE_FINALIZER = "remove the finalizer";

/** The step that waits for a cleanup that this controller does not have. */
export const LACK_CLEANUP = "clean up";

/** What the choice depends on. */
export interface LifeOptions<R extends KubeObject> {
  readonly resource: ResourceKind<R>;
  readonly steps: Plan<R>;
  readonly cleanup: Plan<R> | undefined;
  readonly finalizer: string;
}

/**
 * The plan for an object.
 *
 * - It is not being deleted, and there is no cleanup or it has the finalizer: the steps.
 * - It is not being deleted, and lacks the finalizer: one step that adds it. So it is present before any step has an
 *   effect.
 * - It is being deleted and has the finalizer: the cleanup, and then a step that removes the finalizer.
 * - It is being deleted and lacks the finalizer: nothing; the rest is up to others.
 * - It is being deleted and has the finalizer, and there is no cleanup: one step that waits and says why. Another version
 *   of the controller has added it, and nobody else would tell why the object stays.
 */
export function choosePlan<R extends KubeObject>(object: R, options: LifeOptions<R>): Steps<R> {
  const { resource, steps, cleanup, finalizer } = options;
  const { deletionTimestamp, finalizers } = object.metadata;
  const isHeld = finalizers?.includes(finalizer) ?? false;
  if (deletionTimestamp !== undefined) {
    if (!isHeld) return defineSteps(resource);
    if (!cleanup) return defineSteps(resource).observe(LACK_CLEANUP, ({ stop }) => stop({ reason: lackOf(finalizer) }));
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

function lackOf(finalizer: string): string {
  return `it has the finalizer ${finalizer}, and this version of the controller has no cleanup that removes it: ` +
    "run a version that has, or remove the finalizer by hand";
}

function planFor<R extends KubeObject>(plan: Plan<R>, object: R): Steps<R> {
  const steps: unknown = typeof plan === "function" ? plan(object) : plan;
  if (steps instanceof Steps) return steps;
  // Nobody awaits this promise, so its rejection must not end the process.
  if (steps instanceof Promise) steps.catch(() => {});
  throw new TypeError(
    `Cannot choose the steps as the function must return a plan made by defineSteps: current value is ${kindOf(steps)}`,
  );
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return isPlan(value) ? "a plan of another copy of @staircase/operator" : typeof value;
}

/** Appends a step. A user's step may have the same name, because nothing is looked up by name. */
function withLastStep<R extends KubeObject>(
  plan: Steps<R>,
  name: string,
  run: Extract<StepDefinition<R>, { type: "change" }>["run"],
): Steps<R> {
  return new Steps<R>(plan.kind, plan.initial, [...plan.definitions, { type: "change", name, run }]);
}
