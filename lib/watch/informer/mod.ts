/**
 * Informers: watches with their caches and listeners, shared between controllers.
 *
 * @module
 */

export { CachedKind } from "./cached_kind.ts";
export type { Claim } from "./claims.ts";
export { type CacheListener, Informer, type InformerOptions, type Staleness } from "./informer.ts";
export { type InformerScope, InformerSet, type InformerSetOptions } from "./informer_set.ts";
