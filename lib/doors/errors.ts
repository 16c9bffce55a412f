/**
 * What can be thrown, and what an answer of the API server means: every error class and every predicate that the main door
 * does not have. That one has what is met every day: `TerminalError`, `StepError`, `ApiError`, `isNotFound`,
 * `isAlreadyExists` and `isConflict`.
 *
 * | thrown by                           | errors                                                                                |
 * | ----------------------------------- | ------------------------------------------------------------------------------------- |
 * | a request                           | {@link ConnectionError}, {@link UnexpectedAnswerError}, and `ApiError`                |
 * | `connect`, `serveController`        | {@link ConnectError}, {@link PermissionError}, {@link OptionsError}, {@link HttpError} |
 * | `defineResource`, `defineSteps`     | {@link ResourceDefinitionError}, {@link StepDefinitionError}                          |
 * | a Run, as the cause of a `StepError` | {@link StepContractError}, {@link StepTimeoutError}, {@link JoinError}, {@link UndeclaredReadError}, {@link UndeclaredWriteError}, {@link ShutdownError} |
 * | a component                         | {@link NoneFoundError}, {@link ManyFoundError}, {@link NotOwnedError}                 |
 * | lists and caches                    | {@link SelectorError}, {@link IndexError}, {@link UntakenEventsError}                 |
 *
 * Predicates take anything that was thrown, also a `StepError`'s `cause`, and tell the type checker what it is.
 *
 * @example A client that is asked too much
 * ```ts
 * import { ApiError } from "@staircase/operator";
 * import { isForbidden, isTooManyRequests } from "@staircase/operator/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error: unknown = new ApiError({ code: 429, details: { retryAfterSeconds: 2 } });
 * assertEquals(isTooManyRequests(error) && error.retryAfter, 2_000);
 * assertEquals(isForbidden(error), false);
 * ```
 *
 * @module
 */

// Answers of the API server.
export type { ApiErrorOptions, ApiStatus, StatusCause, StatusDetails } from "../kube/mod.ts";
export { isForbidden, isInvalid, isUnauthorized } from "../kube/mod.ts";
export { isAnotherObject, isExpired, isKindNotServed, isPatchMismatch } from "../kube/mod.ts";
export { isServerError, isServerTimeout, isTooManyRequests, isUnavailable } from "../kube/mod.ts";
// No answer, or one that nobody understands.
export { ConnectionError, type ConnectionErrorOptions, type ConnectionFailure, isNotSent } from "../kube/mod.ts";
export { UnexpectedAnswerError, type UnexpectedAnswerOptions } from "../kube/mod.ts";
// Before the first request.
export { type ConnectAttempt, ConnectError, type ConnectErrorOptions, PermissionError } from "../kube/mod.ts";
export { OptionsError } from "../controller/mod.ts";
export { HttpError } from "../http/mod.ts";
export { ResourceDefinitionError } from "../kube/mod.ts";
export { StepDefinitionError } from "../steps/mod.ts";
// Of a Run.
export { JoinError, StepContractError, StepTimeoutError } from "../steps/mod.ts";
export { UndeclaredReadError, UndeclaredWriteError } from "../kube/mod.ts";
export { ShutdownError } from "../controller/mod.ts";
// Of components.
export { ManyFoundError, NoneFoundError, NotOwnedError } from "../components/mod.ts";
// Of lists and caches.
export { SelectorError } from "../model/mod.ts";
export { IndexError, UntakenEventsError } from "../watch/mod.ts";
