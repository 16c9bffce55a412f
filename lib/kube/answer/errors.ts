/** What goes wrong between this process and the API server: an answer that says no, or no answer at all. */

/** One of the reasons for which the API server refused, such as one invalid field. */
export interface StatusCause {
  /** What sort of reason it is, such as `FieldValueInvalid`. */
  readonly reason?: string;
  /** The reason, for people. */
  readonly message?: string;
  /** The field that is wrong, such as `spec.replicas`. */
  readonly field?: string;
}

/**
 * The longest wait that an API server can ask for, in milliseconds. What it asks for by itself is a minute at most; proxies before
 * it ask for an hour while they are being worked on, and nobody would want an operator to be deaf for so long afterwards.
 */
const LONGEST_RETRY_AFTER = 300_000;

/** What a refusal was about. */
export interface StatusDetails {
  /** The object's name. */
  readonly name?: string;
  /** The API group. */
  readonly group?: string;
  /** The kind, or its plural name. */
  readonly kind?: string;
  /** The object's UID. */
  readonly uid?: string;
  /** The single reasons. */
  readonly causes?: readonly StatusCause[];
  /** When to ask again. */
  readonly retryAfterSeconds?: number;
}

/** The `Status` object with which the API server says no. */
export interface ApiStatus {
  /** The HTTP status code. */
  readonly code?: number;
  /** Kubernetes' word for it, such as `AlreadyExists`. */
  readonly reason?: string;
  /** What is wrong, for people. */
  readonly message?: string;
  /** What it was about. */
  readonly details?: StatusDetails;
}

/** What an {@link ApiError} knows besides the answer. */
export interface ApiErrorOptions extends ErrorOptions {
  /** What was asked for, as verb and object: `create Secret default/foo`. */
  operation?: string | undefined;
}

/** The API server said no. */
export class ApiError extends Error {
  /** Tells the class from others. */
  override readonly name = "ApiError";
  /** The HTTP status code; 0 when it is not known. */
  readonly code: number;
  /** Kubernetes' word for it, such as `AlreadyExists`. */
  readonly reason: string;
  /** The `Status` of the answer. */
  readonly status: ApiStatus;
  /** What was asked for: `create Secret default/foo`. */
  readonly operation: string | undefined;

  /**
   * An error for an answer.
   *
   * @param status The `Status` that the API server answered with, or one that says the same.
   * @param options What was asked for, and the cause.
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

  /** What the refusal was about, when the API server said so. */
  get details(): StatusDetails | undefined {
    return this.status.details;
  }

  /** The single reasons, such as one for each invalid field; empty when there are none. */
  get causes(): readonly StatusCause[] {
    return this.status.details?.causes ?? [];
  }

  /**
   * Milliseconds after which the API server wants to be asked again, when it said so; more than 0 and at most five minutes.
   * What is no such number in its answer is as if it had said nothing.
   */
  get retryAfter(): number | undefined {
    const seconds: unknown = this.status.details?.retryAfterSeconds;
    return typeof seconds === "number" && seconds > 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER) : undefined;
  }
}

/** Why there is no answer. */
export type ConnectionFailure =
  /** Nobody answers at the address: refused, no such host, no route. */
  | "unreachable"
  /** Somebody answers, but the certificate is not to be trusted. */
  | "untrusted"
  /** The connection broke after it had been made. */
  | "broken";

/** How a {@link ConnectionError} came about. */
export interface ConnectionErrorOptions extends ErrorOptions {
  /** Why there is no answer. */
  failure: ConnectionFailure;
  /** What was asked for, as verb and object: `create Secret default/foo`. */
  operation?: string | undefined;
}

/** The API server did not answer. */
export class ConnectionError extends Error {
  /** Tells the class from others. */
  override readonly name = "ConnectionError";
  /** Why there is no answer. */
  readonly failure: ConnectionFailure;
  /** What was asked for: `create Secret default/foo`. */
  readonly operation: string | undefined;
  /** What happened, without what was asked for. */
  readonly problem: string;

  /**
   * An error for an answer that did not come.
   *
   * @param problem What happened, as a clause: `the connection to the API server broke`.
   * @param options Why, what was asked for, and the cause.
   */
  constructor(problem: string, options: ConnectionErrorOptions) {
    super(options.operation ? `Cannot ${options.operation} as ${problem}` : capitalised(problem), options);
    this.problem = problem;
    this.failure = options.failure;
    this.operation = options.operation;
  }

  /** Whether the request reached the API server: certainly not, or nobody knows. */
  get sent(): "no" | "unknown" {
    return this.failure === "broken" ? "unknown" : "no";
  }
}

/** What an {@link UnexpectedAnswerError} knows besides the answer. */
export interface UnexpectedAnswerOptions extends ApiErrorOptions {
  /** What is wrong with an answer that is JSON, without what it holds: `it has no items`. */
  problem?: string | undefined;
}

/**
 * Something answered that does not speak as a Kubernetes API server does: a proxy's page, half an answer, or JSON that is not
 * what was asked for.
 */
export class UnexpectedAnswerError extends Error {
  /** Tells the class from others. */
  override readonly name = "UnexpectedAnswerError";
  /** The start of what was answered. */
  readonly answer: string;
  /** What was asked for: `create Secret default/foo`. */
  readonly operation: string | undefined;
  /** What is wrong with an answer that is JSON; `undefined` for one that is none. */
  readonly problem: string | undefined;

  /**
   * An error for an answer that nobody understands.
   *
   * @param answer The start of what was answered; empty when it is not to be shown.
   * @param options What was asked for, what is wrong, and the cause.
   */
  constructor(answer: string, options: UnexpectedAnswerOptions = {}) {
    const { operation, problem } = options;
    super(
      `Cannot ${
        operation ?? "read the answer"
      } as it is not a Kubernetes API server that answered, or something between ` +
        `has changed the answer: ${problem ?? `current answer is ${answer === "" ? "empty" : JSON.stringify(answer)}`}`,
      options,
    );
    this.answer = answer;
    this.operation = operation;
    this.problem = problem;
  }
}

/** The HTTP status that an attempt came to: 200 for `undefined`, which is a success; `undefined` when nobody knows. */
export function codeOf(error: unknown): number | undefined {
  if (error === undefined) return 200;
  return error instanceof ApiError && error.code !== 0 ? error.code : undefined;
}

/** The same error, saying what was asked for. Anything that is none of these errors comes back as it is. */
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
  const answer = `${[code || "", reason].join(" ").trim()}${message ? `: ${message}` : ""}`;
  return operation ? `Cannot ${operation} as the API server answered ${answer}` : `The API server answered ${answer}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The reasons that belong to bare codes, for answers that give none. */
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
