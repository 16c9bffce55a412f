/**
 * A typed client for tests and tools: objects by their kinds, on any cluster, without paths and casts.
 *
 * {@link TypedClient} takes what `connect()` gives; the embedded cluster of `@staircase/operator/testing` is one by itself.
 * Steps need none: they read by `kube`, and return Changes.
 *
 * Uses `kube` for each request and `watch` for waiting.
 *
 * @module
 */

export type { ClusterClient } from "../kube/mod.ts";
export type {
  Draft,
  DraftMeta,
  KubeObject,
  LabelSelector,
  ObjectMeta,
  ObjectRef,
  ResourceKind,
  StatusOf,
  WritableKind,
} from "../model/mod.ts";
export type { JsonPatchOperation, PropagationPolicy } from "../steps/mod.ts";
export type { Clock, Duration, Random, Timer } from "../time/mod.ts";
export { WaitError, type WaitErrorOptions } from "./errors.ts";
export { TypedClient, type TypedClientOptions } from "./typed_client.ts";
export type {
  ApplyObjectOptions,
  DeleteObjectOptions,
  ListObjectsOptions,
  MergePatch,
  ObjectRequestOptions,
  Target,
  TargetRef,
  TypedPatch,
  WaitOptions,
  WritePartOptions,
} from "./types.ts";
