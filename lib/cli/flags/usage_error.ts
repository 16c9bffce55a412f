/** What was typed cannot be used. */

/** Options of {@link UsageError}. */
export interface UsageErrorOptions extends ErrorOptions {
  /** Whether no command was understood, so that only the help of the program helps. */
  isAboutCommand?: boolean;
}

/** An error in the arguments or the environment. It is shown with the command whose help says more. */
export class UsageError extends Error {
  /** The error's name. */
  override readonly name = "UsageError";
  /** Whether no command was understood, so that only the help of the program helps. */
  readonly isAboutCommand: boolean;

  /** @param message What is wrong. @param options The cause. */
  constructor(message: string, options: UsageErrorOptions = {}) {
    super(message, options);
    this.isAboutCommand = options.isAboutCommand ?? false;
  }
}
