/** The expression language of schema rules (CEL), with the API server's functions. */

import { Environment } from "@marcbachmann/cel-js";
import { addListFunctions } from "./cel_lists.ts";
import { addQuantities } from "./cel_quantities.ts";
import { addTextFunctions } from "./cel_texts.ts";

/** A compiled rule, which is evaluated with `self` and `oldSelf`. */
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

/** Compiles an expression. @throws {Error} If it is invalid. */
export function celProgram(expression: string): CelProgram {
  let program = programs.get(expression);
  if (!program) programs.set(expression, program = environmentOf().parse(expression) as unknown as CelProgram);
  return program;
}

/** Parses a duration. */
export function celDuration(text: string): unknown {
  return environmentOf().evaluate("duration(self)", { self: text });
}

/** Why an expression does not parse; `undefined` if it does. */
export function celProblem(expression: string): string | undefined {
  try {
    celProgram(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
}
