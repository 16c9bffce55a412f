/**
 * The reconcile queue: deduplicated keys with delays and backoff. A key is never handed out twice at once.
 *
 * Imports `time` only; knows nothing of Kubernetes.
 *
 * @module
 */

export { type Due, DueHeap } from "./due_heap.ts";
export { Lanes, type Linked } from "./lanes.ts";
export type { Next, QueueEntry, Taken, Urgency } from "./types.ts";
export { WorkQueue, type WorkQueueOptions } from "./work_queue.ts";
