/** What a picture of an operator shows: the steps of its plans, as data. */

import type { Plan, ResolvedController } from "../../controller/mod.ts";
import type { KubeObject } from "../../model/mod.ts";

/** A step. */
export interface StepView {
  readonly name: string;
  readonly type: "observe" | "change" | "join";
  /** The names of the branches of a join. */
  readonly branches: readonly string[];
}

/** A controller and its plans. */
export interface ControllerView {
  readonly name: string;
  /** `Foo (foos.example.dev)`. */
  readonly resource: string;
  /** The steps; `"chosen"` if a function chooses a plan for each object. */
  readonly steps: readonly StepView[] | "chosen";
  /** The steps for an object that is being deleted; `undefined` if there are none. */
  readonly cleanup: readonly StepView[] | "chosen" | undefined;
}

/** What is said in place of the steps of a plan that a function chooses. */
export const CHOSEN = "a function chooses the plan for each object, so its steps are not known here";

/** What there is to show of a controller. */
export function viewOf({ name, resource, steps, cleanup }: ResolvedController): ControllerView {
  return {
    name,
    resource: `${resource.kind} (${resource.plural}${resource.group && `.${resource.group}`})`,
    steps: stepsOf(steps),
    cleanup: cleanup && stepsOf(cleanup),
  };
}

function stepsOf(plan: Plan<KubeObject>): readonly StepView[] | "chosen" {
  if (typeof plan === "function") return "chosen";
  return plan.definitions.map((step) => ({
    name: step.name,
    type: step.type,
    branches: step.type === "join" ? step.branches.map(({ name }) => name) : [],
  }));
}
