/** Opens a connection. The one file here that touches Deno's sockets. */

import type { Socket as NetSocket } from "node:net";
import type { Clock } from "../time/mod.ts";
import { WireError } from "./errors.ts";
import { drawFirstRandom } from "./first_random.ts";
import type { Limits } from "./limits.ts";
import type { Address, Socket, TlsOptions } from "./socket.ts";
import { openTunnel, type Proxy, proxyName } from "./tunnel.ts";

/**
 * Opens a connection, its TLS handshake included.
 *
 * @param address Where.
 * @param tls How it is secured; `undefined` for plain text.
 * @param limits How long it may take.
 * @param clock Measures that.
 * @param proxy What the connection leads through: by a tunnel where it is secured, else the connection is to the proxy itself.
 * @throws {WireError} If nobody is there, or is not to be trusted. Nothing was sent.
 * @throws {Deno.errors.NotCapable} If the permission is missing.
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
    // Whatever has failed, nothing is left under way.
    await random;
    throw asWireError(error, proxy);
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
    // Of another address, what it says is news; that nobody is there either is none.
    return await byNode().catch((other) => {
      throw isUntrusted(other) ? other : error;
    });
  }
}

/** Before 2.9, Deno tries the first address of a name alone: often that of IPv6, at which nobody may listen. Node's part tries all. */
const TRIES_ONE_ADDRESS = /^2\.[0-8]\./.test(Deno.version.deno);

/** Names of errors that end an attempt at one address, and tell nothing of another. */
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
  const deadline = (what: string, ms: number) => ({ what, ms, clock });
  // Deno.startTls takes no certificate of the client's; Deno.connectTls does, but sends small writes late at its first request.
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
    // Two hours after the last byte, as systems have it: for connections that are silent otherwise, and whose reader waits.
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
 * Opens a connection in plain text for whoever speaks TLS by Node's own means.
 *
 * @param server Where to.
 * @param proxy What it leads through, by a tunnel.
 * @param connect How long it may take, in milliseconds.
 * @param clock Measures that.
 * @param use Takes it over, at once: on Deno 2.6, one that has begun to read can be secured no more.
 * @throws {WireError} If nobody is there.
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
    throw asWireError(error, proxy);
  }
}

/** HTTP/2 is not spoken here. */
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

/** What an attempt is given to be ended by. */
interface Attempt {
  /** Takes a connection as soon as there is one: before its handshake, which ends by nothing but a close. */
  readonly hold: <C extends Deno.Conn>(connection: C) => C;
  readonly signal: AbortSignal;
}

/** Ends an attempt that takes too long, with the connection that it has made so far or makes later. */
async function inTime<C extends Deno.Conn>(
  attempt: (by: Attempt) => Promise<C>,
  { what, ms, clock }: { what: string; ms: number; clock: Clock },
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
    late.reject(new WireError("unreachable", `the API server cannot be reached (no ${what} within ${ms / 1_000} s)`));
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
    // It is closed, or another one was made of it.
  }
}

const UNTRUSTED = /invalid peer certificate: (.*)/;

function isUntrusted(error: unknown): boolean {
  return error instanceof Error && UNTRUSTED.test(error.message);
}

function asWireError(error: unknown, proxy: Proxy | undefined): unknown {
  if (error instanceof WireError || !(error instanceof Error)) return error;
  // A permission that is missing, or a certificate of our own that is none, has nothing to do with the server.
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
  return new WireError("unreachable", `the API server cannot be reached${by} (${message})`, { cause: error });
}
