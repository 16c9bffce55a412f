/** Serves the embedded cluster over HTTP, for `kubectl` and other programs. */

import type { RequestOptions } from "../kube/mod.ts";
import type { EmbeddedCluster } from "./embedded_cluster.ts";
import type { Answer, WireRequest } from "./server/mod.ts";

/** Options of {@link serveEmbedded}. */
export interface ServeEmbeddedOptions {
  /**
   * The port; 0 for any that is free.
   * @default {0}
   */
  port?: number;
  /**
   * The host name. There is no authentication, so leave it where only this machine can reach it.
   * @default {"127.0.0.1"}
   */
  hostname?: string;
  /** Ends the server. */
  signal?: AbortSignal;
}

/** A running server. */
export interface EmbeddedServer extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Resolves when it has ended. */
  readonly finished: Promise<void>;
}

/**
 * Serves an embedded cluster over HTTP. Needs the permission `--allow-net=HOST:PORT`.
 *
 * The header `Impersonate-User` names the user, without any check.
 *
 * @param cluster The cluster.
 * @param options Where to listen.
 * @returns A handle on the server. Disposing it ends the server, not the cluster.
 * @throws {Deno.errors.AddrInUse} If the port is taken.
 */
export function serveEmbedded(cluster: EmbeddedCluster, options: ServeEmbeddedOptions = {}): EmbeddedServer {
  const { port = 0, hostname = "127.0.0.1", signal } = options;
  const abort = new AbortController();
  const server = Deno.serve({
    ...{ port, hostname, onListen() {} },
    signal: signal ? AbortSignal.any([signal, abort.signal]) : abort.signal,
  }, (request) => answerRequest(cluster, request));
  return {
    url: `http://${hostname}:${server.addr.port}`,
    finished: server.finished,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await server.finished;
    },
  };
}

async function answerRequest(cluster: EmbeddedCluster, request: Request): Promise<Response> {
  try {
    return toResponse(await cluster.answer(await toWireRequest(request)), request.method);
  } catch (error) {
    // An interceptor broke the connection. To a client of this server, that looks like a failed gateway.
    return new Response(error instanceof Error ? error.message : String(error), { status: 502 });
  }
}

async function toWireRequest(request: Request): Promise<WireRequest> {
  const { pathname, searchParams } = new URL(request.url);
  const header = (name: string) => request.headers.get(name) ?? "";
  return {
    method: request.method as RequestOptions["method"],
    path: pathname,
    query: searchParams,
    accept: header("accept") || "application/json",
    contentType: header("content-type"),
    body: request.body ? await request.text() : undefined,
    requester: { user: header("impersonate-user") || "system:admin", userAgent: header("user-agent") || "unknown" },
    // A client that leaves cancels its stream, and nothing else takes time here.
    signal: undefined,
  };
}

function toResponse(answer: Answer, method: string): Response {
  const headers = new Headers({ "content-type": answer.contentType });
  for (const warning of answer.warnings ?? []) headers.append("warning", `299 - ${JSON.stringify(warning)}`);
  if ("stream" in answer) return new Response(answer.stream, { status: answer.code, headers });
  const body = new TextEncoder().encode(answer.text);
  // Clients only treat an answer as an error if its length is known.
  headers.set("content-length", String(body.byteLength));
  return new Response(method === "HEAD" ? null : body, { status: answer.code, headers });
}
