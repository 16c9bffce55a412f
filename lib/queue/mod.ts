/**
 * The queue: keys only. One slot a key, never handed out twice at once.
 *
 * Imports `time` only; knows nothing of Kubernetes.
 *
 * @module
 */

export { DueHeap } from "./due_heap.ts";
export { Lanes } from "./lanes.ts";
export { type Next, type QueueEntry, type Taken, WorkQueue, type WorkQueueOptions } from "./work_queue.ts";
