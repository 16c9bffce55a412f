/** Thrown for a pattern that Go does not take. */

/** The message is in Go's words. */
export class GoRegExpError extends Error {
  override readonly name = "GoRegExpError";

  /** @param why What is wrong. @param part The part of the pattern that it is wrong with. */
  constructor(why: string, part: string) {
    super(`error parsing regexp: ${why}: \`${part}\``);
  }
}
