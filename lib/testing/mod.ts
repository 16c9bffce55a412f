/**
 * For tests, examples and simulations: a Kubernetes API server in memory, a clock that only moves on request, and
 * repeatable random numbers.
 *
 * {@link EmbeddedCluster} behaves like a real API server. It implements the client contract, so it can be passed wherever a
 * `RestClient` is accepted, and it is a typed client. {@link testHarness} runs controllers on one, in virtual time: with
 * {@link VirtualClock} and {@link seededRandom}, which make the whole history of a controller repeatable.
 *
 * No other room of this module imports this one. It serves controllers as a user does, and may import what that takes.
 *
 * @example A day in milliseconds
 * ```ts
 * import { create, defineController, defineSteps, stop } from "@staircase/operator";
 * import { ConfigMap } from "@staircase/operator/kinds";
 * import { testHarness } from "@staircase/operator/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const steps = defineSteps(ConfigMap).observe("look again in an hour", () => stop({ requeueAfter: "1h" }));
 * await using harness = await testHarness({
 *   controllers: [defineController({ resource: ConfigMap, steps })],
 *   given: [create(ConfigMap, { metadata: { name: "settings", namespace: "default" } })],
 * });
 * await harness.advance("24h");
 * assertEquals(harness.runs.length, 25);
 * ```
 *
 * @module
 */

export type {
  HttpMethods,
  JSONArray,
  JSONObject,
  JSONPrimitive,
  JSONValue,
  KubernetesTunnel,
  RequestOptions,
  RestClient,
} from "../kube/mod.ts";
export type { OwnerReference } from "../model/mod.ts";
export type { Clock, Random, Timer } from "../time/mod.ts";
export type { AdmissionHook, AdmissionOf } from "./admission.ts";
export { deploymentStandIn, type DeploymentStandInOptions } from "./deployment_stand_in.ts";
export { EmbeddedCluster, type EmbeddedClusterOptions, type Watches } from "./embedded_cluster.ts";
export {
  type NextRunOptions,
  TestHarness,
  testHarness,
  type TestHarnessOptions,
  type UntilRestOptions,
} from "./harness.ts";
export type { InterceptedRequest, Interceptor } from "./interception.ts";
export type { UnderWay } from "./real_work.ts";
export { type RequestListener, RequestLog, type RequestRecord } from "./request_log.ts";
export { seededRandom } from "./seeded_random.ts";
export { type EmbeddedServer, serveEmbedded, type ServeEmbeddedOptions } from "./serve_embedded.ts";
export {
  type Admission,
  type Answer,
  type AnswerHead,
  type Fields,
  type ManagedFieldsEntry,
  type Requester,
  type ServerMeta,
  type ServerObject,
  type Status,
  type StatusCause,
  type StatusDetails,
  StatusError,
  type WatchFilter,
  type WireRequest,
} from "./server/mod.ts";
export { type AdvanceUntilOptions, VirtualClock, type VirtualClockOptions } from "./virtual_clock.ts";
