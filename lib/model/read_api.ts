/** What a step may ask of the cluster: reading, and nothing else. */

import type { ResourceKind } from "./kind.ts";
import type { KubeObject } from "./object.ts";
import type { LabelSelector } from "./selector.ts";

/** How one object is read. */
export interface GetOptions {
  /**
   * The namespace.
   * @default {the namespace of the object that the Run is about}
   */
  namespace?: string;
  /**
   * Ask the API server, also when a cache could answer.
   * @default {false}
   */
  live?: boolean;
}

/** How objects are listed. */
export interface ListOptions {
  /**
   * The namespace, or `"*"` for all.
   * @default {the namespace of the object that the Run is about; all when that is cluster-scoped}
   */
  namespace?: string;
  /** Only objects whose labels match. */
  labels?: LabelSelector;
  /**
   * Only objects that the Run's object is an owner of, by UID.
   * @default {false}
   */
  owned?: boolean;
  /**
   * Ask the API server, also when a cache could answer.
   * @default {false}
   */
  live?: boolean;
}

/**
 * Reads objects. Kinds that the controller watches are read from its cache, which is never older than what the controller
 * has written; others are read from the API server. What comes back is frozen.
 */
export interface ReadApi {
  /** One object by name, or `undefined` when there is none. */
  get<T extends KubeObject>(kind: ResourceKind<T>, name: string, options?: GetOptions): Promise<T | undefined>;
  /** All objects that match, in no particular order. */
  list<T extends KubeObject>(kind: ResourceKind<T>, options?: ListOptions): Promise<readonly T[]>;
}
