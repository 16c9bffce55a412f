/** The operator: elevators that move one floor per Run. */

import { type ControllerDefinition, defineController, defineSteps, patch } from "@staircase/operator";
import { ConfigMap, Deployment, Service } from "@staircase/operator/kinds";
import { Elevator } from "./kind.ts";
import { entry, page, server } from "./parts.ts";
import { filesOf, rideAfter, rideIn, wayOf } from "./ride.ts";

/** Moves elevators at a pace, in milliseconds per floor. */
export function controllerFor({ pace = 700 }: { pace?: number } = {}): ControllerDefinition {
  const steps = defineSteps(Elevator)
    .ensure(server, { drift: "apply" })
    .ensure(entry, { drift: "apply" })
    .ensure(page)
    .observe("see what is next", ({ object, runStart }, page) => {
      const ride = rideIn(page.data);
      return { page, ride, next: rideAfter(ride, object.spec, runStart) };
    })
    .observe("let the floor pass", ({ runStart, stop }, { page, ride, next }) => {
      const rest = ride.since + pace - runStart.getTime();
      if (next === ride || rest <= 0) return { page, ride, next };
      return stop({ reason: `passing floor ${ride.floor}`, requeueAfter: rest });
    })
    .change("move one floor", (_, { page, ride, next }) => {
      if (next === ride) return ride;
      const move = patch(ConfigMap, page, { merge: { data: filesOf(next) } });
      return move.withStatus({ floor: next.floor, way: wayOf(next) });
    })
    .change("report", ({ setStatus }, ride) => setStatus({ floor: ride.floor, way: wayOf(ride) }));
  return defineController({ resource: Elevator, steps, owns: [ConfigMap, Deployment, Service] });
}
