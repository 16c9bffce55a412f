/**
 * One key: what is remembered about it, what its Run reads, and the Run itself.
 *
 * @module
 */

export { ADD_FINALIZER, REMOVE_FINALIZER } from "./finalizing.ts";
export { KeyLocks } from "./key_locks.ts";
export { KeyRunner } from "./key_runner.ts";
