/** How a span ends, and what went wrong in it. */

import type { Attributes, Span, SpanStatusCode } from "@opentelemetry/api";
import { isError } from "../../model/mod.ts";

/** `SpanStatusCode.ERROR`, without loading the package. */
const ERROR = 2 satisfies SpanStatusCode.ERROR;

/**
 * Ends a span, with what is known at its end.
 *
 * @param span The span. @param attributes What is known. @param error What was thrown, if anything.
 * @param at When it ended, in milliseconds since the Unix epoch; now, by default.
 */
export function endSpan(span: Span, attributes: Attributes, error: unknown, at?: number): void {
  span.setAttributes(attributes);
  if (error !== undefined) {
    const exception = exceptionOf(error);
    span.recordException(exception, at);
    span.setStatus({ code: ERROR, message: exception.message });
  }
  span.end(at);
}

/** Whatever was thrown, as an error. What cannot be read, such as a proxy that is revoked, leaves the span as it is. */
function exceptionOf(thrown: unknown): Error {
  try {
    return isError(thrown) && typeof thrown.message === "string" ? thrown : new Error(String(thrown));
  } catch {
    return new Error("something was thrown that cannot be read");
  }
}
