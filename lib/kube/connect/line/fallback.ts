/**
 * The fallback to Deno's `fetch`, for when the server cannot be reached directly and the environment may name an
 * unreadable proxy.
 */

import { createLogger } from "../../../telemetry/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import { messageOf } from "../../../model/mod.ts";
import { ConnectionError, toApiError } from "../../answer/mod.ts";
import { FetchLine } from "./fetch_line.ts";
import type { Line, LineAnswer, LineRequest, Security } from "./line.ts";
import { Trust } from "./trust.ts";

/** What the fallback found. */
export interface Fallback {
  readonly answer: LineAnswer;
  /** The line for the requests from now on. */
  readonly line: Line;
  readonly trust: Trust | undefined;
}

/**
 * Sends by `fetch` a request that could not be sent directly. If the environment names a proxy, `fetch` goes through
 * it. If it names none, `fetch` will not reach the server either.
 *
 * @param server The server's URL.
 * @param security How to secure its connections.
 * @param clock Measures the limits.
 * @param request The request, of which nothing has been sent.
 * @param error The failure of the direct attempt.
 * @throws That failure, unless `fetch` reached somebody.
 */
export async function sendByFetch(
  server: string,
  security: Security,
  clock: Clock,
  request: LineRequest,
  error: unknown,
): Promise<Fallback> {
  // The stream has already been read.
  if (request.body instanceof ReadableStream) throw error;
  const { authority, keyPair } = security;
  const line = new FetchLine(server, security);
  const trust = authority !== undefined && server.startsWith("https:")
    ? new Trust(server, authority, clock, { transport: "fetch" })
    : undefined;
  try {
    await trust?.check(keyPair);
    const answer = await line.send(request);
    createLogger().info(
      "requests use Deno's fetch: the API server can only be reached through a proxy of the environment, whose variables this " +
        "process may not read; with --allow-env=HTTPS_PROXY,NO_PROXY and --allow-net for the proxy it needs no fetch",
      { server, reason: messageOf(error) },
    );
    return { answer, line, trust };
  } catch (thrown) {
    line.close();
    // If nothing was sent, the first failure is the one to look at. Otherwise somebody was reached, who may have got
    // the request.
    throw wasNotSent(thrown) ? error : thrown;
  }
}

/** Whether `fetch` certainly did not send the request. */
function wasNotSent(thrown: unknown): boolean {
  return isUnreachable(toApiError(thrown)) || thrown instanceof Deno.errors.NotCapable;
}

/** Whether the error means that the server could not be reached. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ConnectionError && error.failure === "unreachable";
}
