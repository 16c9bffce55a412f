/**
 * Watching without a controller: list and watch as a stream, a cache that is never behind one's own writes, and more
 * predicates. For dashboards, exporters and other tools that follow a kind and change nothing by steps.
 *
 * {@link listWatch} is a stream of batches, {@link intoCache} takes them into an {@link ObjectCache} and passes on what changed.
 * A controller does all of this by itself.
 *
 * @example All Secrets, and what becomes of them
 * ```ts
 * import { Secret } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { intoCache, listWatch, ObjectCache } from "@staircase/operator/watch";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster(); // connect() finds a real one
 * const secrets = new ObjectCache<Secret>();
 * for await (const changes of listWatch({ client, kind: Secret }).pipeThrough(intoCache(secrets))) {
 *   for (const { key, source } of changes) console.log(key, source);
 *   if (secrets.synced) break; // a tool would go on
 * }
 * assertEquals(secrets.size, 0);
 * ```
 *
 * @example Changes that wake an object
 * ```ts
 * import { defineController, defineSteps, generationChanged } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { allOf, deletionRequested, not } from "@staircase/operator/watch";
 *
 * defineController({
 *   resource: ConfigMap,
 *   steps: defineSteps(ConfigMap),
 *   predicate: allOf(generationChanged, not(deletionRequested)),
 * });
 * ```
 *
 * @module
 */

// The stream.
export { listWatch, type ListWatchOptions } from "../watch/mod.ts";
export type { WatchBackoffOptions, WatchRequest, WatchState, WatchTuning } from "../watch/mod.ts";
export type { WatchBatch, WatchEvent } from "../watch/mod.ts";
// The cache.
export { intoCache, ObjectCache, type ObjectCacheOptions } from "../watch/mod.ts";
export type { CacheChange, CacheListOptions, IndexValues, LiveRead, OwnWrite } from "../watch/mod.ts";
export { type ForeignOptions, type ForeignSize, type HeldSize, isReduced } from "../watch/mod.ts";
// Predicates.
export { allOf, deletionRequested, not, type ObjectChange } from "../watch/mod.ts";
