/** Answers about Secrets, without what the API server may repeat of their data. */

import type { ResourceKind } from "../../model/mod.ts";
import { ApiError, type StatusCause, UnexpectedAnswerError } from "./errors.ts";

/** Reasons whose messages name objects, users and versions, and never repeat what was sent. */
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

/** How RBAC refuses. What else is forbidden was forbidden by an admission webhook, in words of its own. */
const BY_RBAC = /is forbidden: User "[^"]*" cannot \S+ resource "secrets"[^:]*$/;

/**
 * The same error, fit to be logged. When the API server refuses a Secret, it may repeat values of it (`Invalid value: "…"`), and
 * so may an admission webhook; of such an answer, the reason and the fields are kept. Errors about other kinds come back as they
 * are: nothing in them is secret by what it is.
 */
export function withoutSecrets(error: unknown, kind: Pick<ResourceKind, "group" | "plural">): unknown {
  if (kind.group !== "" || kind.plural !== "secrets") return error;
  if (error instanceof UnexpectedAnswerError) return new UnexpectedAnswerError("left out, as it may hold secrets");
  if (!(error instanceof ApiError) || isHarmless(error)) return error;
  const { code, reason, causes } = error;
  const fields = causes.flatMap((cause) => cause.field === undefined ? [] : [cause.field]);
  const about = fields.length === 0 ? "" : `; it is about ${fields.join(", ")}`;
  const details = error.details && { ...error.details, causes: causes.map(withoutWords) };
  // Without the cause, which has the same words.
  return new ApiError({
    code,
    reason,
    message: `(its words are left out, as they may repeat data of the Secret${about})`,
    ...(details && { details }),
  });
}

function isHarmless({ reason, status: { message = "" } }: ApiError): boolean {
  return HARMLESS.has(reason) || (reason === "Forbidden" && BY_RBAC.test(message));
}

function withoutWords({ reason, field }: StatusCause): StatusCause {
  return { ...(reason !== undefined && { reason }), ...(field !== undefined && { field }) };
}
