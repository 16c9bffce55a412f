/** One JSON request to the API server, retried while that is safe. */

import type { Clock, Random } from "../../time/mod.ts";
import { sleep } from "../../time/mod.ts";
import { apiVersionOf, describeObject, type ResourceKind } from "../../model/mod.ts";
import {
  answerProblem,
  ApiError,
  codeOf,
  isAnotherObject,
  isKindNotServed,
  isPatchMismatch,
  parseAnswer,
  toApiError,
  UnexpectedAnswerError,
  withOperation,
  withoutSecrets,
} from "../answer/mod.ts";
import type { RequestFacts } from "../../telemetry/mod.ts";
import { answeredWithin } from "./answer_deadline.ts";
import type { ClusterClient, HttpMethods, RequestOptions } from "./client.ts";
import { type DirectWay, directWayTo } from "./direct.ts";
import { collectionPath, objectPath } from "./paths.ts";
import { retryDelay } from "./retry.ts";
import { testsUid } from "./same_object.ts";

/** What requests need. */
export interface Transport {
  /** Performs the requests. */
  readonly client: ClusterClient;
  /** Measures the waits between attempts. */
  readonly clock: Clock;
  /** The jitter of the waits. */
  readonly random: Random;
  /**
   * How long one attempt may take, in milliseconds. This is for requests whose signal has no deadline; the requests of
   * a Run have one.
   * @default {no limit}
   */
  readonly timeout?: number | undefined;
  /** Called after each attempt. */
  readonly onRequest?: RequestListener | undefined;
  /** Wraps each attempt, for tracing. */
  readonly around?: RequestWrapper | undefined;
}

/** The RBAC verbs that one request can stand for. */
export type RequestVerb = "get" | "list" | "create" | "update" | "patch" | "delete";

/** A finished attempt of a request. */
export interface RequestRecord extends RequestFacts {
  /** The HTTP status: 200 for any success; `undefined` if there was no answer or the status is unknown. */
  readonly code: number | undefined;
  /** The name of the thrown error; `undefined` for a success. */
  readonly error: string | undefined;
  /** How long the attempt took, in milliseconds. */
  readonly durationMs: number;
}

/** Called after each attempt of a request. It must not throw. */
export type RequestListener = (record: RequestRecord) => void;

/** Wraps an attempt: it must call `send` once, and return or throw what that does. */
export type RequestWrapper = (facts: RequestFacts, send: () => Promise<unknown>) => Promise<unknown>;

/** A request in Kubernetes' terms. */
export interface KubeRequest {
  /** The verb. */
  readonly verb: RequestVerb;
  /** The kind. */
  readonly kind: ResourceKind;
  /** Absent for cluster-scoped kinds, and to list all namespaces. */
  readonly namespace?: string | undefined;
  /** Absent for `list` and `create`. */
  readonly name?: string | undefined;
  /** The subresource, such as `status`. */
  readonly subresource?: string | undefined;
  /** Query parameters; undefined ones are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The body, as a JSON value. */
  readonly body?: unknown;
  /**
   * The media type of the body.
   * @default {"application/json"}
   */
  readonly contentType?: string;
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Describes the request, for errors.
   * @default {the verb and the object}
   */
  readonly describe?: (() => string) | undefined;
}

const METHODS: Readonly<Record<RequestVerb, HttpMethods>> = {
  get: "GET",
  list: "GET",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
};

/**
 * Sends a request, and retries it for a few seconds while that is safe: if the API server said that it did not carry
 * the request out, if nobody could be reached, and, for reads, whenever the server or the connection failed. A write
 * that may have been carried out is never sent again: not by this function, and not by a client's `fetch`, which is
 * given a body that it cannot send twice ({@link ClusterClient.sendsOnce}).
 *
 * @returns The answer as JSON: the object, a list of the kind, or a `Status` of success if there is no other answer.
 * @throws {ApiError} If the API server refuses the request.
 * @throws {ConnectionError} If there is no answer; `sent` says whether the request may have been carried out.
 * @throws {UnexpectedAnswerError} If the answer is not one of a Kubernetes API server to this request.
 * @throws The signal's reason, if it is aborted.
 */
