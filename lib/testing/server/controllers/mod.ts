/**
 * The controllers inside the API server: garbage collection, namespaces, storage claims, and CRDs.
 *
 * @module
 */

export { CLAIM_PROTECTION, ClaimController } from "./claim_controller.ts";
export { ControllerQueue } from "./controller_queue.ts";
export { CrdController } from "./crd_controller.ts";
export { GarbageCollector } from "./garbage_collector.ts";
export { NamespaceController } from "./namespace_controller.ts";
