/** `runOperator`: an operator as a program. */

import type { Operator } from "../deploy/operator/mod.ts";
import { runProgram } from "./program.ts";
import { denoSystem } from "./system.ts";

/** Options of {@link runOperator}. */
export interface RunOperatorOptions {
  /**
   * The arguments.
   * @default {Deno.args}
   */
  args?: readonly string[];
}

/**
 * Runs an operator as a program: `run` serves it, which is also what happens without a command; `manifests`, `crd`,
 * `permissions` and `graph` print what a deployment needs to know; `--help` says more of each.
 *
 * Call it last in the main module, and only there: it says on the standard error what is wrong, and sets `Deno.exitCode`.
 *
 * **Expected flow of `run`.** It finds the cluster, installs the operator's kinds unless `--no-install-crds` is given,
 * serves the controllers, and starts what shall run `alongside`. It resolves after SIGTERM or SIGINT, when all has
 * ended.
 *
 * **Guarantees.** It never prompts. An argument wins over its environment variable, which is only read if the process may
 * read it (tested by `tests/cli/run_test.ts`). If an argument is wrong, nothing is done or written (tested by
 * `tests/cli/bad_input_test.ts`).
 *
 * @param operator The operator.
 * @param options The arguments, if they are not those of the process.
 * @returns Resolves when the command is done; never rejects.
 *
 * @example A main module
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator, runOperator } from "@staircase/operator/cli";
 * import { ConfigMap } from "@staircase/operator/kinds";
 *
 * const operator = defineOperator({
 *   name: "settings",
 *   version: "1.2.0",
 *   controllers: [defineController({ resource: ConfigMap, steps: defineSteps(ConfigMap) })],
 * });
 * await runOperator(operator, { args: ["version"] }); // in a main module: without args
 * ```
 */
export async function runOperator(
  operator: Operator,
  { args = Deno.args }: RunOperatorOptions = {},
): Promise<void> {
  await runProgram(operator, args, denoSystem);
}
