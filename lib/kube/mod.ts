/**
 * Kubernetes, as this module speaks to it: kinds and their CRDs, requests and errors, live reading, and the performer, which
 * is the only thing that writes for a Run. After Runs, the recorder in `events/` may tell of them in Events.
 *
 * Imports the leaves and `steps` (for changes). It knows no cache, no queue and no controller.
 *
 * @module
 */

export { parseAnswer, readStatus, toApiError } from "./answer/answer.ts";
export {
  type AnsweredList,
  answerProblem,
  type Expectation,
  identityProblem,
  readItems,
} from "./answer/check_answer.ts";
export type {
  ClusterClient,
  HttpMethods,
  JSONArray,
  JSONObject,
  JSONPrimitive,
  JSONValue,
  KubernetesTunnel,
  RequestOptions,
  RestClient,
} from "./request/client.ts";
export {
  assertClientPermission,
  assertNetPermission,
  connect,
  type ConnectAttempt,
  type ConnectedClient,
  ConnectError,
  type ConnectErrorOptions,
  connectionPermissions,
  type ConnectOptions,
  formatPermissionFlags,
  hostOf,
  isConnectable,
  joinNeeds,
  PermissionError,
  type PermissionNeeds,
  type TransportKind,
} from "./connect/mod.ts";
export type { CrdManifest, CrdVersion, PrinterColumn, ScaleSubresource } from "./definition/crd_manifest.ts";
export { type DeclaredWrite, isSameResource, UndeclaredWriteError, type WriteVerb } from "./write/declared_writes.ts";
export { type DefinedResource, defineResource, type ResourceDefinition } from "./definition/define_resource.ts";
export type { RunOwner } from "./write/draft.ts";
export { jsonEquals } from "./json/equality.ts";
export {
  ApiError,
  type ApiErrorOptions,
  type ApiStatus,
  codeOf,
  ConnectionError,
  type ConnectionErrorOptions,
  type ConnectionFailure,
  type StatusCause,
  type StatusDetails,
  UnexpectedAnswerError,
  type UnexpectedAnswerOptions,
  withOperation,
} from "./answer/errors.ts";
export {
  controllerText,
  EventRecorder,
  type EventRecorderOptions,
  type EventReporter,
  EVENTS_RULE,
  type EventsRule,
  type ObjectEvent,
} from "./events/mod.ts";
export { storedForm } from "./json/exact_numbers.ts";
export { type StatusDifference, statusDifference } from "./write/status_difference.ts";
export { addFinalizer, removeFinalizer } from "./write/finalizer.ts";
export { type CrdInstallation, installCrd, type InstallCrdOptions } from "./definition/install_crd.ts";
export { isJsonObject, type JsonObject, mergePatchBetween } from "./json/merge_patch.ts";
export { resolveNamespace } from "./request/namespace.ts";
export { ownerReference } from "./write/owner_references.ts";
export { collectionPath, objectPath } from "./request/paths.ts";
export { createPerformer, type Performed, type Performer, type PerformerOptions } from "./write/performer.ts";
export {
  isAlreadyExists,
  isAnotherObject,
  isBadRequest,
  isConflict,
  isExpired,
  isForbidden,
  isGone,
  isInvalid,
  isNotFound,
  isNotSent,
  isPatchMismatch,
  isServerError,
  isServerTimeout,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
  isUnavailable,
  isUnknownKind,
} from "./answer/predicates.ts";
export { liveReadApi, type LiveReadOptions } from "./request/read_live.ts";
export {
  type KubeRequest,
  type RequestFacts,
  type RequestListener,
  type RequestRecord,
  type RequestVerb,
  type RequestWrapper,
  send,
  type Transport,
} from "./request/request.ts";
export { ResourceDefinitionError } from "./definition/schema/definition_error.ts";
export {
  type JsonSchema,
  jsonSchema,
  type JsonSchemaConverter,
  type JsonSchemaSource,
  type JsonSchemaTarget,
} from "./definition/schema/json_schema.ts";
export type {
  ConditionSchema,
  JsonType,
  StructuralSchema,
  ValueConditions,
} from "./definition/schema/structural_schema.ts";
export { withoutSecrets } from "./answer/secrecy.ts";
export type { SeenOfKind, WriteListener, WriteResult } from "./write/write_result.ts";
