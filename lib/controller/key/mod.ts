/**
 * One key: what is remembered of it, what its Run reads, and the Run.
 *
 * @module
 */

export { ADD_FINALIZER, REMOVE_FINALIZER } from "./finalizing.ts";
export { KeyLocks } from "./key_locks.ts";
export { KeyRunner } from "./key_runner.ts";
