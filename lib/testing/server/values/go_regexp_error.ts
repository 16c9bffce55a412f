/** Thrown for a pattern that Go does not accept. */

/** The message is Go's. */
export class GoRegExpError extends Error {
  override readonly name = "GoRegExpError";

  /** @param why The error. @param part The part of the pattern that it is about. */
  constructor(why: string, part: string) {
    super(`error parsing regexp: ${why}: \`${part}\``);
  }
}
