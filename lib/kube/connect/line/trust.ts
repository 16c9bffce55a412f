/** Checks that the named authority vouches for a server, and not only one of this machine's own roots. */

import { createLogger } from "../../../telemetry/mod.ts";
import type { Clock } from "../../../time/mod.ts";
import { addressOf, dial, LIMITS, type Proxy, WireError } from "../../../wire/mod.ts";
import { ConnectionError, toApiError, toConnectionError } from "../../answer/mod.ts";
import { messageOf } from "../../../model/mod.ts";
import type { KeyPair, ProxyConfig, TransportKind } from "../found/mod.ts";
import { wireProxy, type WireWay } from "./wire_line.ts";

/** How long a checked server is trusted, in milliseconds. */
const BELIEVED_FOR = 300_000;

/** How long a check may take, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Deno's `fetch` adds an authority to the roots that it trusts, but kubectl and client-go replace them. With added
 * roots, anybody who gets a certificate for the server's name from any of them could read the token. So before anything
 * is sent, a handshake without the named authority must fail. If it succeeds, the roots also vouch for the server, and
 * its chain of certificates is checked against the named authority only. Only a server that is known to be wrong is
 * refused: blocking a healthy cluster would be worse than the remaining gap.
 *
 * The check is repeated after five minutes, and after each failed connection. It uses another connection than the
 * request: `docs/decisions/0012-trust.md` says what remains open, and how to close it.
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
   * Creates the check.
   *
   * @param server The server.
   * @param authority Its authority, as PEM.
   * @param clock The time.
   * @param way How requests get there. The check must take the same way, or it may reach another server.
   */
  constructor(server: string, authority: string, clock: Clock, way: TrustWay) {
    this.#way = way;
    this.#server = new URL(server);
    this.#authority = authority;
    this.#clock = clock;
  }

  /**
   * Checks the server; `undefined` if it is trusted already.
   *
   * @param keyPair The client certificate, for a server that refuses a handshake without one.
   * @throws {ConnectionError} If the authority does not vouch for the server, or it cannot be reached.
   */
  check(keyPair: KeyPair | undefined): Promise<void> | undefined {
    if (this.#clock.monotonic() < this.#believedUntil) return undefined;
    return this.#checking ??= this.#check(this.#authority, keyPair).finally(() => this.#checking = undefined);
  }

  /** Uses another authority from now on. */
  rely(authority: string): void {
    this.#authority = authority;
    this.doubt();
  }

  /** Forgets the last check, after a connection failed: another server may answer next. */
  doubt(): void {
    this.#believedUntil = -Infinity;
  }

  async #check(authority: string, keyPair: KeyPair | undefined): Promise<void> {
    const probe = this.#way.transport === "wire" ? isTrustedOnTheWire : isTrustedByFetch;
    const isTrusted = await probe(this.#server, keyPair, this.#clock, this.#way);
    if (isTrusted !== false) await this.#checkChain(authority, keyPair, isTrusted === true);
    if (authority === this.#authority) this.#believedUntil = this.#clock.monotonic() + BELIEVED_FOR;
  }

  /**
   * Refuses a server that is known to be wrong. One that cannot be checked is trusted and logged once: behind some
   * proxies that is normal.
   */
  async #checkChain(authority: string, keyPair: KeyPair | undefined, isReached: boolean): Promise<void> {
    const { checkChain } = await import("./chain.ts");
    let reason = "this version of Deno does not show the intermediate certificates, or cannot check their signatures";
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
      // Either `fetch` goes through a proxy that this check cannot use; or the server is gone, which the request will
      // report.
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

/** How to reach the server for the check. */
export interface TrustWay extends WireWay {
  readonly transport: TransportKind;
}

/** @throws {Error} If Node cannot connect through the proxy. */
function wireProxyOf({ proxy }: TrustWay): Proxy | undefined {
  if (proxy && proxy.scheme !== "http") throw new Error(`only fetch supports ${proxy.scheme}:// proxies`);
  return proxy && wireProxy(proxy);
}

/** Whether this machine's own roots vouch for a server. Does a handshake and closes the connection. */
export async function isTrustedOnTheWire(
  server: URL,
  keyPair: KeyPair | undefined,
  clock: Clock,
  way: TrustWay,
): Promise<boolean> {
  try {
    const tls = { authority: undefined, keyPair, serverName: way.serverName };
    // Within the time for one connection: a watch waits for 15 s, and a proxy may still have to be tried within them.
    (await dial(addressOf(server), tls, LIMITS, clock, wireProxyOf(way))).close();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown;
    // Any reason counts: the connection itself has to pass the same checks, and fails if there is another problem.
    if (thrown.failure === "untrusted") return false;
    throw toConnectionError(thrown);
  }
}

/** The same check by a request without a token; `undefined` if there is no answer in time. */
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
    // The timeout may have come during the handshake or after it, so the chain check decides.
    if (controller.signal.aborted) return undefined;
    const error = toApiError(thrown);
    if (!(error instanceof ConnectionError)) throw error;
    // A server may end the connection because there is no client certificate. It has proved its identity by then.
    if (error.failure === "broken") return true;
    // Any reason counts: the request itself has to pass the same checks, and fails if there is another problem.
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
    // Only one of the two files has been replaced so far.
    return Deno.createHttpClient(options);
  }
}
