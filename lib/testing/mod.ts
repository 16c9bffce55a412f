/**
 * For tests, examples and simulations: a Kubernetes API server in memory, a clock that moves when told, chance that repeats.
 *
 * {@link EmbeddedCluster} behaves like a real API server and implements the client contract, so whatever takes a `RestClient`
 * takes it. {@link VirtualClock} and {@link seededRandom} make a whole controller's history repeatable.
 *
 * Nothing else in this module imports this room. It may import `kube` (types), `model` and `time`.
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
export type { AdmissionHook } from "./admission.ts";
export { deploymentStandIn, type DeploymentStandInOptions } from "./deployment_stand_in.ts";
export { EmbeddedCluster, type EmbeddedClusterOptions, type Watches } from "./embedded_cluster.ts";
export type { InterceptedRequest, Interceptor } from "./interception.ts";
export { type RequestListener, RequestLog, type RequestRecord } from "./request_log.ts";
export { seededRandom } from "./seeded_random.ts";
export { type EmbeddedServer, serveEmbedded, type ServeEmbeddedOptions } from "./serve_embedded.ts";
export type { Answer, AnswerHead } from "./server/request/answer.ts";
export type { Admission } from "./server/store/context.ts";
export type { Fields } from "./server/values/json.ts";
export type { ManagedFieldsEntry, ServerMeta, ServerObject } from "./server/values/object.ts";
export type { Requester } from "./server/request/request.ts";
export type { WireRequest } from "./server/server.ts";
export { type Status, type StatusCause, type StatusDetails, StatusError } from "./server/values/status.ts";
export type { WatchFilter } from "./server/watch/watch_hub.ts";
export { type AdvanceUntilOptions, VirtualClock, type VirtualClockOptions } from "./virtual_clock.ts";
