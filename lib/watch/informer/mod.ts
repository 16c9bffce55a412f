/**
 * Informers: watches with their caches and listeners, shared between controllers.
 *
 * @module
 */

export { CachedKind } from "./cached_kind.ts";
export type { Claim } from "./claims.ts";
export { type CacheListener, Informer, type InformerOptions } from "./informer.ts";
export { InformerSet } from "./informer_set.ts";
