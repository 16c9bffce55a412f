/** The name of the program. */

import { type Operator, resolveOperator } from "../deploy/operator/mod.ts";

/** The operator's name; a stand-in if that depends on something that is wrong. */
export function nameOf(operator: Operator): string {
  if (operator.name !== undefined) return operator.name;
  try {
    return resolveOperator(operator).name;
  } catch {
    return "operator";
  }
}
