/** Errors of steps: for users to throw, for wrong definitions, and for failed steps. */

import { brandOf, isBranded } from "../model/mod.ts";
import { describeFailure } from "./refused_permission.ts";

const TERMINAL = brandOf("TerminalError");

/** Throw this from a step if retrying is useless until the object changes. */
export class TerminalError extends Error {
  /** The error's name. */
  override readonly name = "TerminalError";

  static {
    Object.defineProperty(this.prototype, TERMINAL, { value: true });
  }
}

/** Whether an error is a {@link TerminalError}; also one of another copy of this module, which a library may have. */
export function isTerminalError(error: unknown): boolean {
  return isBranded(error, TERMINAL);
}

/** A plan is defined wrongly: a step's name is blank or taken, or a step is not a function. */
export class StepDefinitionError extends TypeError {
  /** The error's name. */
  override readonly name = "StepDefinitionError";
}

/** A step returned what it must not return, such as a Change from an observe step or from a branch of a join. */
export class StepContractError extends TypeError {
  /** The error's name. */
  override readonly name = "StepContractError";
}

/** A step took longer than `stepTimeout`. */
export class StepTimeoutError extends Error {
  /** The error's name. */
  override readonly name = "StepTimeoutError";
}

/** A step failed. `cause` is what the step threw. */
export class StepError extends Error {
  /** The error's name. */
  override readonly name = "StepError";
  /** The step's name; for a branch of a join, `step/branch`. */
  readonly step: string;

  /**
   * Wraps what a step threw.
   *
   * @param step The step's name.
   * @param cause What the step threw, of any type.
   */
  constructor(step: string, cause: unknown) {
    super(`Step "${step}" failed: ${describeFailure(cause)}`, { cause });
    this.step = step;
  }
}

/** Several branches of one join failed. `errors` holds a {@link StepError} for each. */
export class JoinError extends AggregateError {
  /** The error's name. */
  override readonly name = "JoinError";
  /** One for each branch that failed. */
  declare readonly errors: StepError[];

  /**
   * Joins the errors of several branches.
   *
   * @param errors One for each branch that failed.
   */
  constructor(errors: readonly StepError[]) {
    super(errors, errors.map((error) => error.message).join("; "));
  }
}
