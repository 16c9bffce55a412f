/** The size of one round of each bench: large enough that every round includes garbage collection. */

/** Runs per round. */
export const RUNS = 20_000;

/** Steps per Run. */
export const STEPS = 10;

/** Objects per round that a controller runs. */
export const CONTROLLED = 20_000;

/** Events per round. */
export const EVENTS = 10_000;

/** Events per network read: 64 KiB. */
export const EVENTS_PER_CHUNK = 40;

/** Objects of the events, and objects in the cache for lists. */
export const OBJECTS = 10_000;

/** Keys per round. */
export const KEYS = 1_000_000;

/** Lists per round. */
export const LISTS = 5;
