/**
 * Time and randomness, as arguments. Every clock read, timer and random number of this module comes from a {@link Clock}
 * or a {@link Random} that was passed in, so that a whole controller can run in virtual time.
 *
 * A leaf: imports nothing from the other rooms. `system.ts` is the only file that touches the real clock.
 *
 * @module
 */

export { checkDelay, type Clock, sleep, type Timer } from "./clock.ts";
export { type Duration, formatDuration, toMilliseconds } from "./duration.ts";
export { portion, type Random, systemRandom } from "./random.ts";
export { shownValue } from "./shown.ts";
export { systemClock } from "./system.ts";
export { TokenBucket } from "./token_bucket.ts";
