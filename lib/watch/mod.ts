/**
 * Watching: from the API server's stream to a cache that always contains this process's own writes, and from a change of an
 * object to the keys that must be run.
 *
 * {@link listWatch} is a state machine that is read as a stream. {@link ObjectCache} holds the objects. An {@link Informer}
 * connects the two and notifies listeners, and an {@link InformerSet} shares informers. {@link Trigger}s and {@link
 * Predicate}s are pure functions of changes.
 *
 * Reads from the API server through the kube room's client. Must not write, and knows no queue and no controller.
 *
 * @module
 */

export {
  listWatch,
  type ListWatchOptions,
  type WatchBackoffOptions,
  type WatchRequest,
  type WatchState,
  type WatchTuning,
} from "./stream/mod.ts";
export {
  type CacheListOptions,
  type ForeignOptions,
  type ForeignSize,
  type HeldSize,
  IndexError,
  type IndexValues,
  intoCache,
  type LiveRead,
  ObjectCache,
  type ObjectCacheOptions,
  type OwnWrite,
} from "./cache/mod.ts";
export {
  CachedKind,
  type CacheListener,
  type Claim,
  Informer,
  type InformerOptions,
  InformerSet,
} from "./informer/mod.ts";
export {
  MalformedListError,
  MalformedWatchError,
  RestoredError,
  ShortWatchError,
  SilentConnectionError,
  StaleListError,
  TransformError,
  UntakenEventsError,
} from "./errors.ts";
export {
  allOf,
  annotationsChanged,
  anyOf,
  deletionRequested,
  describeChange,
  generationChanged,
  labelsChanged,
  mapTrigger,
  not,
  type ObjectChange,
  type OwnerFinder,
  ownerTrigger,
  type Predicate,
  selfTrigger,
  type Trigger,
  TriggerError,
} from "./trigger/mod.ts";
export { isReduced } from "./reduced.ts";
export type { CacheChange, WatchBatch, WatchEvent } from "./types.ts";
