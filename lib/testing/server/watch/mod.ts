/**
 * The verb watch, and all watches that run.
 *
 * @module
 */

export { type WatchFilter, WatchHub } from "./watch_hub.ts";
