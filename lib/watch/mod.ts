/**
 * Watching: from the API server's stream to a cache that is never behind this process's own writes, and from a change to
 * the keys that it concerns.
 *
 * {@link listWatch} is a state machine that is read as a stream, {@link ObjectCache} keeps what it brings, an {@link Informer}
 * ties them together and tells listeners, and an {@link InformerSet} shares informers. {@link Trigger}s and {@link Predicate}s are pure functions over the changes.
 *
 * May read from the API server, through the kube room's client. May not write, knows no queue and no controller.
 *
 * @module
 */

export { type WatchBackoffOptions, type WatchDelay } from "./stream/backoff.ts";
export { ObjectCache } from "./cache/cache.ts";
export type { CacheListOptions, LiveRead, ObjectCacheOptions } from "./cache/cache_options.ts";
export { CachedKind } from "./informer/cached_kind.ts";
export type { Claim } from "./informer/claims.ts";
export { IndexError, type IndexValues } from "./cache/computed_index.ts";
export {
  MalformedListError,
  MalformedWatchError,
  RestoredError,
  ShortWatchError,
  SilentConnectionError,
  StaleListError,
  TransformError,
  UnmarkedListError,
  UntakenEventsError,
} from "./errors.ts";
export type { ForeignOptions, ForeignSize } from "./cache/foreign.ts";
export type { HeldSize } from "./cache/held_objects.ts";
export { type CacheListener, Informer, type InformerOptions, type Staleness } from "./informer/informer.ts";
export { type InformerScope, InformerSet, type InformerSetOptions } from "./informer/informer_set.ts";
export { intoCache } from "./cache/into_cache.ts";
export { listWatch } from "./stream/list_watch.ts";
export type { ListWatchOptions, WatchRequest, WatchTuning } from "./stream/options.ts";
export {
  allOf,
  annotationsChanged,
  anyOf,
  deletionRequested,
  generationChanged,
  labelsChanged,
  not,
  type ObjectChange,
  type Predicate,
} from "./trigger/predicates.ts";
export { isReduced } from "./bytes/reduced.ts";
export type { WatchState } from "./stream/state.ts";
export {
  describeChange,
  mapTrigger,
  type OwnerFinder,
  ownerTrigger,
  selfTrigger,
  type Trigger,
  type Triggered,
  type TriggeredKey,
  TriggerError,
} from "./trigger/triggers.ts";
export type { CacheChange, WatchBatch, WatchEvent } from "./types.ts";
