/** The span of a request. */

import type { Attributes, Context, SpanKind, Tracer } from "@opentelemetry/api";
import { contextWith } from "./contexts.ts";
import { withContext } from "./open_telemetry.ts";
import { type RequestFacts, resourceLabel } from "./requests.ts";
import { endSpan } from "./span_end.ts";

/** `SpanKind.CLIENT`, without loading the package. */
const CLIENT = 2 satisfies SpanKind.CLIENT;

/** What a request's span is a part of. */
export interface RequestParent {
  /** Makes it. */
  readonly tracer: Tracer;
  /** The context with the span above it. */
  readonly parent: Context;
}

/** Sends a request within a span of its own. */
export async function traceRequest(
  facts: RequestFacts,
  send: () => Promise<unknown>,
  { tracer, parent }: RequestParent,
): Promise<unknown> {
  const resource = resourceLabel(facts);
  const options = { kind: CLIENT, attributes: attributesOf(facts, resource) };
  const span = tracer.startSpan(`${facts.verb} ${resource}`, options, parent);
  try {
    const answer = await withContext(contextWith(span, parent), send);
    span.end();
    return answer;
  } catch (error) {
    const code: unknown = (error as { code?: unknown } | null)?.code;
    endSpan(span, typeof code === "number" && code > 0 ? { "http.response.status_code": code } : {}, { error });
    throw error;
  }
}

function attributesOf(
  { verb, subresource, attempt, namespace, name }: RequestFacts,
  resource: string,
): Attributes {
  return {
    "staircase.api.verb": verb,
    "staircase.api.resource": resource,
    "staircase.api.attempt": attempt,
    ...(subresource !== undefined && { "staircase.api.subresource": subresource }),
    ...(namespace !== undefined && { "k8s.namespace.name": namespace }),
    ...(name !== undefined && { "staircase.api.name": name }),
  };
}
