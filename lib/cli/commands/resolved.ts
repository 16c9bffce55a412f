/** The operator with the values of its own flags, as a command about it needs it. */

import { type ResolvedOperator, resolveOperator } from "../../deploy/operator/mod.ts";
import { asFlagUsage } from "../errors.ts";
import { textsOf } from "../flags/mod.ts";
import { ownFlags } from "../run_flags.ts";
import type { Call } from "./command.ts";

/** Nothing of this machine's environment goes into what is printed, so that it is the same on every one. */
const NO_ENVIRONMENT = () => undefined;

/** The texts of the operator's own flags that were given. */
export function ownTexts({ operator, given }: Call): Readonly<Record<string, string>> {
  return textsOf(ownFlags(operator), given, NO_ENVIRONMENT);
}

/**
 * The operator with the values of its own flags.
 *
 * @throws {UsageError} If one cannot be used, or is missing.
 */
export function resolvedOf(call: Call): ResolvedOperator {
  return asFlagUsage(() => resolveOperator(call.operator, { flags: ownTexts(call) }));
}
