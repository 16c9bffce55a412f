/** Opens a connection. The only file of this room that uses Deno's sockets. */

import type { Socket as NetSocket } from "node:net";
import type { Clock } from "../time/mod.ts";
import { WireError } from "./errors.ts";
import { drawFirstRandom } from "./first_random.ts";
import type { Limits } from "./limits.ts";
import type { Address, Socket, TlsOptions } from "./socket.ts";
import { hostAndPort, openTunnel, type Proxy, proxyName } from "./tunnel.ts";

/**
 * Opens a connection, including the TLS handshake.
 *
 * @param address The server.
 * @param tls How the connection is secured; `undefined` for plain text.
 * @param limits Time limits of the connection attempt and of the handshake.
 * @param clock Measures these limits.
 * @param proxy With TLS, the connection goes through a tunnel of this proxy; without, it is a connection to the proxy itself.
 * @throws {WireError} If the server cannot be reached or its certificate is not trusted. No request was sent.
 * @throws {Deno.errors.NotCapable} If the `net` permission is missing.
 */
export async function dial(
  address: Address,
  tls: TlsOptions | undefined,
  limits: Pick<Limits, "connect" | "handshake">,
  clock: Clock,
  proxy?: Proxy,
): Promise<Socket> {
  const random = tls && drawFirstRandom();
  try {
    return await open(address, tls, limits, clock, proxy, random);
  } catch (error) {
    // Also after a failure: do not leave this running in the background.
    await random;
    throw asWireError(error, address, proxy);
  }
}

async function open(
  server: Address,
  tls: TlsOptions | undefined,
  limits: Pick<Limits, "connect" | "handshake">,
  clock: Clock,
  proxy: Proxy | undefined,
  random: Promise<void> | undefined,
): Promise<Socket> {
  const byNode = async () => {
    await random;
    const { dialByNode } = await import("./node_dial.ts");
    return await dialByNode({ server, proxy, limits, clock }, tls);
  };
  if (tls && (tls.isUnverified || tls.keyPair && (proxy || (tls.serverName ?? server.hostname) !== server.hostname))) {
    return await byNode();
  }
  try {
    return await openByDeno(server, tls, limits, clock, proxy, random);
  } catch (error) {
    if (!TRIES_ONE_ADDRESS || !isNobodyThere(error) || isAddress((proxy?.address ?? server).hostname)) throw error;
    // If the server is reached at another address but is not trusted, that is the more useful error.
    return await byNode().catch((other) => {
      throw isUntrusted(other) ? other : error;
    });
  }
}

/**
 * Before 2.9, Deno tries only the first address of a name: often IPv6, where the server may not listen. Node's sockets try all
 * of them.
 */
const TRIES_ONE_ADDRESS = /^2\.[0-8]\./.test(Deno.version.deno);

/** Names of errors about one address; another address of the same name may still answer. */
const NOBODY_THERE = new Set(["ConnectionRefused", "NetworkUnreachable", "HostUnreachable", "TimedOut", "WireError"]);

function isNobodyThere(error: unknown): boolean {
  return error instanceof Error && NOBODY_THERE.has(error.name);
}

function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^\d+(\.\d+){3}$/.test(hostname);
}

async function openByDeno(
  server: Address,
  tls: TlsOptions | undefined,
  { connect, handshake }: Pick<Limits, "connect" | "handshake">,
  clock: Clock,
  proxy: Proxy | undefined,
  random: Promise<void> | undefined,
): Promise<Socket> {
  const address = proxy?.address ?? server;
  const name = tls?.serverName ?? server.hostname;
  const deadline = (what: string, ms: number) => ({ what, ms, clock, tried: triedWords(server, proxy) });
  // Deno.startTls takes no client certificate. Deno.connectTls does, but delays small writes of the first request.
  if (tls?.keyPair) {
    await random;
    const { authority, keyPair } = tls;
    const options = { ...address, ...keyPair, caCerts: listOf(authority), alpnProtocols: ALPN };
    return await inTime(
      async ({ hold }) => await shaken(hold(await Deno.connectTls(options))),
      deadline("TLS handshake", connect + handshake),
    );
  }
  const plain = await inTime(
    async ({ hold, signal }) => hold(await Deno.connect({ ...address, signal })),
    deadline(`answer to TCP${proxy ? ` of ${proxyName(proxy)}` : ""}`, connect),
  );
  try {
    plain.setNoDelay(true);
    // The system's default of two hours: finds dead connections whose reader only waits, such as watches.
    plain.setKeepAlive(true);
    if (!tls) return plain;
    if (proxy) await openTunnel(plain, server, proxy, connect, clock);
    await random;
    const options = { hostname: name, caCerts: listOf(tls.authority), alpnProtocols: ALPN };
    return await inTime(
      async ({ hold }) => await shaken(hold(await Deno.startTls(plain, options))),
      deadline("TLS handshake", handshake),
    );
  } catch (error) {
    closeQuietly(plain);
    throw error;
  }
}

