/** The arguments of the typed client: targets, patches and options. */

import type { JsonPatchOperation, PropagationPolicy } from "../steps/mod.ts";
import type { KubeObject, LabelSelector, ObjectRef } from "../model/mod.ts";
import type { Duration } from "../time/mod.ts";

/**
 * The object to write: its name, its name and namespace, or an object that was read. In the last case only that very object is
 * written: if another one has its name by now, the API server refuses.
 */
export type Target<T extends KubeObject = KubeObject> = string | TargetRef | T;

/** The name and namespace of an object, and its UID if it is known. */
export interface TargetRef extends ObjectRef {
  /** The UID: the API server refuses if another object has that name. */
  readonly uid?: string;
}

/**
 * Fields to merge into an object: `null` removes a field, lists are replaced as a whole (RFC 7386).
 *
 * @typeParam T The type of the patched object.
 */
export type MergePatch<T> = T extends readonly unknown[] ? T
  : T extends object ? { readonly [Field in keyof T]?: MergePatch<T[Field]> | null }
  : T;

/** A patch: exactly one of the three. */
export type TypedPatch<T extends KubeObject> =
  /** A JSON merge patch: `null` removes a field, lists are replaced as a whole. */
  | { readonly merge: MergePatch<Omit<T, "apiVersion" | "kind">> }
  /** A JSON patch (RFC 6902). */
  | { readonly json: readonly JsonPatchOperation[] }
  /** A strategic merge patch: lists are merged by key. Built-in kinds only. */
  | { readonly strategic: Readonly<Record<string, unknown>> };

/** Options of a request for one object. */
export interface ObjectRequestOptions {
  /**
   * The namespace, if the object or target has none.
   * @default {the client's}
   */
  readonly namespace?: string;
  /** Aborts the request. It is then unknown whether a write was carried out. */
  readonly signal?: AbortSignal;
}

/** Options of `list`. */
export interface ListObjectsOptions {
  /**
   * The namespace, or `"*"` for all.
   * @default {the client's}
   */
  readonly namespace?: string;
  /** Lists only objects whose labels match. */
  readonly labels?: LabelSelector;
  /** Lists only objects whose fields match, as in `metadata.name=foo`. */
  readonly fields?: string;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

/** Options of `apply`. */
export interface ApplyObjectOptions extends ObjectRequestOptions {
  /**
   * Whether to take fields over from other managers.
   * @default {false} (the API server refuses with a conflict that names them)
   */
  readonly force?: boolean;
  /**
   * The field manager.
   * @default {the client's}
   */
  readonly fieldManager?: string;
}

/** Options of `patch` and `replace`. */
export interface WritePartOptions extends ObjectRequestOptions {
  /** The subresource to write, such as `status` or `scale`; without it, the object itself. */
  readonly subresource?: string;
}

/** Options of `delete`. */
export interface DeleteObjectOptions extends ObjectRequestOptions {
  /**
   * What happens to the dependents.
   * @default {"Background"}
   */
  readonly propagation?: PropagationPolicy;
  /** The resource version: the API server refuses if the object has changed since. */
  readonly resourceVersion?: string;
}

/** Options of `waitFor` and `waitUntilGone`. */
export interface WaitOptions extends ObjectRequestOptions {
  /**
   * The longest wait; in virtual time if the cluster has a virtual clock.
   * @default {"1m"}
   */
  readonly timeout?: Duration;
  /**
   * What is waited for, as a clause for the error: `it is ready`.
   * @default {the source text of the condition}
   */
  readonly what?: string;
}
