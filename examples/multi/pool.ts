/** The first controller: a `Pool` gives its seats to `Claim`s, first come, first served. Its kind is cluster-scoped. */

import { type ControllerDefinition, defineController, defineSteps, watchKind } from "@staircase/operator";
import { Claim, isHeldBy, Pool } from "./kinds.ts";

const steps = defineSteps(Pool)
  .observe("find the claims", async ({ kube, object: { metadata: { name } } }) => {
    const claims = await kube.list(Claim, { namespace: "*" });
    return claims.filter(({ metadata, spec }) => spec.pool === name && !metadata.deletionTimestamp);
  })
  .observe(
    "line them up",
    ({ object }, claims) => [...claims].sort((a, b) => compare(rank(a, object), rank(b, object))),
  )
  .change("give out the seats", ({ object, setStatus }, line) => {
    const served = line.slice(0, object.spec.seats);
    return setStatus({ claims: served.map(({ metadata: { namespace, name } }) => ({ namespace: namespace!, name })) });
  });

/** Claims with a seat keep it. Then older claims come first; within one second, the name decides. */
function rank(claim: Claim, pool: Pool): string {
  const { creationTimestamp, namespace, name } = claim.metadata;
  return [isHeldBy(pool, claim) ? 0 : 1, creationTimestamp, namespace, name].join("/");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A change of a claim concerns the pool that it names, and the pool that it named before. */
export const pools: ControllerDefinition = defineController({
  resource: Pool,
  steps,
  watches: [watchKind(Claim, { map: ({ spec }) => [{ name: spec.pool }], reads: ["list"] })],
});
