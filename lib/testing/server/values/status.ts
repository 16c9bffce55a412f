/** What the API server answers when it cannot do what was asked: a `Status`, and the error that carries it. */

import { jsonText } from "./json.ts";

/** One reason of several, with the field it is about. */
export interface StatusCause {
  /** The kind of reason, such as `FieldValueInvalid`. */
  reason: string;
  /** The reason, for people. */
  message: string;
  /** The path of the field. */
  field?: string;
}

/** What a status is about. */
export interface StatusDetails {
  /** The object's name. */
  name?: string;
  /** The API group; absent for the core group. */
  group?: string;
  /** The resource, or (for validation) the kind. */
  kind?: string;
  /** The object's UID. */
  uid?: string;
  /** The reasons one by one. */
  causes?: StatusCause[];
  /** When it is worth trying again. */
  retryAfterSeconds?: number;
}

/** The body of an answer that is not an object. */
export interface Status {
  /** Always the same. */
  kind: "Status";
  /** Always the same. */
  apiVersion: "v1";
  /** Of a list that is expired: the token to go on with all the same. */
  metadata: { continue?: string; resourceVersion?: string };
  /** Whether what was asked for was done. */
  status: "Success" | "Failure";
  /** What happened, for people. */
  message?: string;
  /** What happened, in one word. */
  reason?: string;
  /** What it is about. */
  details?: StatusDetails;
  /** The HTTP status code. */
  code?: number;
}

/**
 * An answer of the API server that is an error, in the shape that clients of this contract throw: `httpCode` and `status`.
 * Throw one from an interceptor or an admission hook to have the embedded cluster answer with it.
 */
export class StatusError extends Error {
  /** The name of this class of errors. */
  override readonly name = "StatusError";
  /** The HTTP status code. */
  readonly httpCode: number;
  /** The body of the answer. */
  readonly status: Status;

  /**
   * Makes an error of the answer that it stands for.
   *
   * @param code The HTTP status code.
   * @param reason The reason, such as `Conflict`.
   * @param message What went wrong.
   * @param details What it is about.
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

/** What an error is about: a resource, or (for validation) a kind. */
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

/** 404: there is no object of this name. */
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

/** 409: there is an object of this name. */
export function alreadyExists({ group, plural }: Subject, name: string, deleting: boolean): StatusError {
  const message = `${deleting ? "object is being deleted: " : ""}${qualified(group, plural)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, detailsOf(group, plural, name));
}

/** 409: the object is not what the request takes it for. */
export function conflict({ group, plural }: Subject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(group, plural)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(group, plural, name));
}

/** 409: the object has another resourceVersion than the request was made for. */
export function modified(resource: Subject, name: string): StatusError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(resource, name, why);
}

/** 409: a precondition of a deletion does not hold. Speaks of the kind, as the API server does. */
export function preconditionFailed({ group, kind }: Subject, name: string, why: string): StatusError {
  return conflict({ group, plural: kind, kind }, name, why);
}

/** 403: allowed to nobody, or refused by admission. */
export function forbidden({ group, plural }: Subject, name: string, why: string, causes?: StatusCause[]): StatusError {
  const details = detailsOf(group, plural, name);
  const message = `${qualified(group, plural)} ${name === "" ? "" : `"${name}" `}is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, causes ? { ...details, causes } : details);
}

/** 400: the request makes no sense. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 405: the resource does not know this verb. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

/** 415: the body is of a type that is not understood here. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const list = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

/** 410: what was asked for is no longer remembered. */
export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

/** 504: the resource version lies in the future. */
export function resourceVersionTooLarge(asked: number, current: number): StatusError {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new StatusError(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}

/** One field that is not as it must be. */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** 422: fields are not as they must be. `subject.kind` is the kind that the message names. */
export function invalid(
  subject: Pick<Subject, "group" | "kind">,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  // What is found twice is said once, but listed twice.
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const causes = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  const message = `${qualified(subject.group, subject.kind)} "${name}" is invalid: ${list}`;
  return new StatusError(422, "Invalid", message, { ...detailsOf(subject.group, subject.kind, name), causes });
}

/** A field that must be there. */
export function required(field: string, why = ""): FieldError {
  return { reason: "FieldValueRequired", field, message: why === "" ? "Required value" : `Required value: ${why}` };
}

/** A field with a value that cannot be. */
export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${shown(value)}: ${why}` };
}

/** A field with a text that is too long. */
export function tooLong(field: string, limit: number): FieldError {
  return { reason: "FieldValueTooLong", field, message: `Too long: may not be more than ${limit} bytes` };
}

/** A field that may not be there, or not be changed. */
export function forbiddenField(field: string, why: string): FieldError {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${why}` };
}

/** A field that is none of the values that it can have. */
export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const list = supported.map(shown).join(", ");
  const message = `Unsupported value: ${shown(value)}: supported values: ${list}`;
  return { reason: "FieldValueNotSupported", field, message };
}

/** A value as error messages show it. */
export function shown(value: unknown): string {
  return jsonText(value) ?? "null";
}
