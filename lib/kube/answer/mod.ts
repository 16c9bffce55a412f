/**
 * Answers of the API server: read, checked against what was asked for, and the errors that stand for those that say no.
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
