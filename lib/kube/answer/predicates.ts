/** Predicates on thrown values: what an error means. */

import { ApiError, ConnectionError } from "./errors.ts";

function hasCode(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

function hasReason(error: unknown, ...reasons: string[]): error is ApiError {
  return error instanceof ApiError && reasons.includes(error.reason);
}

/** The credentials are missing, wrong or expired (401). */
export function isUnauthorized(error: unknown): error is ApiError {
  return hasCode(error, 401);
}

/** The credentials are valid but may not do this (403). */
export function isForbidden(error: unknown): error is ApiError {
  return hasCode(error, 403);
}

/** The object or its kind does not exist (404). */
export function isNotFound(error: unknown): error is ApiError {
  return hasCode(error, 404);
}

/**
 * The kind itself does not exist: the API server has no such resource, because the CRD is missing or the version is not
 * served.
 */
export function isKindNotServed(error: unknown): error is ApiError {
  // For a missing object, the answer names it. For a missing kind, it is plain text or a Status without details.
  return hasCode(error, 404) && !error.details?.name;
}

/** An object with this name already exists (409 `AlreadyExists`). */
export function isAlreadyExists(error: unknown): error is ApiError {
  return hasReason(error, "AlreadyExists");
}

/** The object has changed since it was read, or another field manager owns a field (409, but not `AlreadyExists`). */
export function isConflict(error: unknown): error is ApiError {
  return hasCode(error, 409) && !isAlreadyExists(error);
}

/** The resource version or the continue token is too old (410, or reason `Expired`). */
export function isExpired(error: unknown): error is ApiError {
  return hasCode(error, 410) || hasReason(error, "Expired");
}

/** The object breaks a rule of its kind (422); `causes` names the fields. */
export function isInvalid(error: unknown): error is ApiError {
  return hasCode(error, 422);
}

/** A JSON patch does not fit the object: a test failed, or a path does not exist (422 that names no object). */
export function isPatchMismatch(error: unknown): error is ApiError {
  return isInvalid(error) && !error.details?.name;
}

/**
 * A write demanded a certain UID, and the name now belongs to another object or to none (409 or 422, depending on the
 * write). For a JSON patch the answer says less: {@link isPatchMismatch}.
 */
export function isAnotherObject(error: unknown): error is ApiError {
  if (isInvalid(error)) return error.causes.some(({ field }) => field === "metadata.uid");
  // The API server has no reason for this, only a message.
  return isConflict(error) && /UID in (the )?precondition|uid mismatch/.test(error.status.message ?? "");
}

/** The API server is overloaded (429); `retryAfter` may say when to retry. */
export function isTooManyRequests(error: unknown): error is ApiError {
  return hasCode(error, 429);
}

/** The API server did not finish in time (reason `Timeout` or `ServerTimeout`). */
export function isServerTimeout(error: unknown): error is ApiError {
  return hasReason(error, "Timeout", "ServerTimeout") && !isTooLargeResourceVersion(error);
}

/** The API server is not ready to serve (503). */
export function isUnavailable(error: unknown): error is ApiError {
  return hasCode(error, 503);
}

/** The API server failed (any 5xx). */
export function isServerError(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code >= 500;
}

/** The requested resource version is newer than any this API server knows. */
export function isTooLargeResourceVersion(error: unknown): error is ApiError {
  return error instanceof ApiError &&
    (error.causes.some((cause) => cause.reason === "ResourceVersionTooLarge") ||
      // Older servers give no cause.
      error.status.message?.includes("Too large resource version") === true);
}

/** Nobody could be reached, so the request was certainly not carried out. */
export function isNotSent(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && error.sent === "no";
}
