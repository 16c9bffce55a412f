/** A thin face of a client for the cases: objects in, objects out, errors as statuses. */

import { assert, assertEquals } from "@std/assert";
import type { HttpMethods, RestClient } from "@cloudydeno/kubernetes-client";

/** An object, as an answer shows it. */
export interface Answered {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    generateName?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { uid: string; name: string }[];
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1: Record<string, unknown> }[];
    continue?: string;
    remainingItemCount?: number;
  };
  // deno-lint-ignore no-explicit-any -- answers have all shapes, and a case that is wrong about one shall fail
  [field: string]: any;
}

/** The body of an error. */
export interface AnsweredStatus {
  status: string;
  message: string;
  reason?: string;
  code: number;
  metadata: { continue?: string };
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: { reason: string; message: string; field?: string }[];
    retryAfterSeconds?: number;
  };
}

/** What goes with a request. */
export interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
}

/** The types of patches. */
export const PATCH = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Requests, with answers parsed. */
export class Api {
  constructor(readonly client: RestClient) {}

  /** The text of an answer. */
  async text(method: HttpMethods, path: string, options: CallOptions = {}): Promise<string> {
    const { query, body, contentType, accept } = options;
    const bytes = await this.client.performRequest({
      method,
      path,
      ...(query ? { querystring: new URLSearchParams(query) } : {}),
      ...(body === undefined ? {} : {
        bodyRaw: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
        contentType: contentType ?? "application/json",
      }),
      accept: accept ?? "application/json",
    });
    return new TextDecoder().decode(bytes);
  }

  /** The object of an answer. */
  async call(method: HttpMethods, path: string, options: CallOptions = {}): Promise<Answered> {
    return JSON.parse(await this.text(method, path, options));
  }

  get(path: string, query?: Record<string, string>): Promise<Answered> {
    return this.call("GET", path, query ? { query } : {});
  }

  create(path: string, body: unknown, query: Record<string, string> = {}): Promise<Answered> {
    return this.call("POST", path, { body, query });
  }

  update(path: string, body: unknown, query: Record<string, string> = {}): Promise<Answered> {
    return this.call("PUT", path, { body, query });
  }

  patch(path: string, type: keyof typeof PATCH, body: unknown, query: Record<string, string> = {}): Promise<Answered> {
    return this.call("PATCH", path, { body, query, contentType: PATCH[type] });
  }

  apply(path: string, body: unknown, fieldManager: string, query: Record<string, string> = {}): Promise<Answered> {
    return this.patch(path, "apply", body, { fieldManager, ...query });
  }

  delete(path: string, body?: unknown, query: Record<string, string> = {}): Promise<Answered> {
    return this.call("DELETE", path, body === undefined ? { query } : { body, query });
  }

  /** Whether there is nothing at a path. */
  async isGone(path: string): Promise<boolean> {
    try {
      await this.get(path);
      return false;
    } catch (error) {
      if ((error as { httpCode?: number }).httpCode === 404) return true;
      throw error;
    }
  }

  /** Starts a watch. */
  async watch(path: string, query: Record<string, string> = {}): Promise<Events> {
    const abort = new AbortController();
    const stream = await this.client.performRequest({
      method: "GET",
      path,
      querystring: new URLSearchParams({ watch: "1", timeoutSeconds: "60", ...query }),
      accept: "application/json",
      expectStream: true,
      abortSignal: abort.signal,
    });
    return new Events(stream, abort);
  }
}

/** One event of a watch. */
export interface AnsweredEvent {
  type: string;
  object: Answered;
}

/** The events of a watch, one by one. */
export class Events implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #lines: string[] = [];
  #rest = "";

  constructor(stream: ReadableStream<Uint8Array>, readonly abort: AbortController) {
    this.#reader = stream.getReader();
  }

  /** The next event; `undefined` at the end. */
  async next(): Promise<AnsweredEvent | undefined> {
    while (this.#lines.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      const lines = (this.#rest + this.#decoder.decode(value, { stream: true })).split("\n");
      this.#rest = lines.pop()!;
      this.#lines.push(...lines.filter((line) => line.trim() !== ""));
    }
    return JSON.parse(this.#lines.shift()!);
  }

  /** The next events, as `TYPE name`. */
  async names(count: number): Promise<string[]> {
    const names: string[] = [];
    for (let index = 0; index < count; index++) {
      const event = await this.next();
      assert(event, "the watch has ended too early");
      names.push(`${event.type} ${event.object.metadata.name ?? ""}`.trim());
    }
    return names;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort.abort();
    await this.#reader.cancel().catch(() => {}); // an aborted stream may be in error; nobody reads it any more
  }
}

/** How a request was refused. A client throws what comes with its length said, and takes a longer refusal for an answer. */
async function refusalOf(
  request: Promise<unknown>,
): Promise<{ httpCode?: number | undefined; status?: AnsweredStatus; answer?: unknown }> {
  try {
    const answer = await request;
    const status = (answer ?? {}) as AnsweredStatus;
    return { httpCode: status.code, status, answer };
  } catch (error) {
    const { httpCode, status } = error as { httpCode?: number; status?: AnsweredStatus };
    if (!status) throw error;
    // A client need not keep that word of a refusal: that it throws says it.
    return { httpCode, status: { ...status, status: "Failure" } };
  }
}

/** The status of a request that must fail, with its code and reason checked. */
export async function fails(
  code: number,
  reason: string | undefined,
  request: Promise<unknown>,
): Promise<AnsweredStatus> {
  const { httpCode, status, answer } = await refusalOf(request);
  if (status?.status === "Failure") {
    assertEquals([httpCode, status.reason, status.code], [code, reason, code], status.message);
    return status;
  }
  throw new Error(`the request should fail with ${code} ${reason}, but was answered: ${JSON.stringify(answer)}`);
}

/** The fields that an error names, each once, in order. */
export function fieldsOf(status: AnsweredStatus): string[] {
  return [...new Set((status.details?.causes ?? []).map(({ field }) => field ?? ""))].sort();
}

/** The causes of an error as `field: message`, each once, in order. */
export function causesOf(status: AnsweredStatus): string[] {
  return [...new Set((status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`))].sort();
}

/** Asks again until the answer is true: a real cluster takes its time. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, tries < 5 ? 1 : 50));
  }
  throw new Error(`it did not come about that ${what}`);
}
