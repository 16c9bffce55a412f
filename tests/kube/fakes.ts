/** A client that answers from a script, a clock that never waits, and objects to speak of. */

import type { CustomObject, KubeObject, ResourceKind } from "../../lib/model/mod.ts";
import { apiVersionOf, kindOf } from "../../lib/model/mod.ts";
import type { Clock, Random } from "../../lib/time/mod.ts";
import type { ClusterClient, RequestOptions, RequestRecord, Transport } from "../../lib/kube/mod.ts";

/** An answer: a JSON value, a text, an error to be thrown, or a function that makes one of these. */
export type Answer = object | string | Error | ((request: RequestOptions) => unknown);

/** A request as it was made, with what matters of it. */
export interface SeenRequest {
  call: string;
  body?: unknown;
  contentType?: string;
}

/** A client that gives the answers in their order, and keeps the requests. */
export function scriptedClient(answers: readonly Answer[]): { client: ClusterClient; seen: SeenRequest[] } {
  const seen: SeenRequest[] = [];
  const left = [...answers];
  const performRequest = async (request: RequestOptions) => {
    await Promise.resolve();
    request.abortSignal?.throwIfAborted();
    const { method, path, querystring, bodyJson, contentType } = request;
    const query = querystring ? `?${decodeURIComponent(String(querystring))}` : "";
    seen.push({
      call: `${method} ${path}${query}`,
      ...(bodyJson !== undefined && { body: structuredClone(bodyJson) }),
      ...(contentType !== undefined && { contentType }),
    });
    const next = left.shift();
    if (next === undefined) throw new RangeError(`the script has no answer for ${method} ${path}`);
    const answer = typeof next === "function" ? await next(request) : next;
    if (answer instanceof Error) throw answer;
    return new TextEncoder().encode(typeof answer === "string" ? answer : JSON.stringify(answer));
  };
  return { client: { performRequest } as ClusterClient, seen };
}

/** A clock whose timers fire at once, as if their time had come; but for those of more than a minute, which are deadlines. */
export class HastyClock implements Clock {
  /** The delays that were asked for. */
  readonly waits: number[] = [];
  #time = 0;
  now = () => this.#time;
  monotonic = () => this.#time;
  timer(delay: number, fire: () => void) {
    if (delay > 60_000) return { cancel() {} };
    let live = true;
    this.waits.push(delay);
    queueMicrotask(() => {
      if (!live) return;
      this.#time += delay;
      fire();
    });
    return { cancel: () => void (live = false) };
  }
}

/** Always the same. */
export const noRandom: Random = { next: () => 0 };

/** A transport over scripted answers. */
export function scriptedTransport(...answers: Answer[]) {
  const { client, seen } = scriptedClient(answers);
  const clock = new HastyClock();
  const records: RequestRecord[] = [];
  const transport: Transport = { client, clock, random: noRandom, onRequest: (record) => records.push(record) };
  return { transport, seen, clock, records };
}

/** A `Status` of failure. */
export function failure(code: number, reason: string, message = "", details: object = {}): object {
  return { apiVersion: "v1", kind: "Status", status: "Failure", code, reason, message, details };
}

/** What Deno's fetch throws. */
export function fetchError(words: string): Error {
  return new TypeError("fetch failed", { cause: new Error(words) });
}

/** A connection that nobody takes. */
export const refused = (): Error =>
  fetchError(
    "error sending request for url (https://10.0.0.1/): client error (Connect): tcp connect error: Connection refused",
  );
/** A connection that breaks. */
export const broken = (): Error =>
  fetchError(
    "error sending request from 10.0.0.2:1 for https://10.0.0.1/ (10.0.0.1:443): client error (SendRequest): " +
      "connection closed before message completed",
  );

/** A kind of the tests. */
export type Foo = CustomObject<{ n?: number }, { a?: number; b?: Record<string, number>; l?: string[] }>;
/** A kind of the tests. */
export const Foo: ResourceKind<Foo> = kindOf<Foo>({ group: "example.dev", version: "v1", kind: "Foo", plural: "foos" });
/** A cluster-scoped kind of the tests. */
export const Zone: ResourceKind = kindOf({
  group: "example.dev",
  version: "v1",
  kind: "Zone",
  plural: "zones",
  scope: "Cluster",
});

/** A stored Foo. */
export function storedFoo(metadata: Partial<KubeObject["metadata"]> = {}, rest: Partial<Foo> = {}): Foo {
  return {
    apiVersion: "example.dev/v1",
    kind: "Foo",
    metadata: {
      name: "a",
      namespace: "default",
      uid: "uid-a",
      resourceVersion: "10",
      creationTimestamp: "2024-01-01T00:00:00Z",
      ...metadata,
    },
    spec: {},
    ...rest,
  };
}

/** A stored ConfigMap. */
export function storedMap(metadata: Partial<KubeObject["metadata"]> = {}, data: Record<string, string> = {}) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "m",
      namespace: "default",
      uid: "uid-m",
      resourceVersion: "20",
      creationTimestamp: "2024-01-01T00:00:00Z",
      ...metadata,
    },
    data,
  };
}

/** A list, as the API server answers it: of built-in kinds, without the kind of the items. */
export function listOf(kind: ResourceKind, items: readonly object[] | null = [], next?: string): object {
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: "100", continue: next },
    items,
  };
}
