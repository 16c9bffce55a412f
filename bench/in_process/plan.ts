/** A plan that changes nothing: its steps return at once, and half of them are change steps. */

import { create, defineSteps, type Steps } from "../../lib/steps/mod.ts";
import { Secret } from "../../lib/kube/kinds/mod.ts";
import { Stair } from "./objects.ts";

/** Steps that find nothing to do. */
export function idlePlan(length: number): Steps<Stair> {
  let plan = defineSteps(Stair).observe("look 0", ({ object }) => object.status?.observedGeneration ?? 0);
  for (let at = 1; at < length; at++) {
    plan = at % 2 === 0
      ? plan.observe(`look ${at}`, (_, seen) => seen)
      : plan.change(`change ${at}`, ({ object }, seen) =>
        object.spec.steps > 0 ? seen : secretOf(object)) as typeof plan;
  }
  return plan;
}

function secretOf({ metadata }: Stair) {
  return create(Secret, { metadata: { name: metadata.name } });
}
