/** The error for label selectors that Kubernetes refuses. */

/** A label selector is invalid. */
export class SelectorError extends SyntaxError {
  /** The error's name. */
  override readonly name = "SelectorError";
  /** The API server's error text. */
  readonly reason: string;

  /**
   * Made by the functions that take label selectors.
   *
   * @param part The wrong part of the selector.
   * @param rule What it should be.
   * @param reason The API server's error text.
   */
  constructor(part: string, rule: string, reason: string) {
    super(`Cannot parse label selector as ${JSON.stringify(part)} is not ${rule}: ${reason}`);
    this.reason = reason;
  }
}
