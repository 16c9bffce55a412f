/** Short ways to write types for tests. */

import { STRUCT, type TypeNode } from "../../lib/testing/server/types/type_node.ts";

/** An object with these fields, and others of which nothing is known. */
export function object(fields: Record<string, TypeNode>): TypeNode {
  return { type: "object", fields, values: STRUCT };
}

/** A list whose items are told apart by a key, or by several of which some have a default. */
export function listBy(keys: string | Record<string, string | undefined>, items: TypeNode = STRUCT): TypeNode {
  return { type: "list", keys: typeof keys === "string" ? { [keys]: undefined } : keys, items };
}
