/** The second controller: a `Claim` gets a ConfigMap as its ticket if, and only if, it has a seat. */

import {
  type ControllerDefinition,
  create,
  defineController,
  defineSteps,
  remove,
  watchKind,
} from "@staircase/operator";
import { ConfigMap } from "@staircase/operator/kinds";
import { Claim, isHeldBy, Pool } from "./kinds.ts";

const steps = defineSteps(Claim)
  .join("look", {
    pool: ({ kube, object }) => kube.get(Pool, object.spec.pool),
    ticket: ({ kube, object }) => kube.get(ConfigMap, object.metadata.name),
  })
  .change("take back the ticket", ({ object }, { pool, ticket }) => {
    const isHeld = pool !== undefined && isHeldBy(pool, object);
    return !isHeld && ticket ? remove(ConfigMap, ticket) : { isHeld, ticket };
  })
  .observe(
    "wait for a seat",
    ({ object, stop }, { isHeld, ticket }) =>
      isHeld ? { ticket } : stop({ reason: `no seat in pool ${object.spec.pool} is free` }),
  )
  .change(
    "write the ticket",
    ({ object: { metadata: { name }, spec: { pool } } }, { ticket }) =>
      ticket ?? create(ConfigMap, { metadata: { name }, data: { pool } }),
  );

/** The status of a pool lists its claims. A change wakes the claims that have a seat or had one. */
export const claims: ControllerDefinition = defineController({
  resource: Claim,
  steps,
  owns: [{ kind: ConfigMap, verbs: ["create", "delete"] }],
  watches: [watchKind(Pool, { map: ({ status }) => status?.claims ?? [], reads: ["get"] })],
});
