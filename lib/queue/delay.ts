/** Which delays are believed. */

/** The longest one, in milliseconds: ten years. A longer one was meant as something else, such as a time of day. */
const LONGEST = 315_360_000_000;

/** What is waited instead of one that is not believed, in milliseconds. */
const INSTEAD = 60_000;

/** A delay as it was given, or a minute for one that nobody can have meant: no loop, and no silence for ever. */
export function believed(delay: number): number {
  return typeof delay === "number" && delay >= 0 && delay <= LONGEST ? delay : INSTEAD;
}
