/** What a cache is told: what it keeps, which objects are meant, what a write of one's own did, and what a live read found. */

import type { KubeObject, LabelSelector, ObjectRef } from "../../model/mod.ts";
import type { ForeignOptions } from "./foreign.ts";

/** What a cache keeps. */
export interface ObjectCacheOptions<T extends KubeObject> {
  /**
   * Whether the watch would show an object: own writes of others are not laid over. An object for which it throws is taken for
   * one that is shown: should it not be, the watch puts that right, while nothing would bring back what was left out.
   * @default {all objects}
   */
  accepts?: (object: T) => boolean;
  /**
   * How many objects are kept parsed at most. A cache that has no more than these never makes a text; in a larger one what has
   * changed lately is still parsed when its Run comes.
   * @default {10_000}
   */
  parsed?: number;
  /**
   * Given where not all objects need to be held whole: of those that are nobody's here, in excess of some room, only the metadata
   * is, until a live read or an own write brings them. Indexes cannot be had then.
   * @default {all are held whole}
   */
  foreign?: ForeignOptions | undefined;
  /**
   * Told once when `accepts` throws. Must not throw.
   * @default {nobody is told}
   */
  onError?: (error: Error) => void;
}

/** Which objects of a cache are meant. */
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
  /** The object, as the API server holds it. */
  | { readonly object: T }
  /** Nothing. `uid` is the UID of what was thought to be there; when that was nothing either, nothing is learnt. */
  | { readonly gone: ObjectRef; readonly uid: string | undefined };
