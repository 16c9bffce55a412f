/**
 * The cache of the objects of one kind: kept as text where they are many, with this process's own writes overlaid.
 *
 * @module
 */

export { ObjectCache } from "./cache.ts";
export type { CacheListOptions, LiveRead, ObjectCacheOptions, OwnWrite } from "./cache_options.ts";
export { IndexError, type IndexValues } from "./computed_index.ts";
export type { ForeignOptions, ForeignSize } from "./foreign.ts";
export { LazyChange } from "./held_change.ts";
export type { HeldSize } from "./held_objects.ts";
export { intoCache } from "./into_cache.ts";
