/**
 * The types of a cache's arguments: its options, the options of a list, the effect of an own write, the result of a
 * live read.
 */

import type { KubeObject, LabelSelector, ObjectRef } from "../../model/mod.ts";
import type { ForeignOptions } from "./foreign.ts";

/** Options of {@link ObjectCache}. */
export interface ObjectCacheOptions<T extends KubeObject> {
  /**
   * Whether the watch's selector matches an object; own writes of other objects are not overlaid. If this throws, the object
   * counts as matching: if that is wrong, the watch corrects it, while an object that was left out by mistake would stay
   * missing.
   * @default {all objects}
   */
  accepts?: (object: T) => boolean;
  /**
   * How many objects are kept parsed at most; the others are kept as text. The objects that changed last stay parsed, so that
   * they need not be parsed again for their Runs.
   * @default {10_000}
   */
  parsed?: number;
  /**
   * Reduces foreign objects, which no controller of this process claims, to their metadata if they exceed some room, until a
   * live read or an own write brings the whole object. Such a cache cannot have indexes.
   * @default {all objects are held whole}
   */
  foreign?: ForeignOptions | undefined;
  /**
   * Called once, when `accepts` throws for the first time. Must not throw.
   * @default {the error is ignored}
   */
  onError?: (error: Error) => void;
}

/** Which objects of a cache to list. */
export interface CacheListOptions {
  /**
   * Only objects in this namespace.
   * @default {all namespaces}
   */
  namespace?: string | undefined;
  /** Only objects whose labels match. */
  labels?: LabelSelector | undefined;
}

/** What a write of one's own did to an object. */
export type OwnWrite<T extends KubeObject> =
  /** It is stored, as the API server answered. */
  | { readonly object: T }
  /** The one with this UID is gone. */
  | { readonly gone: ObjectRef; readonly uid: string };

/** What a live read found. */
export type LiveRead<T extends KubeObject> =
  /** The object as the API server has it. */
  | { readonly object: T }
  /** No object. `uid` is that of the object that the reader expected there; without it, the read has no effect on the cache. */
  | { readonly gone: ObjectRef; readonly uid: string | undefined };
