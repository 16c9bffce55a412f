/** Removes from errors about Secrets what the API server may repeat of their data. */

import type { ResourceKind } from "../../model/mod.ts";
import { ApiError, type StatusCause, UnexpectedAnswerError } from "./errors.ts";

/** Reasons whose messages name only objects, users and versions, and never repeat the request. */
const HARMLESS: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "Conflict",
  "Expired",
  "Gone",
  "NotFound",
  "ServiceUnavailable",
  "Timeout",
  "TooManyRequests",
  "Unauthorized",
]);

/** The message of a refusal by RBAC. Any other 403 comes from admission, with a message of its own. */
const BY_RBAC = /is forbidden: User "[^"]*" cannot \S+ resource "secrets"[^:]*$/;

/** The message of a policy that was computed for an operator; it is the same for all objects. */
const BY_OWN_POLICY =
  /ValidatingAdmissionPolicy '([^']+)' with binding '\1' denied request: the operator [-a-z0-9]+ may not /;

/** The message of the admission plugin that guards owner references. */
const BY_OWNER_REFERENCES = /^secrets "[^"]*" is forbidden: cannot set an ownerRef on a resource you can't delete/;

const HARMLESS_REFUSALS = [BY_RBAC, BY_OWN_POLICY, BY_OWNER_REFERENCES];

/**
 * Makes an error safe to log. If the API server refuses a Secret, its message may repeat values (`Invalid value: "…"`),
 * and so may that of an admission webhook. Of such an error, only the reason and the fields are kept. Errors about
 * other kinds are returned as they are, because their contents are not secret.
 */
export function withoutSecrets(error: unknown, kind: Pick<ResourceKind, "group" | "plural">): unknown {
  if (kind.group !== "" || kind.plural !== "secrets") return error;
  if (error instanceof UnexpectedAnswerError) return new UnexpectedAnswerError("not shown, as it may contain secrets");
  if (!(error instanceof ApiError) || isHarmless(error)) return error;
  const { code, reason, causes } = error;
  const fields = causes.flatMap((cause) => cause.field === undefined ? [] : [cause.field]);
  const about = fields.length === 0 ? "" : `; it is about ${fields.join(", ")}`;
  const details = error.details && { ...error.details, causes: causes.map(withoutWords) };
  // Without the cause, which has the same message.
  return new ApiError({
    code,
    reason,
    message: `(its message is not shown, as it may repeat data of the Secret${about})`,
    ...(details && { details }),
  });
}

function isHarmless({ reason, status: { message = "" } }: ApiError): boolean {
  return HARMLESS.has(reason) || reason === "Forbidden" && HARMLESS_REFUSALS.some((words) => words.test(message));
}

function withoutWords({ reason, field }: StatusCause): StatusCause {
  return { ...(reason !== undefined && { reason }), ...(field !== undefined && { field }) };
}
