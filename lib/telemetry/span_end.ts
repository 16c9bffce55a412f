/** How a span ends, and what went wrong in it. */

import type { Attributes, Span, SpanStatusCode } from "@opentelemetry/api";

/** `SpanStatusCode.ERROR`, without loading the package. */
const ERROR = 2 satisfies SpanStatusCode.ERROR;

/** How a span ends. */
export interface SpanEnding {
  /** What was thrown, if anything. */
  readonly error?: unknown;
  /**
   * When it ended, in milliseconds since the Unix epoch.
   * @default {now}
   */
  readonly at?: number;
}

/** Ends a span, with what is known at its end. */
export function endSpan(span: Span, attributes: Attributes, { error, at }: SpanEnding = {}): void {
  span.setAttributes(attributes);
  if (error !== undefined) {
    const exception = error instanceof Error ? error : new Error(String(error));
    span.recordException(exception, at);
    span.setStatus({ code: ERROR, message: exception.message });
  }
  span.end(at);
}
