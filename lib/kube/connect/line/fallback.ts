/** The way by Deno's `fetch`, where nobody can be reached straight and the environment may name a proxy that must not be read. */

import { createLogger } from "../../../telemetry/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import { messageOf } from "../../../model/mod.ts";
import { ConnectionError, toApiError } from "../../answer/mod.ts";
import { FetchLine } from "./fetch_line.ts";
import type { Line, LineAnswer, LineRequest, Security } from "./line.ts";
import { Trust } from "./trust.ts";

/** What was found on that way. */
export interface Fallback {
  readonly answer: LineAnswer;
  /** What goes on from here. */
  readonly line: Line;
  readonly trust: Trust | undefined;
}

/**
 * Sends a request that could not be sent straight. Where the environment names a proxy, `fetch` goes through it; where it does not,
 * nobody is there either.
 *
 * @param server The server's URL.
 * @param security How its connections are secured.
 * @param clock Measures limits.
 * @param request The request, of which nothing was sent.
 * @param error Why not.
 * @throws What was thrown first, unless somebody has been reached.
 */
export async function sendByFetch(
  server: string,
  security: Security,
  clock: Clock,
  request: LineRequest,
  error: unknown,
): Promise<Fallback> {
  // Has been read.
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
    // The same again, or that there is no proxy: what was tried first is what to look at. Else somebody has been reached, and
    // may have got the request.
    throw wasNotSent(thrown) ? error : thrown;
  }
}

/** Whether `fetch` has certainly not sent a request. */
function wasNotSent(thrown: unknown): boolean {
  return isUnreachable(toApiError(thrown)) || thrown instanceof Deno.errors.NotCapable;
}

/** Whether nobody was there. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof ConnectionError && error.failure === "unreachable";
}
