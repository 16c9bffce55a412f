/** How much one round of each bench does: enough that the garbage collector has its part in each round. */

/** Runs of a round. */
export const RUNS = 20_000;

/** Steps of a Run. */
export const STEPS = 10;

/** Objects of a round that a controller runs. */
export const CONTROLLED = 20_000;

/** Events of a round. */
export const EVENTS = 10_000;

/** Events that one network read brings: 64 KiB of them. */
export const EVENTS_PER_CHUNK = 40;

/** Objects that the events are about, and that a cache holds for its lists. */
export const OBJECTS = 10_000;

/** Keys of a round. */
export const KEYS = 1_000_000;

/** Lists of a round. */
export const LISTS = 5;