export async function send(transport: Transport, request: KubeRequest): Promise<unknown> {
  const { clock, random } = transport;
  const attemptOnce = prepared(transport, request);
  const readOnly = METHODS[request.verb] === "GET";
  const start = clock.monotonic();
  for (let attempt = 1;; attempt++) {
    try {
      request.signal?.throwIfAborted();
      // `return await`, so that errors are caught here.
      return await (transport.onRequest || transport.around
        ? reportAttempt(transport, request, attemptOnce, attempt)
        : exchange(request, attemptOnce));
    } catch (error) {
      request.signal?.throwIfAborted();
      const elapsed = clock.monotonic() - start;
      const delay = retryDelay({ error, readOnly, attempt, elapsed, random: random.next() });
      if (delay === undefined) throw explained(error, request);
      await sleep(clock, delay, request.signal);
    }
  }
}

/** Makes one attempt. The parts of the request are built once for all attempts. */
type Attempt = () => Promise<string | Uint8Array>;

type Ask = (signal: AbortSignal | undefined) => Promise<string | Uint8Array>;

function prepared({ client, clock, timeout }: Transport, request: KubeRequest): Attempt {
  const { signal } = request;
  const way = directWayTo(client);
  const ask = way ? askDirectly(way, request) : askByContract(client, request);
  // Most requests need no deadline here, which saves a promise.
  return timeout === undefined ? () => ask(signal) : () => answeredWithin(clock, timeout, signal, ask);
}

function askDirectly(way: DirectWay, request: KubeRequest): Ask {
  const { verb, query, body, contentType = "application/json" } = request;
  const method = METHODS[verb];
  const parameters = query && toParameters(query);
  const path = pathOf(request);
  const target = parameters ? `${path}?${parameters}` : path;
  if (body === undefined) return (signal) => way({ method, target, body, contentType: undefined, signal });
  let text: string | undefined;
  return (signal) => way({ method, target, body: text ??= JSON.stringify(body), contentType, signal });
}

function askByContract(client: ClusterClient, request: KubeRequest): Ask {
  const options = toOptions(request, client.sendsOnce === true);
  // Reads bytes instead of using expectJson: not every client recognizes an error answer.
  return (signal) =>
    client.performRequest(
      signal === undefined || signal === request.signal ? options : { ...options, abortSignal: signal },
    );
}

/** Makes one attempt and reports it. */
async function reportAttempt(
  { clock, onRequest, around }: Transport,
  request: KubeRequest,
  attemptOnce: Attempt,
  attempt: number,
): Promise<unknown> {
  const start = onRequest ? clock.monotonic() : 0;
  try {
    const answer = await (around
      ? around(toFacts(request, attempt), () =>
        exchange(request, attemptOnce))
      : exchange(request, attemptOnce));
    onRequest?.(toRecord(request, attempt, clock.monotonic() - start, undefined));
    return answer;
  } catch (error) {
    onRequest?.(toRecord(request, attempt, clock.monotonic() - start, error));
    throw error;
  }
}

async function exchange(request: KubeRequest, attemptOnce: Attempt): Promise<unknown> {
  let answer: unknown;
  try {
    answer = parseAnswer(await attemptOnce());
  } catch (thrown) {
    throw withoutSecrets(toApiError(thrown), request.kind);
  }
  const problem = answerProblem(answer, request);
  if (problem !== undefined) throw new UnexpectedAnswerError("", { problem });
  return answer;
}

function toOptions(request: KubeRequest, sendsOnce: boolean): RequestOptions {
  const { verb, query, body, signal, contentType = "application/json" } = request;
  const options: RequestOptions = { method: METHODS[verb], path: pathOf(request), accept: "application/json" };
  const querystring = query && toQuerystring(query);
  if (querystring) options.querystring = querystring;
  if (body !== undefined) {
    options.bodyJson = body as NonNullable<RequestOptions["bodyJson"]>;
    options.contentType = contentType;
    if (!sendsOnce) addStream(options);
  }
  if (signal) options.abortSignal = signal;
  return options;
}

