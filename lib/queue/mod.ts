/**
 * The reconcile queue: deduplicated keys with delays and backoff. A key is never handed out twice at once.
 *
 * Imports `time` only; knows nothing of Kubernetes.
 *
 * @module
 */

export { type Due, DueHeap } from "./due_heap.ts";
export type { Next, Taken, Urgency } from "./types.ts";
export { WorkQueue } from "./work_queue.ts";
