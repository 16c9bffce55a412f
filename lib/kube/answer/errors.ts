/** Errors between this process and the API server: a refusal, or no usable answer. */

import { plainRefusal } from "./missing_right.ts";

/** One reason for a refusal, such as one invalid field. */
export interface StatusCause {
  /** The type of the reason, such as `FieldValueInvalid`. */
  readonly reason?: string;
  /** The reason, for people. */
  readonly message?: string;
  /** The field that is wrong, such as `spec.replicas`. */
  readonly field?: string;
}

/**
 * The longest wait that an API server can ask for, in milliseconds. By itself it asks for at most a minute. Proxies
 * under maintenance may ask for an hour, but an operator should not stay idle for so long.
 */
const LONGEST_RETRY_AFTER = 300_000;

/** The object of a refusal. */
export interface StatusDetails {
  /** The object's name. */
  readonly name?: string;
  /** The API group. */
  readonly group?: string;
  /** The kind, or its plural name. */
  readonly kind?: string;
  /** The object's UID. */
  readonly uid?: string;
  /** The individual reasons. */
  readonly causes?: readonly StatusCause[];
  /** After how many seconds to retry. */
  readonly retryAfterSeconds?: number;
}

/** The `Status` object with which the API server refuses a request. */
export interface ApiStatus {
  /** The HTTP status code. */
  readonly code?: number;
  /** The reason in Kubernetes' terms, such as `AlreadyExists`. */
  readonly reason?: string;
  /** What is wrong, for people. */
  readonly message?: string;
  /** The object that it is about. */
  readonly details?: StatusDetails;
}

/** Options of {@link ApiError}. */
export interface ApiErrorOptions extends ErrorOptions {
  /** What was requested, as verb and object: `create Secret default/foo`. */
  operation?: string | undefined;
}

/** The API server refused the request. If the account lacks a right, the message says which, and what to do. */
export class ApiError extends Error {
  /** The error's name. */
  override readonly name = "ApiError";
  /** The HTTP status code; 0 when it is not known. */
  readonly code: number;
  /** The reason in Kubernetes' terms, such as `AlreadyExists`. */
  readonly reason: string;
  /** The `Status` of the answer. */
  readonly status: ApiStatus;
  /** What was requested: `create Secret default/foo`. */
  readonly operation: string | undefined;

  /**
   * Creates the error.
   *
   * @param status The `Status` that the API server answered, or an equivalent one.
   * @param options What was requested, and the cause.
   */
  constructor(status: ApiStatus, options: ApiErrorOptions = {}) {
    const code = Number.isInteger(status.code) ? status.code! : 0;
    const { reason = REASONS.get(code) ?? "Unknown" } = status;
    super(describeAnswer(code, reason, status.message, options.operation), options);
    this.code = code;
    this.reason = reason;
    this.status = status;
    this.operation = options.operation;
  }

  /** What the refusal was about, if the API server said so. */
  get details(): StatusDetails | undefined {
    return this.status.details;
  }

  /** The individual reasons, such as one for each invalid field; empty if there are none. */
  get causes(): readonly StatusCause[] {
    return this.status.details?.causes ?? [];
  }

  /**
   * Milliseconds after which the API server wants to be asked again, if it said so: more than 0 and at most five
   * minutes. An invalid number in the answer is ignored.
   */
  get retryAfter(): number | undefined {
    const seconds: unknown = this.status.details?.retryAfterSeconds;
    return typeof seconds === "number" && seconds > 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER) : undefined;
  }
}

/** Why there is no answer. */
export type ConnectionFailure =
  /** Nobody answers at the address: connection refused, unknown host, no route. */
  | "unreachable"
  /** The server's certificate is not trusted. */
  | "untrusted"
  /** The connection was established and then broke. */
  | "broken";

/** Options of {@link ConnectionError}. */
export interface ConnectionErrorOptions extends ErrorOptions {
  /** Why there is no answer. */
  failure: ConnectionFailure;
  /** What was requested, as verb and object: `create Secret default/foo`. */
  operation?: string | undefined;
}

