/** Converts between the client contract and the server: requests to the wire form, and answers to the requested form. */

import type { RequestOptions } from "../kube/mod.ts";
import { type Answer, type Requester, type Status, StatusError, type WireRequest } from "./server/mod.ts";

/**
 * Converts a request to its wire form. The body becomes text, so that the client's objects and the stored ones share
 * nothing.
 */
export async function toWire(options: RequestOptions, requester: Requester): Promise<WireRequest> {
  const [path = "/", query = ""] = options.path.split("?", 2);
  const parameters = new URLSearchParams(query);
  for (const [name, value] of options.querystring ?? []) parameters.append(name, value);
  return {
    method: options.method,
    path,
    query: parameters,
    accept: options.accept ?? "application/json",
    contentType: options.contentType ?? (options.bodyJson === undefined ? "" : "application/json"),
    body: isStream(options) ? await new Response(options.bodyStream!).text() : bodyText(options),
    requester,
    signal: options.abortSignal,
  };
}

/** Whether the body is a stream. If a body is given in two forms, the stream is not read. */
function isStream(options: RequestOptions): boolean {
  return options.bodyJson === undefined && options.bodyRaw === undefined && options.bodyStream !== undefined;
}

function bodyText({ bodyRaw, bodyJson }: RequestOptions): string | undefined {
  if (bodyRaw) return new TextDecoder().decode(bodyRaw);
  return bodyJson === undefined ? undefined : JSON.stringify(bodyJson);
}

/**
 * Converts an answer to the form that the options request. A watch that is not read as a stream returns when it has
 * ended.
 *
 * @throws {StatusError} If the answer is an error with a `Status`. By the contract, an error in plain text is not
 * thrown.
 */
export async function fromWire(answer: Answer, options: RequestOptions): Promise<unknown> {
  if ("text" in answer && answer.code >= 400 && answer.contentType === "application/json") throw errorOf(answer.text);
  if (options.expectStream) return options.expectJson ? jsonLines(streamOf(answer)) : streamOf(answer);
  const text = "text" in answer ? answer.text : await new Response(answer.stream).text();
  return options.expectJson ? JSON.parse(text) : new TextEncoder().encode(text);
}

function errorOf(text: string): StatusError {
  const status = JSON.parse(text) as Status;
  const error = new StatusError(status.code!, status.reason, status.message ?? "");
  Object.assign(error.status, status);
  return error;
}

function streamOf(answer: Answer): ReadableStream<Uint8Array> {
  if ("stream" in answer) return answer.stream;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(answer.text));
      controller.close();
    },
  });
}

/** The values of a stream of JSON lines. */
function jsonLines(stream: ReadableStream<Uint8Array>): ReadableStream<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  return stream.pipeThrough(
    new TransformStream<Uint8Array, unknown>({
      transform(chunk, controller) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop()!;
        for (const line of lines) controller.enqueue(JSON.parse(line));
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(JSON.parse(rest));
      },
    }),
  );
}
