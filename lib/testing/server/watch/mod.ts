/**
 * The verb watch, and the running watches.
 *
 * @module
 */

export { type WatchFilter, WatchHub } from "./watch_hub.ts";
