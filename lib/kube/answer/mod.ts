/**
 * Reads answers of the API server, checks them against the request, and makes errors of refusals.
 *
 * @module
 */

export { parseAnswer, readStatus, toApiError, toConnectionError } from "./answer.ts";
export { type AnsweredList, answerProblem, identityProblem, readItems } from "./check_answer.ts";
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
  isAlreadyExists,
  isAnotherObject,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isKindNotServed,
  isNotFound,
  isNotSent,
  isPatchMismatch,
  isServerError,
  isServerTimeout,
  isTooLargeResourceVersion,
  isTooManyRequests,
  isUnauthorized,
  isUnavailable,
} from "./predicates.ts";
export { withoutSecrets } from "./secrecy.ts";
