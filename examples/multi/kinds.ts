/** The two kinds. Both controllers read them. */

import { defineResource, type ObjectOf } from "@staircase/operator";
import { z } from "zod";

export const Pool = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Pool",
  scope: "Cluster",
  spec: z.object({ seats: z.int().min(0) }),
  status: z.object({ claims: z.array(z.object({ namespace: z.string(), name: z.string() })) }),
});
export type Pool = ObjectOf<typeof Pool>;

export const Claim = defineResource({
  group: "example.dev",
  version: "v1",
  kind: "Claim",
  scope: "Namespaced",
  spec: z.object({ pool: z.string() }),
});
export type Claim = ObjectOf<typeof Claim>;

/** Whether a pool has given a claim a seat. */
export function isHeldBy({ status }: Pool, { metadata }: Claim): boolean {
  return status?.claims.some(({ namespace, name }) => namespace === metadata.namespace && name === metadata.name) ??
    false;
}
