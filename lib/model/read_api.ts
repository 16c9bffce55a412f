/** The read-only view of the cluster that steps get. */

import type { ResourceKind } from "./kind.ts";
import type { KubeObject } from "./object.ts";
import type { LabelSelector } from "./selector.ts";

/** Options of {@link ReadApi.get}. */
export interface GetOptions {
  /**
   * The namespace.
   * @default {the namespace of the object that the Run is about}
   */
  namespace?: string;
  /**
   * Reads from the API server even if a cache could answer.
   * @default {false}
   */
  live?: boolean;
}

/** Options of {@link ReadApi.list}. */
export interface ListOptions {
  /**
   * The namespace, or `"*"` for all.
   * @default {the namespace of the object that the Run is about; all when that is cluster-scoped}
   */
  namespace?: string;
  /** Lists only objects whose labels match. */
  labels?: LabelSelector;
  /**
   * Lists only objects with an owner reference to the Run's object, by UID.
   * @default {false}
   */
  owned?: boolean;
  /**
   * Reads from the API server even if a cache could answer.
   * @default {false}
   */
  live?: boolean;
}

/**
 * Reads objects. Kinds that the controller watches are read from its cache, which always contains the controller's own writes;
 * other kinds are read from the API server. The objects are frozen.
 */
export interface ReadApi {
  /** The object with a name, or `undefined` if there is none. */
  get<T extends KubeObject>(kind: ResourceKind<T>, name: string, options?: GetOptions): Promise<T | undefined>;
  /** All objects that match, in no particular order. */
  list<T extends KubeObject>(kind: ResourceKind<T>, options?: ListOptions): Promise<readonly T[]>;
}
