/** Connects a watch with its cache, as a transform stream. */

import type { KubeObject } from "../../model/mod.ts";
import type { ObjectCache } from "./cache.ts";
import type { CacheChange, WatchBatch } from "../types.ts";

/**
 * A stream that puts the batches of a watch into a cache and passes on the changes; an empty array if nothing changed.
 *
 * @param cache The cache.
 */
export function intoCache<T extends KubeObject>(
  cache: ObjectCache<T>,
): TransformStream<WatchBatch<T>, readonly CacheChange<T>[]> {
  return new TransformStream({ transform: (batch, controller) => controller.enqueue(cache.apply(batch)) });
}
