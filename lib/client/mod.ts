/**
 * A typed client for tests and tools: objects by their kinds, on any cluster, without paths and casts.
 *
 * {@link TypedClient} takes what `connect()` gives; the embedded cluster of `@staircase/operator/testing` is one by itself.
 * Steps need none: they read by `kube`, and return Changes.
 *
 * Uses `kube` for each request and `watch` for waiting.
 *
 * @example A tool that waits for what an operator makes
 * ```ts
 * import { TypedClient } from "@staircase/operator/client";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { EmbeddedCluster } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * using client = new EmbeddedCluster(); // in earnest: await connect()
 * const cluster = new TypedClient(client, { namespace: "default" });
 * await cluster.apply(ConfigMap, { metadata: { name: "paint" }, data: { color: "blue" } });
 * const found = await cluster.waitFor(ConfigMap, "paint", ({ data }) => data?.color !== undefined, { timeout: "5s" });
 * assertEquals(found.data, { color: "blue" });
 * ```
 *
 * @module
 */

export type { WritableKind } from "../model/mod.ts";
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
