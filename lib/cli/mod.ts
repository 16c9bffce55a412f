/**
 * An operator as a program with a command line: the same from `deno run main.ts` and as a compiled executable.
 *
 * @example A main module
 * ```ts
 * import { defineController, defineSteps } from "@staircase/operator";
 * import { defineOperator, runOperator } from "@staircase/operator/cli";
 * import { ConfigMap } from "@staircase/operator/kinds";
 *
 * const operator = defineOperator({
 *   name: "settings",
 *   controllers: [defineController({ resource: ConfigMap, steps: defineSteps(ConfigMap) })],
 * });
 * await runOperator(operator, { args: ["graph"] }); // in a main module: without args
 * ```
 *
 * @module
 */

export {
  type AlongsideContext,
  defineOperator,
  type FlagDefinition,
  type FlagDefinitions,
  type FlagValues,
  type Operator,
  type OperatorOptions,
} from "../deploy/operator/mod.ts";
export { runOperator, type RunOperatorOptions } from "./run_operator.ts";