/**
 * Opens a plain connection for a caller that does the TLS handshake itself, with `node:tls`.
 *
 * @param server The server.
 * @param proxy The proxy whose tunnel is used, if any.
 * @param connect Time limit, in milliseconds.
 * @param clock Measures it.
 * @param use Takes the connection over, synchronously: Deno 2.6 cannot add TLS to a connection that has begun to read.
 * @throws {WireError} If the server cannot be reached.
 */
export async function dialForNode(
  server: Address,
  proxy: Proxy | undefined,
  connect: number,
  clock: Clock,
  use: (plain: NetSocket) => void,
): Promise<void> {
  const { plainByNode } = await import("./node_dial.ts");
  try {
    await plainByNode({ server, proxy, limits: { connect, handshake: connect }, clock }, use);
  } catch (error) {
    throw asWireError(error, server, proxy);
  }
}

/** Offers HTTP/1.1 only: HTTP/2 is not implemented here. */
const ALPN = ["http/1.1"];

function listOf(authority: string | undefined): string[] {
  return authority === undefined ? [] : [authority];
}

async function shaken(connection: Deno.TlsConn): Promise<Deno.TlsConn> {
  try {
    await connection.handshake();
    return connection;
  } catch (error) {
    closeQuietly(connection);
    throw error;
  }
}

/** What a connection attempt is given, so that it can be ended from outside. */
interface Attempt {
  /** Must be called with the connection before its handshake: only closing it ends a handshake. */
  readonly hold: <C extends Deno.Conn>(connection: C) => C;
  readonly signal: AbortSignal;
}

/** Ends an attempt that takes too long, and closes its connection, also one that is made later. */
async function inTime<C extends Deno.Conn>(
  attempt: (by: Attempt) => Promise<C>,
  { what, ms, clock, tried }: { what: string; ms: number; clock: Clock; tried: string },
): Promise<C> {
  const late = Promise.withResolvers<never>();
  const over = new AbortController();
  const { signal } = over;
  let held: Deno.Conn | undefined;
  const hold = <C extends Deno.Conn>(connection: C): C => {
    held = connection;
    if (signal.aborted) closeQuietly(connection);
    return connection;
  };
  const timer = clock.timer(ms, () => {
    const why = `no ${what} within ${ms / 1_000} s${tried}`;
    late.reject(new WireError("unreachable", `the API server cannot be reached (${why})`));
    over.abort();
    if (held) closeQuietly(held);
  });
  try {
    return await Promise.race([attempt({ hold, signal }), late.promise]);
  } finally {
    timer.cancel();
  }
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already, or was turned into a TLS connection.
  }
}

const UNTRUSTED = /invalid peer certificate: (.*)/;

function isUntrusted(error: unknown): boolean {
  return error instanceof Error && UNTRUSTED.test(error.message);
}

function asWireError(error: unknown, server: Address, proxy: Proxy | undefined): unknown {
  if (error instanceof WireError || !(error instanceof Error)) return error;
  // A missing permission or a malformed client certificate says nothing about the server.
  if (error.name === "NotCapable" || error.name === "PermissionDenied" || error instanceof TypeError) return error;
  const { message } = error;
  const untrusted = UNTRUSTED.exec(message)?.[1];
  if (untrusted !== undefined) {
    const problem =
      `the certificate of the API server is not trusted (${untrusted}): check the CA certificate and the ` +
      "server's name in the kubeconfig";
    return new WireError("untrusted", problem, { cause: error });
  }
  const by = proxy ? ` by ${proxyName(proxy)}` : "";
  const problem = `the API server cannot be reached${by} (${message}${triedWords(server, proxy)})`;
  return new WireError("unreachable", problem, { cause: error });
}

/** Where the server was looked for; a proxy is named already. */
function triedWords(server: Address, proxy: Proxy | undefined): string {
  return proxy ? "" : `; tried ${hostAndPort(server)}`;
}
