/** A plain JSON request to the API server, for what the cluster itself needs. */

import { pause } from "./eventually.ts";

/** Where to send requests, and as whom. */
export interface ApiTarget {
  url: string;
  ca: string;
  token: string;
}

/** An answer of the API server that is not 2xx. */
export class ApiFailure extends Error {
  override name = "ApiFailure";
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** How often it is asked again after a 429, twice a second: the storage of a custom kind may take that long after a start. */
const TRIES = 40;

/**
 * Sends a request and answers the parsed body (or the text, when it is not JSON). Asked again while the API server says 429: that
 * it did not do it, as it is not ready yet.
 */
export async function callApi<T = unknown>(
  target: ApiTarget,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await callOnce<T>(target, method, path, body);
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 429 && tries < TRIES)) throw error;
      await pause(500);
    }
  }
}

async function callOnce<T>(target: ApiTarget, method: string, path: string, body: unknown): Promise<T> {
  // A client of its own for each call: no connection lives on, and no test leaks one.
  using client = Deno.createHttpClient({ caCerts: [target.ca] });
  const response = await fetch(target.url + path, {
    client,
    method,
    headers: { authorization: `Bearer ${target.token}`, "content-type": contentType(method) },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (response.ok) return parsed(text) as T;
  throw new ApiFailure(response.status, `${method} ${path}: ${response.status} ${text}`);
}

/** Like `callApi` with POST, content that the object exists already. */
export async function createIfMissing(target: ApiTarget, path: string, body: unknown) {
  try {
    await callApi(target, "POST", path, body);
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 409)) throw error;
  }
}

function contentType(method: string): string {
  return method === "PATCH" ? "application/merge-patch+json" : "application/json";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
