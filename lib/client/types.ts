/** What the typed client is given: whom it is about, and what is to be written. */

import type { JsonPatchOperation, PropagationPolicy } from "../steps/mod.ts";
import type { KubeObject, LabelSelector, ObjectRef } from "../model/mod.ts";
import type { Duration } from "../time/mod.ts";

/**
 * Which object is meant: its name; its place; or an object that was read, and then that very one: should another one have its name
 * by now, the API server refuses.
 */
export type Target<T extends KubeObject = KubeObject> = string | TargetRef | T;

/** The place of an object, and if it is known which object it is that is there. */
export interface TargetRef extends ObjectRef {
  /** Its UID: another object of that name is not meant. */
  readonly uid?: string;
}

/**
 * Fields to be merged into an object: `null` removes one, lists are replaced whole (RFC 7386).
 *
 * @typeParam T What is patched.
 */
export type MergePatch<T> = T extends readonly unknown[] ? T
  : T extends object ? { readonly [Field in keyof T]?: MergePatch<T[Field]> | null }
  : T;

/** How an object is patched: exactly one of the three. */
export type TypedPatch<T extends KubeObject> =
  /** A JSON merge patch: `null` removes a field, lists are replaced whole. */
  | { readonly merge: MergePatch<Omit<T, "apiVersion" | "kind">> }
  /** A JSON patch (RFC 6902). */
  | { readonly json: readonly JsonPatchOperation[] }
  /** A strategic merge patch: lists are merged by key. Built-in kinds only. */
  | { readonly strategic: Readonly<Record<string, unknown>> };

/** Where an object is, and how long one waits for the answer. */
export interface ObjectRequestOptions {
  /**
   * The namespace, where the object or its place does not say it.
   * @default {the client's}
   */
  readonly namespace?: string;
  /** Ends the request; it is not known then whether a write was carried out. */
  readonly signal?: AbortSignal;
}

/** How objects are listed. */
export interface ListObjectsOptions {
  /**
   * The namespace, or `"*"` for all.
   * @default {the client's}
   */
  readonly namespace?: string;
  /** Only objects whose labels match. */
  readonly labels?: LabelSelector;
  /** Only objects whose fields match, as in `metadata.name=foo`. */
  readonly fields?: string;
  /** Ends the request. */
  readonly signal?: AbortSignal;
}

/** How an object is applied. */
export interface ApplyObjectOptions extends ObjectRequestOptions {
  /**
   * Whether to take fields over from other managers.
   * @default {false} (the API server refuses with a conflict that names them)
   */
  readonly force?: boolean;
  /**
   * Who manages the fields.
   * @default {the client's}
   */
  readonly fieldManager?: string;
}

/** How an object is patched, or replaced. */
export interface WritePartOptions extends ObjectRequestOptions {
  /** The part that is written, such as `status` or `scale`; the object itself when absent. */
  readonly subresource?: string;
}

/** How an object is deleted. */
export interface DeleteObjectOptions extends ObjectRequestOptions {
  /**
   * What happens to its dependents.
   * @default {"Background"}
   */
  readonly propagation?: PropagationPolicy;
  /** Its resource version: deleted only when nothing has changed since. */
  readonly resourceVersion?: string;
}

/** How long is waited. */
export interface WaitOptions extends ObjectRequestOptions {
  /**
   * How long at most; by the cluster's clock, where that is a virtual one.
   * @default {"1m"}
   */
  readonly timeout?: Duration;
  /**
   * What is waited for, for the error: `it is ready`.
   * @default {the text of the condition}
   */
  readonly what?: string;
}
