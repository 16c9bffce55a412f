/** Errors of steps: those a user may throw, and those a wrong definition gets. */

import { brandOf, isBranded, messageOf } from "../model/mod.ts";

const TERMINAL = brandOf("TerminalError");

/** Thrown by a step to say that trying again is useless until the object changes. */
export class TerminalError extends Error {
  /** The error's name. */
  override readonly name = "TerminalError";

  static {
    Object.defineProperty(this.prototype, TERMINAL, { value: true });
  }
}

/** Whether an error is a {@link TerminalError}; also one of another copy of the module, as a library may bring its own. */
export function isTerminalError(error: unknown): boolean {
  return isBranded(error, TERMINAL);
}

/** A plan that cannot be: two steps of one name, a name that is empty, a step that is no function. */
export class StepDefinitionError extends TypeError {
  /** The error's name. */
  override readonly name = "StepDefinitionError";
}

/** A step that did at run time what its kind may not: a change from an observe step or a join branch. */
export class StepContractError extends TypeError {
  /** The error's name. */
  override readonly name = "StepContractError";
}

/** A step took longer than `stepTimeout`. */
export class StepTimeoutError extends Error {
  /** The error's name. */
  override readonly name = "StepTimeoutError";
}

/** A step failed. `cause` is what it threw. */
export class StepError extends Error {
  /** The error's name. */
  override readonly name = "StepError";
  /** The step's name; for a branch of a join, `step/branch`. */
  readonly step: string;

  /**
   * An error for a step that failed.
   *
   * @param step The step's name.
   * @param cause What it threw, of any type.
   */
  constructor(step: string, cause: unknown) {
    super(`Step "${step}" failed: ${messageOf(cause)}`, { cause });
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
   * An error for a join in which several branches failed.
   *
   * @param errors One for each branch that failed.
   */
  constructor(errors: readonly StepError[]) {
    super(errors, errors.map((error) => error.message).join("; "));
  }
}
