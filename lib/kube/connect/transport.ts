/** The library's client over HTTP connections of our own making, which can be given back. */

import { type KubeConfig, KubeConfigRestClient } from "@cloudydeno/kubernetes-client";

/**
 * How long an unused connection is kept, in milliseconds. Less than the API server (90 s) and the usual proxies before it
 * (60 s and more) keep theirs, so that it is always this side that closes: a write on a connection that the other side is
 * just closing breaks, and nobody knows whether it was carried out.
 */
const LONGEST_IDLE = 30_000;

/** Makes requests with the credentials of a kubeconfig, over HTTP/1.1: see `docs/decisions/0005-http-1-1.md`. */
export class Transport extends KubeConfigRestClient {
  #isClosed = false;

  /**
   * A client for the current context.
   *
   * @throws {Error} If the credentials cannot be used.
   */
  static async open(config: KubeConfig): Promise<Transport> {
    const context = config.fetchContext();
    const server = await context.getServerTls();
    const user = await context.getClientTls();
    const httpClient = Deno.createHttpClient({
      caCerts: server ? [server.serverCert] : [],
      ...(user && { cert: user.userCert, key: user.userKey }),
      http2: false,
      poolIdleTimeout: LONGEST_IDLE,
    });
    return new Transport(context, httpClient);
  }

  /** Gives back the connections, once. */
  close(): void {
    if (!this.#isClosed) (this.httpClient as Deno.HttpClient).close();
    this.#isClosed = true;
  }
}
