/** The language of rules in schemas (CEL), with the functions that the API server adds to it. */

import { Environment } from "@marcbachmann/cel-js";
import { addListFunctions } from "./cel_lists.ts";
import { addQuantities } from "./cel_quantities.ts";
import { addTextFunctions } from "./cel_texts.ts";

/** A rule, ready to be evaluated with `self` and `oldSelf`. */
export type CelProgram = (context: { self: unknown; oldSelf?: unknown }) => unknown;

const options = { unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, enableOptionalTypes: true };
let environment: Environment | undefined;
const programs = new Map<string, CelProgram>();

function environmentOf(): Environment {
  if (environment) return environment;
  const made = new Environment(options).registerVariable("self", "dyn").registerVariable("oldSelf", "dyn");
  addTextFunctions(made);
  addListFunctions(made);
  addQuantities(made);
  return environment = made;
}

/** The program of an expression. @throws {Error} If it is not one. */
export function celProgram(expression: string): CelProgram {
  let program = programs.get(expression);
  if (!program) programs.set(expression, program = environmentOf().parse(expression) as unknown as CelProgram);
  return program;
}

/** A duration, from its text. */
export function celDuration(text: string): unknown {
  return environmentOf().evaluate("duration(self)", { self: text });
}

/** Why an expression does not parse; `undefined` when it does. */
export function celProblem(expression: string): string | undefined {
  try {
    celProgram(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
