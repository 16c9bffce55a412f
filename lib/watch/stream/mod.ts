/**
 * List and watch: which request comes when, and what follows when one fails. Gives batches of events.
 *
 * @module
 */

export type { WatchBackoffOptions, WatchDelay } from "./backoff.ts";
export { listWatch, streamOf } from "./list_watch.ts";
export { WatchMachine } from "./machine.ts";
export { type ListWatchOptions, resolveListWatch, type WatchRequest, type WatchTuning } from "./options.ts";
export { Restores } from "./restores.ts";
export { type SetBack, setBackBy } from "./set_back.ts";
export type { WatchState } from "./state.ts";
