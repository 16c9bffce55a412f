/** The link between a watch and its cache, as a stream. */

import type { KubeObject } from "../../model/mod.ts";
import type { ObjectCache } from "./cache.ts";
import type { CacheChange, WatchBatch } from "../types.ts";

/**
 * Takes what a watch brings into a cache and passes on what changed by that; an empty array when nothing did.
 *
 * @param cache Where the objects are kept.
 */
export function intoCache<T extends KubeObject>(
  cache: ObjectCache<T>,
): TransformStream<WatchBatch<T>, readonly CacheChange<T>[]> {
  return new TransformStream({ transform: (batch, controller) => controller.enqueue(cache.apply(batch)) });
}
