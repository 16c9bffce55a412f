/** Guards the queue against nonsensical delays. */

/** The longest delay, in milliseconds: ten years. A longer one is probably a point in time. */
const LONGEST = 315_360_000_000;

/** What replaces a nonsensical delay, in milliseconds. */
const INSTEAD = 60_000;

/**
 * The delay as given; a minute for one that is negative, not a number or too long, so that it neither loops nor waits for ever.
 */
export function believed(delay: number): number {
  return typeof delay === "number" && delay >= 0 && delay <= LONGEST ? delay : INSTEAD;
}
