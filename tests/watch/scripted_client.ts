/** A client whose answers are written down beforehand, and that remembers what it was asked. */

import type { RequestOptions, RestClient } from "@cloudydeno/kubernetes-client";

/** One answer: called with the request, it returns or throws what a client would. */
export type Answer = (request: RequestOptions) => unknown;

/** One request, as it was made. */
export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Gives its answers in order; when there are none left, it does not answer until the request is aborted. */
export class ScriptedClient {
  readonly asked: Asked[] = [];
  readonly #answers: Answer[];
  readonly server?: string;

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  /** More answers. */
  more(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** The queries of all requests so far. */
  get queries(): readonly Readonly<Record<string, string>>[] {
    return this.asked.map(({ query }) => query);
  }

  /** The same, as the contract of the clients wants it. */
  get client(): RestClient & { server?: string } {
    return this as unknown as RestClient;
  }

  async performRequest(request: RequestOptions): Promise<unknown> {
    const { path, querystring, abortSignal } = request;
    this.asked.push({ path, query: Object.fromEntries(querystring ?? []), signal: abortSignal });
    const answer = this.#answers.shift() ?? silence();
    return await answer(request);
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** What a real client throws when it recognises a refusal. */
export function refusal(code: number, reason: string, more: Record<string, unknown> = {}): Answer {
  return () => {
    const status = { kind: "Status", status: "Failure", code, reason, message: reason, ...more };
    throw Object.assign(new Error(`Kubernetes returned HTTP ${code}`), { httpCode: code, status });
  };
}

/** A `Status` of failure, as data. */
export function statusText(code: number, reason: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code,
    reason,
    message: reason,
    ...more,
  });
}

/** An answer that is this text, whether bytes or a stream were asked for. */
export function text(content: string): Answer {
  return ({ expectStream }) => expectStream ? new Response(content).body : bytes(content);
}

/** The error of Deno's fetch for an address where nobody listens. */
export function connectionRefused(): Answer {
  return () => {
    throw new TypeError(
      "error sending request for url (https://x/): client error (Connect): tcp connect error: Connection refused",
    );
  };
}

/** No answer, until the request is aborted. */
export function silence(): Answer {
  return ({ abortSignal }) =>
    new Promise((_, reject) =>
      abortSignal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")))
    );
}

/** A list. */
export function list(resourceVersion: string, items: readonly unknown[], token?: string): Answer {
  return text(JSON.stringify({
    kind: "SecretList",
    apiVersion: "v1",
    metadata: { resourceVersion, ...(token !== undefined && { continue: token }) },
    items,
  }));
}

/** A watch that is held open, and what it sends. */
export class HeldWatch {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** Why the reader gave it up; `undefined` while it has not. */
  cancelled: unknown;
  readonly #stream = new ReadableStream<Uint8Array>({
    start: (controller) => void (this.#controller = controller),
    cancel: (reason) => void (this.cancelled = reason ?? "no reason"),
  }, { highWaterMark: 0 });

  /** The answer that opens it. */
  readonly answer: Answer = () => this.#stream;

  /** How many chunks have not been read yet. */
  get waiting(): number {
    return -this.#controller.desiredSize!;
  }

  /** Sends events as one chunk. */
  send(...events: readonly unknown[]): void {
    this.sendText(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }

  sendText(content: string): void {
    this.sendBytes(bytes(content));
  }

  sendBytes(content: Uint8Array): void {
    this.#controller.enqueue(content);
  }

  /** The server ends the watch. */
  end(): void {
    this.#controller.close();
  }

  /** The connection breaks. */
  break(error: unknown = new TypeError("error reading a body from connection")): void {
    this.#controller.error(error);
  }
}

/** A watch that sends these events and ends. */
export function watchOf(...events: readonly unknown[]): Answer {
  return text(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}
