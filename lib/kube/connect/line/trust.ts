/** Whether a server is vouched for by the authority that was named, and not by one of this machine's own alone. */

import { createLogger } from "../../../telemetry/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import { addressOf, dial, LIMITS, type Proxy, WireError } from "../../../wire/mod.ts";
import { ConnectionError, toApiError, toConnectionError } from "../../answer/mod.ts";
import { messageOf } from "../../../model/mod.ts";
import type { KeyPair, ProxyConfig, TransportKind } from "../found/mod.ts";
import { wireProxy, type WireWay } from "./wire_line.ts";

/** How long a server that was found well is believed to be the same, in milliseconds. */
const BELIEVED_FOR = 300_000;

/** How long finding out may take, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Deno's `fetch` *adds* an authority to the roots that it trusts anyway. kubectl and client-go trust it in their place: else
 * whoever has, or gets, a certificate of any of those for the server's name reads the token. So, before anything is sent, a
 * handshake without the named authority must fail. Where it does not, because the roots vouch for the server as well, the
 * chain of its certificates is checked against the named authority alone. Refused is what is known to be wrong, and nothing
 * else: a cluster that is well and does not work is worse than the gap.
 *
 * Checked again after five minutes, and after each failure of a connection. It is another connection that is checked than the
 * one that the request goes over: `docs/decisions/0012-trust.md` says what that leaves open, and how to close it.
 */
export class Trust {
  readonly #server: URL;
  readonly #clock: Clock;
  readonly #way: TrustWay;
  #authority: string;
  #believedUntil = -Infinity;
  #checking: Promise<void> | undefined;
  #isUnknownSaid = false;

  /**
   * @param server The server.
   * @param authority Its authority, as PEM.
   * @param clock The time.
   * @param way How requests get there: the server is looked at in the same way, or else the answer is another's.
   */
  constructor(server: string, authority: string, clock: Clock, way: TrustWay) {
    this.#way = way;
    this.#server = new URL(server);
    this.#authority = authority;
    this.#clock = clock;
  }

  /**
   * Nothing when the server is believed, else a promise of its having been found well.
   *
   * @param keyPair The client certificate, for a server that ends a handshake without one.
   * @throws {ConnectionError} If it is not vouched for, or cannot be reached.
   */
  check(keyPair: KeyPair | undefined): Promise<void> | undefined {
    if (this.#clock.monotonic() < this.#believedUntil) return undefined;
    return this.#checking ??= this.#check(this.#authority, keyPair).finally(() => this.#checking = undefined);
  }

  /** From now on, another authority vouches for it. */
  rely(authority: string): void {
    this.#authority = authority;
    this.doubt();
  }

  /** A connection has failed: whoever answers next may be another. */
  doubt(): void {
    this.#believedUntil = -Infinity;
  }

  async #check(authority: string, keyPair: KeyPair | undefined): Promise<void> {
    const probe = this.#way.transport === "wire" ? isTrustedOnTheWire : isTrustedByFetch;
    const isTrusted = await probe(this.#server, keyPair, this.#clock, this.#way);
    if (isTrusted !== false) await this.#checkChain(authority, keyPair, isTrusted === true);
    if (authority === this.#authority) this.#believedUntil = this.#clock.monotonic() + BELIEVED_FOR;
  }

  /** Refuses what is known to be wrong. What cannot be told is believed, and said once: it is the rule where a proxy is. */
  async #checkChain(authority: string, keyPair: KeyPair | undefined, isReached: boolean): Promise<void> {
    const { checkChain } = await import("./chain.ts");
    let reason = "this Deno does not show the certificates between, or cannot check their signatures";
    try {
      const how = {
        clock: this.#clock,
        patience: PATIENCE,
        serverName: this.#way.serverName,
        proxy: wireProxyOf(this.#way),
      };
      if (await checkChain(this.#server, authority, keyPair, how) === "by the authority") return;
    } catch (error) {
      if (!isReached || error instanceof ConnectionError && error.failure === "untrusted") throw error;
      // A proxy that fetch goes through, and this does not; or the server is gone, which the request will say.
      reason = messageOf(error);
    }
    if (this.#isUnknownSaid) return;
    this.#isUnknownSaid = true;
    createLogger().warn(
      "cannot check whether the kubeconfig's authority vouches for the API server; this machine's roots do, so it is trusted",
      { server: this.#server.origin, reason },
    );
  }
}

/** How a server is looked at. */
export interface TrustWay extends WireWay {
  readonly transport: TransportKind;
}

/** @throws {Error} If no connection by Node leads through the proxy. */
function wireProxyOf({ proxy }: TrustWay): Proxy | undefined {
  if (proxy && proxy.scheme !== "http") throw new Error(`only fetch goes through a proxy of ${proxy.scheme}://`);
  return proxy && wireProxy(proxy);
}

/** Whether this machine's own roots vouch for a server: by a handshake, which is ended. */
export async function isTrustedOnTheWire(
  server: URL,
  keyPair: KeyPair | undefined,
  clock: Clock,
  way: TrustWay,
): Promise<boolean> {
  try {
    const tls = { authority: undefined, keyPair, serverName: way.serverName };
    // No longer than the connection itself may take: a watch waits for 15 s, and a proxy may have to be tried within them.
    (await dial(addressOf(server), tls, LIMITS, clock, wireProxyOf(way))).close();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown;
    // For whatever reason: the connection itself is judged by all of them, and fails if there is another.
    if (thrown.failure === "untrusted") return false;
    throw toConnectionError(thrown);
  }
}

/** The same by a request without a token; `undefined` when it is not answered in time. */
async function isTrustedByFetch(
  server: URL,
  keyPair: KeyPair | undefined,
  clock: Clock,
  { proxy }: TrustWay,
): Promise<boolean | undefined> {
  using client = clientWith(keyPair, proxy);
  const controller = new AbortController();
  const timer = clock.timer(PATIENCE, () => controller.abort());
  try {
    const init = { method: "HEAD", redirect: "manual", signal: controller.signal, client } as const;
    await (await fetch(new URL("/", server), init as RequestInit)).body?.cancel();
    return true;
  } catch (thrown) {
    // In the handshake or after it: the other check tells.
    if (controller.signal.aborted) return undefined;
    const error = toApiError(thrown);
    if (!(error instanceof ConnectionError)) throw error;
    // A server may want a certificate of the client's, and end what has none: it has proved itself by then.
    if (error.failure === "broken") return true;
    // For whatever reason: the request itself is judged by all of them, and fails if there is another.
    if (error.failure === "untrusted") return false;
    throw error;
  } finally {
    timer.cancel();
  }
}

function clientWith(keyPair: KeyPair | undefined, proxy: ProxyConfig | undefined): Deno.HttpClient {
  const options = { http2: false, poolMaxIdlePerHost: 0, ...(proxy && { proxy: { url: proxy.href } }) };
  try {
    return Deno.createHttpClient({ ...options, ...keyPair });
  } catch {
    // Of two files, one is new and the other is not yet.
    return Deno.createHttpClient(options);
  }
}
