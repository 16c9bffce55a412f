/** A client for the server of a kubeconfig's context. */

import type { JSONValue, KubernetesTunnel, RequestOptions, RestClient } from "./contract.ts";
import type { KubeConfig, KubeConfigContext } from "./kubeconfig.ts";

/** Sends requests with `fetch` and the credentials of a kubeconfig's context. */
export class KubeConfigRestClient implements RestClient {
  defaultNamespace?: string;

  constructor(protected ctx: KubeConfigContext, protected httpClient: unknown) {
    this.defaultNamespace = ctx.defaultNamespace || "default";
  }

  /** Creates a client for the named context, or for the current one. */
  static async forKubeConfig(config: KubeConfig, contextName?: string): Promise<RestClient> {
    const ctx = config.fetchContext(contextName);
    const server = await ctx.getServerTls();
    const user = await ctx.getClientTls();
    if (!server && !user) return new this(ctx, undefined);
    const httpClient = Deno.createHttpClient({
      caCerts: server ? [server.serverCert] : [],
      ...(user && { cert: user.userCert, key: user.userKey }),
    });
    return new this(ctx, httpClient);
  }

  performRequest(opts: RequestOptions & { expectTunnel: string[] }): Promise<KubernetesTunnel>;
  performRequest(opts: RequestOptions & { expectStream: true; expectJson: true }): Promise<ReadableStream<JSONValue>>;
  performRequest(opts: RequestOptions & { expectStream: true }): Promise<ReadableStream<Uint8Array>>;
  performRequest(opts: RequestOptions & { expectJson: true }): Promise<JSONValue>;
  performRequest(opts: RequestOptions): Promise<Uint8Array>;
  async performRequest(opts: RequestOptions): Promise<unknown> {
    if (opts.expectTunnel) throw new Error("Channel-based APIs are not currently implemented by this client.");
    const response = await this.#fetch(opts);
    await throwStatus(response);
    if (opts.expectStream) return bodyStream(response, opts.expectJson ?? false);
    return opts.expectJson ? await response.json() : new Uint8Array(await response.arrayBuffer());
  }

  async #fetch(opts: RequestOptions): Promise<Response> {
    const { server } = this.ctx.cluster;
    if (!server) throw new Error("No server URL found in KubeConfig");
    const path = (opts.path || "/") + (opts.querystring ? `?${opts.querystring}` : "");
    const init = {
      method: opts.method,
      body: opts.bodyStream ?? opts.bodyRaw ?? JSON.stringify(opts.bodyJson),
      redirect: "error",
      signal: opts.abortSignal,
      client: this.httpClient,
      headers: await this.#headers(opts),
    };
    return await fetch(new URL(path, server), init as RequestInit);
  }

  async #headers(opts: RequestOptions): Promise<Record<string, string>> {
    const headers: Record<string, string> = {};
    const authorization = await this.ctx.getAuthHeader();
    const accept = opts.accept ?? (opts.expectJson ? "application/json" : undefined);
    const contentType = opts.contentType ?? (opts.bodyJson ? "application/json" : undefined);
    if (authorization) headers["Authorization"] = authorization;
    if (accept) headers["Accept"] = accept;
    if (contentType) headers["Content-Type"] = contentType;
    return headers;
  }
}

/** Throws the server's error if it is JSON of a known length. As in the package, other failures are not thrown. */
async function throwStatus(response: Response): Promise<void> {
  const { ok, status, headers } = response;
  if (ok || headers.get("content-type") !== "application/json" || !headers.get("content-length")) return;
  const body = await response.json();
  const error = new Error(`Kubernetes returned HTTP ${status} ${body.reason}: ${body.message}`);
  throw Object.assign(error, { httpCode: status, status: body });
}

function bodyStream(response: Response, isJson: boolean): ReadableStream<unknown> {
  if (!response.body) return new ReadableStream();
  return isJson ? response.body.pipeThrough(new TextDecoderStream()).pipeThrough(jsonLines()) : response.body;
}

/** Splits a text stream into lines and parses each as JSON. */
function jsonLines(): TransformStream<string, JSONValue> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(parseLine(line));
    },
    flush(controller) {
      if (rest) controller.enqueue(parseLine(rest));
    },
  });
}

function parseLine(line: string): JSONValue {
  if (!line.startsWith("{")) throw new Error(`JSON line doesn't start with {: ${line.slice(0, 256)}`);
  return JSON.parse(line);
}
