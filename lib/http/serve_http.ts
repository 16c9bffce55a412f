/** The HTTP server: the only file of this room that uses the network. */

import { messageOf } from "../model/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { respond } from "./respond.ts";
import type { HttpState } from "./state.ts";

/** An address to listen on. */
export interface HttpAddress {
  /** The port; 0 for any free one. */
  readonly port: number;
  /** The host name or IP address. */
  readonly hostname: string;
}

/** A running HTTP server. */
export interface HttpServer {
  /** The address that it listens on. */
  readonly addr: Deno.NetAddr;
  /** Stops listening and closes all connections at once, without waiting for slow clients. */
  close(): Promise<void>;
}

/** The server cannot listen on an address. */
export class HttpError extends Error {
  /** The error's name. */
  override readonly name = "HttpError";
}

/** The address as a URL: `http://127.0.0.1:8080`. */
export function urlOf({ hostname, port }: HttpAddress): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Starts the server. The caller has checked the net permissions.
 *
 * @param addresses Addresses to try in order; the first that this machine has is used.
 * @throws {HttpError} If the server cannot listen on any of them, or one is in use.
 */
export function serveHttp(addresses: readonly HttpAddress[], state: HttpState, log: Logger): HttpServer {
  const handler = (request: Request) => {
    try {
      return respond(request, state);
    } catch (error) {
      log.error("cannot answer an HTTP request", { url: request.url, error: messageOf(error) });
      return new Response("Internal error\n", { status: 500 });
    }
  };
  const closing = new AbortController();
  const server = listenAtFirst(addresses, handler, closing.signal);
  const close = () => {
    closing.abort();
    return server.finished;
  };
  return { addr: server.addr, close };
}

/** Does not try further addresses after one that is in use: a probe would then ask the other process. */
function listenAtFirst(
  addresses: readonly HttpAddress[],
  handler: Deno.ServeHandler,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  let failure: unknown;
  for (const address of addresses) {
    try {
      return listen(address, handler, signal);
    } catch (error) {
      if ((error as HttpError).cause instanceof Deno.errors.AddrInUse) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

function listen(
  address: HttpAddress,
  handler: Deno.ServeHandler,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ ...address, signal, onListen() {} }, handler);
  } catch (cause) {
    const problem = cause instanceof Deno.errors.AddrInUse ? "the address is in use" : String(cause);
    throw new HttpError(`Cannot serve HTTP as ${problem}: current address is ${urlOf(address)}`, { cause });
  }
}
