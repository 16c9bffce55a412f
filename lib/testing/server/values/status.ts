/** The API server's refusals: a `Status`, and the error that carries it. */

import { jsonText } from "./json.ts";

/** One of several reasons, with its field. */
export interface StatusCause {
  /** The kind of reason, such as `FieldValueInvalid`. */
  reason: string;
  /** The reason, for people. */
  message: string;
  /** The path of the field. */
  field?: string;
}

/** The object of a status. */
export interface StatusDetails {
  /** The object's name. */
  name?: string;
  /** The API group; absent for the core group. */
  group?: string;
  /** The resource, or (for validation) the kind. */
  kind?: string;
  /** The object's UID. */
  uid?: string;
  /** The individual reasons. */
  causes?: StatusCause[];
  /** After how many seconds to retry. */
  retryAfterSeconds?: number;
}

/** The body of an answer without an object. */
export interface Status {
  /** Always `Status`. */
  kind: "Status";
  /** Always `v1`. */
  apiVersion: "v1";
  /** For an expired list: a token to continue anyway. */
  metadata: { continue?: string; resourceVersion?: string };
  /** Whether the request succeeded. */
  status: "Success" | "Failure";
  /** What happened, for people. */
  message?: string;
  /** What happened, in one word. */
  reason?: string;
  /** The object that it is about. */
  details?: StatusDetails;
  /** The HTTP status code. */
  code?: number;
}

/**
 * An error answer of the API server, in the form that clients of this contract throw: with `httpCode` and `status`.
 * Throw one from an interceptor or an admission hook, and the embedded cluster answers with it.
 */
export class StatusError extends Error {
  /** The error's name. */
  override readonly name = "StatusError";
  /** The HTTP status code. */
  readonly httpCode: number;
  /** The body of the answer. */
  readonly status: Status;

  /**
   * Creates the error for an answer.
   *
   * @param code The HTTP status code.
   * @param reason The reason, such as `Conflict`.
   * @param message What went wrong.
   * @param details The object that it is about.
   */
  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(`Kubernetes returned HTTP ${code} ${reason}: ${message}`);
    this.httpCode = code;
    this.status = {
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message },
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** The subject of an error: a resource, or (for validation) a kind. */
interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

function qualified(group: string, name: string): string {
  return group === "" ? name : `${name}.${group}`;
}

function detailsOf(group: string, kind: string, name: string): StatusDetails {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind };
}

/** 404: no object has this name. */
export function notFound({ group, plural }: Subject, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualified(group, plural)} "${name}" not found`,
    detailsOf(group, plural, name),
  );
}

/** 404: the server has no such resource. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

/** 409: an object has this name already. */
export function alreadyExists({ group, plural }: Subject, name: string, deleting: boolean): StatusError {
  const message = `${deleting ? "object is being deleted: " : ""}${qualified(group, plural)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, detailsOf(group, plural, name));
}

/** 409: the object is not what the request expects. */
export function conflict({ group, plural }: Subject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(group, plural)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(group, plural, name));
}

/** 409: the object has another resourceVersion than the request. */
export function modified(resource: Subject, name: string): StatusError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(resource, name, why);
}

/** 409: a precondition of a deletion is not met. Names the kind, like the API server. */
export function preconditionFailed({ group, kind }: Subject, name: string, why: string): StatusError {
  return conflict({ group, plural: kind, kind }, name, why);
}

/** 403: not allowed, or refused by admission. */
export function forbidden({ group, plural }: Subject, name: string, why: string, causes?: StatusCause[]): StatusError {
  const details = detailsOf(group, plural, name);
  const message = `${qualified(group, plural)} ${name === "" ? "" : `"${name}" `}is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, causes ? { ...details, causes } : details);
}

/** 400: the request is malformed. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 405: the resource does not support this verb. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

/** 415: the type of the body is not supported. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const list = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

/** 410: the requested version is no longer in the history. */
export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

/** 504: the requested resource version is in the future. */
export function resourceVersionTooLarge(asked: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new StatusError(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}

export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** 422: fields are invalid. The message names `subject.kind`. */
export function invalid(
  subject: Pick<Subject, "group" | "kind">,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  // An error that is found twice is in the message once, but twice in the causes.
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  const message = `${qualified(subject.group, subject.kind)} "${name}" is invalid: ${list}`;
  return new StatusError(422, "Invalid", message, { ...detailsOf(subject.group, subject.kind, name), causes });
}

/** The error for a missing field. */
export function required(field: string, why = ""): FieldError {
  return { reason: "FieldValueRequired", field, message: why === "" ? "Required value" : `Required value: ${why}` };
}

export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${shown(value)}: ${why}` };
}

/** The error for a text that is too long. */
export function tooLong(field: string, limit: number): FieldError {
  return { reason: "FieldValueTooLong", field, message: `Too long: may not be more than ${limit} bytes` };
}

/** The error for a field that must not be present, or not be changed. */
export function forbiddenField(field: string, why: string): FieldError {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${why}` };
}

/** The error for an unsupported value. */
export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const list = supported.map(shown).join(", ");
  const message = `Unsupported value: ${shown(value)}: supported values: ${list}`;
  return { reason: "FieldValueNotSupported", field, message };
}

/** A value, as in error messages. */
export function shown(value: unknown): string {
  return jsonText(value) ?? "null";
}