/**
 * Adds the body a second time, as a stream that is created anew at each read, because each attempt consumes one. It is
 * an enumerable property, so that it survives when a wrapper copies the options.
 */
function addStream(options: RequestOptions): void {
  const { bodyJson } = options;
  const get = () => new Blob([JSON.stringify(bodyJson)]).stream();
  Object.defineProperty(options, "bodyStream", { get, enumerable: true });
}

/** The defined parameters, if any. Added one by one: the constructor takes eight times as long with a list of them. */
function toQuerystring(query: NonNullable<KubeRequest["query"]>): URLSearchParams | undefined {
  let parameters: URLSearchParams | undefined;
  for (const name in query) {
    const value = query[name];
    if (value !== undefined) (parameters ??= new URLSearchParams()).append(name, value);
  }
  return parameters;
}

/** The defined parameters, as in a URL. */
function toParameters(query: NonNullable<KubeRequest["query"]>): string {
  let parameters = "";
  for (const name in query) {
    const value = query[name];
    if (value === undefined) continue;
    parameters += `${parameters && "&"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  return parameters;
}

function pathOf({ kind, namespace, name, subresource }: KubeRequest): string {
  if (name === undefined) return collectionPath(kind, namespace);
  return objectPath(kind, namespace === undefined ? { name } : { namespace, name }, subresource);
}

function describeRequest({ verb, kind, namespace, name, subresource }: KubeRequest): string {
  const part = subresource === undefined ? "" : `${subresource} of `;
  if (name !== undefined) return `${verb} ${part}${describeObject(kind, namespace ? { namespace, name } : { name })}`;
  return `${verb} ${kind.kind}${verb === "list" ? " objects" : ""}${
    namespace === undefined ? "" : ` in namespace ${namespace}`
  }`;
}

/** Adds the operation to the error, and a clearer message where the API server's says little. */
function explained(error: unknown, request: KubeRequest): unknown {
  const operation = request.describe?.() ?? describeRequest(request);
  const message = clearerMessage(error, request);
  return error instanceof ApiError && message
    ? new ApiError({ ...error.status, message }, { operation, cause: error })
    : withOperation(error, operation);
}

function clearerMessage(
  error: unknown,
  { kind, subresource, contentType, body }: KubeRequest,
): string | undefined {
  if (isKindNotServed(error)) {
    const what = `${subresource ? `${subresource} of ` : ""}${kind.plural} of ${apiVersionOf(kind)}`;
    return `it does not know ${what}: check that the CRD is installed and the version served`;
  }
  if (isAnotherObject(error)) {
    return "this is not the object that the change was decided on: it is gone, or another one has taken its name";
  }
  if (contentType === "application/json-patch+json" && isPatchMismatch(error)) {
    if (testsUid(body)) {
      return "the object is not what it was when the change was decided on: another one has taken its name, or what the " +
        "patch relies on has changed";
    }
    return "the patch does not fit the object: a test in it failed, or a path in it is not there";
  }
  return undefined;
}

function toFacts(request: KubeRequest, attempt: number): RequestFacts {
  const { verb, kind: { group, plural }, subresource, namespace, name } = request;
  return { verb, group, resource: plural, subresource, namespace, name, attempt };
}

function toRecord(
  { verb, kind: { group, plural }, subresource, namespace, name }: KubeRequest,
  attempt: number,
  durationMs: number,
  thrown: unknown,
): RequestRecord {
  const error = thrown === undefined ? undefined : thrown instanceof Error ? thrown.name : typeof thrown;
  // Written out instead of spreading the facts: this runs for every request.
  return {
    verb,
    group,
    resource: plural,
    subresource,
    namespace,
    name,
    attempt,
    code: codeOf(thrown),
    error,
    durationMs,
  };
}