/** The API server did not answer. */
export class ConnectionError extends Error {
  /** The error's name. */
  override readonly name = "ConnectionError";
  /** Why there is no answer. */
  readonly failure: ConnectionFailure;
  /** What was requested: `create Secret default/foo`. */
  readonly operation: string | undefined;
  /** What happened, without the request. */
  readonly problem: string;

  /**
   * Creates the error.
   *
   * @param problem What happened, as a clause: `the connection to the API server broke`.
   * @param options Why, what was requested, and the cause.
   */
  constructor(problem: string, options: ConnectionErrorOptions) {
    super(options.operation ? `Cannot ${options.operation} as ${problem}` : capitalised(problem), options);
    this.problem = problem;
    this.failure = options.failure;
    this.operation = options.operation;
  }

  /** Whether the request may have reached the API server: certainly not, or unknown. */
  get sent(): "no" | "unknown" {
    return this.failure === "broken" ? "unknown" : "no";
  }
}

/** Options of {@link UnexpectedAnswerError}. */
export interface UnexpectedAnswerOptions extends ApiErrorOptions {
  /** What is wrong with a JSON answer, without its contents: `it has no items`. */
  problem?: string | undefined;
}

/**
 * The answer is not one of a Kubernetes API server to this request: a proxy's page, a truncated answer, or JSON that is
 * not what was asked for.
 */
export class UnexpectedAnswerError extends Error {
  /** The error's name. */
  override readonly name = "UnexpectedAnswerError";
  /** The start of the answer. */
  readonly answer: string;
  /** What was requested: `create Secret default/foo`. */
  readonly operation: string | undefined;
  /** What is wrong with a JSON answer; `undefined` if it is not JSON. */
  readonly problem: string | undefined;

  /**
   * Creates the error.
   *
   * @param answer The start of the answer; empty if it must not be shown.
   * @param options What was requested, what is wrong, and the cause.
   */
  constructor(answer: string, options: UnexpectedAnswerOptions = {}) {
    const { operation, problem } = options;
    super(
      `Cannot ${operation ?? "read the answer"} as the answer did not come from a Kubernetes API server, or a proxy ` +
        `changed it: ${problem ?? `current answer is ${answer === "" ? "empty" : JSON.stringify(answer)}`}`,
      options,
    );
    this.answer = answer;
    this.operation = operation;
    this.problem = problem;
  }
}

/** The HTTP status of an attempt: 200 for `undefined`, which is a success; `undefined` if it is unknown. */
export function codeOf(error: unknown): number | undefined {
  if (error === undefined) return 200;
  return error instanceof ApiError && error.code !== 0 ? error.code : undefined;
}

/** The same error with the requested operation in its message. Other errors are returned as they are. */
export function withOperation(error: unknown, operation: string): unknown {
  if (error instanceof ApiError) return new ApiError(error.status, { operation, ...causeOf(error) });
  if (error instanceof UnexpectedAnswerError) {
    return new UnexpectedAnswerError(error.answer, { operation, problem: error.problem, ...causeOf(error) });
  }
  if (error instanceof ConnectionError) {
    return new ConnectionError(error.problem, { operation, failure: error.failure, ...causeOf(error) });
  }
  return error;
}

function causeOf(error: Error): ErrorOptions {
  return error.cause === undefined ? {} : { cause: error.cause };
}

function describeAnswer(code: number, reason: string, message: string | undefined, operation?: string): string {
  const why = message && code === 403 ? plainRefusal(message) : message;
  const answer = `${[code || "", reason].join(" ").trim()}${why ? `: ${why}` : ""}`;
  return operation ? `Cannot ${operation} as the API server answered ${answer}` : `The API server answered ${answer}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The reasons that belong to status codes, for answers without a reason. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "NotFound"],
  [405, "MethodNotAllowed"],
  [406, "NotAcceptable"],
  [409, "Conflict"],
  [410, "Gone"],
  [413, "RequestEntityTooLarge"],
  [415, "UnsupportedMediaType"],
  [422, "Invalid"],
  [429, "TooManyRequests"],
  [500, "InternalError"],
  [503, "ServiceUnavailable"],
  [504, "Timeout"],
]);
