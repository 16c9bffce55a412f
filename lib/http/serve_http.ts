/** The HTTP server: the one file of the room that touches the network. */

import { messageOf } from "../model/mod.ts";
import type { Logger } from "../telemetry/mod.ts";
import { respond } from "./respond.ts";
import type { HttpState } from "./state.ts";

/** Where the pages are served. */
export interface HttpAddress {
  /** The port; 0 for any that is free. */
  readonly port: number;
  /** The host or address to listen at. */
  readonly hostname: string;
}

/** An HTTP server at work. */
export interface HttpServer {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Stops listening, and ends every connection: whoever is slow, or keeps one open, keeps nobody waiting. */
  close(): Promise<void>;
}

/** It cannot be listened at the address. */
export class HttpError extends Error {
  /** The error's name. */
  override readonly name = "HttpError";
}

/** The address as a URL: `http://127.0.0.1:8080`. */
export function urlOf({ hostname, port }: HttpAddress): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Listens, from now on. The net permissions for the addresses are taken for granted.
 *
 * @param addresses Where to listen: at the first that this machine has.
 * @throws {HttpError} If it cannot be listened there.
 */
export function serveHttp(addresses: readonly HttpAddress[], state: HttpState, log: Logger): HttpServer {
  const handler = async (request: Request) => {
    try {
      return await respond(request, state);
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

/** An address that is taken is an error, wherever else one could listen: a probe would ask whoever has taken it. */
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
