/**
 * Kubernetes, as this module speaks to it: kinds and their CRDs, requests and errors, live reading, and the performer, which
 * is the only thing that writes for a Run. After Runs, the recorder in `events/` may tell of them in Events.
 *
 * Imports the leaves and `steps` (for changes). It knows no cache, no queue and no controller.
 *
 * @module
 */

export { parseAnswer, readStatus, toApiError } from "./answer.ts";
export { type AnsweredList, answerProblem, type Expectation, identityProblem, readItems } from "./check_answer.ts";
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
} from "./client.ts";
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
export type { CrdManifest, CrdVersion, PrinterColumn, ScaleSubresource } from "./crd_manifest.ts";
export { type DeclaredWrite, isSameResource, UndeclaredWriteError, type WriteVerb } from "./declared_writes.ts";
export { type DefinedResource, defineResource, type ResourceDefinition } from "./define_resource.ts";
export type { RunOwner } from "./draft.ts";
export { jsonEquals } from "./equality.ts";
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
} from "./errors.ts";
export {
  controllerText,
  EventRecorder,
  type EventRecorderOptions,
  type EventReporter,
  EVENTS_RULE,
  type EventsRule,
  type ObjectEvent,
} from "./events/mod.ts";
export { storedForm } from "./exact_numbers.ts";
export { type StatusDifference, statusDifference } from "./status_difference.ts";
export { addFinalizer, removeFinalizer } from "./finalizer.ts";
export { type CrdInstallation, installCrd, type InstallCrdOptions } from "./install_crd.ts";
export { isJsonObject, type JsonObject, mergePatchBetween } from "./merge_patch.ts";
export { resolveNamespace } from "./namespace.ts";
export { ownerReference } from "./owner_references.ts";
export { collectionPath, objectPath } from "./paths.ts";
export { createPerformer, type Performed, type Performer, type PerformerOptions } from "./performer.ts";
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
} from "./predicates.ts";
export { liveReadApi, type LiveReadOptions } from "./read_live.ts";
export {
  type KubeRequest,
  type RequestFacts,
  type RequestListener,
  type RequestRecord,
  type RequestVerb,
  type RequestWrapper,
  send,
  type Transport,
} from "./request.ts";
export { ResourceDefinitionError } from "./schema/definition_error.ts";
export {
  type JsonSchema,
  jsonSchema,
  type JsonSchemaConverter,
  type JsonSchemaSource,
  type JsonSchemaTarget,
} from "./schema/json_schema.ts";
export type { ConditionSchema, JsonType, StructuralSchema, ValueConditions } from "./schema/structural_schema.ts";
export { withoutSecrets } from "./secrecy.ts";
export type { SeenOfKind, WriteListener, WriteResult } from "./write_result.ts";
