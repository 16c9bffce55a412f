/** The error that every assertion throws. */

/** Thrown when an assertion does not hold. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** Throws `headline`, followed by the caller's own message. */
export function failWith(headline: string, msg: string | undefined): never {
  throw new AssertionError(msg ? `${headline}: ${msg}` : `${headline}.`);
}
