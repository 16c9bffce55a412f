/** The span of a request. */

import type { Context, SpanKind, Tracer } from "@opentelemetry/api";
import { resourceLabel } from "../metrics/mod.ts";
import { SPAN_KEY, withContext } from "../open_telemetry.ts";
import { endSpan } from "./span_end.ts";

/** What an attempt of a request asks for. */
export interface RequestFacts {
  /** What is asked. */
  readonly verb: string;
  /** The API group; `""` for the core group. */
  readonly group: string;
  /** The plural name of the kind. */
  readonly resource: string;
  /** The part of the object, if one. */
  readonly subresource: string | undefined;
  /** The namespace, if one. */
  readonly namespace: string | undefined;
  /** The object's name, if one. */
  readonly name: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
}

/** `SpanKind.CLIENT`, without loading the package. */
const CLIENT = 2 satisfies SpanKind.CLIENT;

/** Sends a request within a span of its own, below the one that the context has. */
export async function traceRequest(
  { verb, group, resource, subresource, namespace, name, attempt }: RequestFacts,
  send: () => Promise<unknown>,
  tracer: Tracer,
  parent: Context,
): Promise<unknown> {
  const label = resourceLabel(resource, group);
  const attributes = {
    "staircase.api.verb": verb,
    "staircase.api.resource": label,
    "staircase.api.attempt": attempt,
    ...(subresource !== undefined && { "staircase.api.subresource": subresource }),
    ...(namespace !== undefined && { "k8s.namespace.name": namespace }),
    ...(name !== undefined && { "staircase.api.name": name }),
  };
  const span = tracer.startSpan(`${verb} ${label}`, { kind: CLIENT, attributes }, parent);
  try {
    const answer = await withContext(parent.setValue(SPAN_KEY, span), send);
    span.end();
    return answer;
  } catch (error) {
    const code: unknown = (error as { code?: unknown } | null)?.code;
    endSpan(span, typeof code === "number" && code > 0 ? { "http.response.status_code": code } : {}, error);
    throw error;
  }
}
