/**
 * List and watch: decides which request is made when, and what follows when one fails. Produces batches of objects and events.
 *
 * @module
 */

export type { WatchBackoffOptions } from "./backoff.ts";
export { listWatch, streamOf } from "./list_watch.ts";
export { WatchMachine } from "./machine.ts";
export { type ListWatchOptions, resolveListWatch, type WatchRequest, type WatchTuning } from "./options.ts";
export { Restores } from "./restores.ts";
export { type SetBack, setBackBy } from "./set_back.ts";
export type { WatchState } from "./state.ts";
