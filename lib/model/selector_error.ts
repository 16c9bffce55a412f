/** What is thrown for a label selector that Kubernetes does not take. */

/** A label selector cannot be read. */
export class SelectorError extends SyntaxError {
  /** Tells this error from others. */
  override readonly name = "SelectorError";
  /** What the API server says of it. */
  readonly reason: string;

  /**
   * Says what is wrong.
   *
   * @param part The part of the selector that is wrong.
   * @param rule What it should be.
   * @param reason What the API server says of it.
   */
  constructor(part: string, rule: string, reason: string) {
    super(`Cannot parse label selector as ${JSON.stringify(part)} is not ${rule}: ${reason}`);
    this.reason = reason;
  }
}
