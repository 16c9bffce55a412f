/** Short ways to write types for tests. */

import { STRUCT, type TypeNode } from "../../lib/testing/server/types/type_node.ts";

/** An object with these fields and unknown others. */
export function object(fields: Record<string, TypeNode>): TypeNode {
  return { type: "object", fields, values: STRUCT };
}

/** A list with one or more keys, some of them with a default. */
export function listBy(keys: string | Record<string, string | undefined>, items: TypeNode = STRUCT): TypeNode {
  return { type: "list", keys: typeof keys === "string" ? { [keys]: undefined } : keys, items };
}
