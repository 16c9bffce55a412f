/**
 * Connections by `node:net` and `node:tls`, for what Deno's own API cannot do: a client certificate together with another
 * server name or through a proxy, and a server that is not verified. (`Deno.startTls` takes no client certificate;
 * `Deno.connectTls` takes neither a server name nor an open connection; neither can skip verification for one connection.)
 * Before Deno 2.9, also for a host name whose first address does not answer.
 *
 * The Node modules are imported where they are used: with imports at the top, a bundled operator would load them at each start.
 */

import type { Socket as NetSocket } from "node:net";
import type { Clock } from "../time/mod.ts";
import { WireError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Address, Socket, TlsOptions } from "./socket.ts";
import { noTunnel, type Proxy, proxyName, tooLate, TunnelAnswer, tunnelRequest } from "./tunnel.ts";

/** What to connect to, and how. */
export interface NodeDial {
  readonly server: Address;
  readonly proxy: Proxy | undefined;
  readonly limits: Pick<Limits, "connect" | "handshake">;
  readonly clock: Clock;
}

/** Matches Node's error codes for a certificate that is not trusted. */
const UNTRUSTED = /CERT|VERIFY|ISSUER|SIGNATURE/;

/** Deno's error classes for Node's error codes. */
const ENDS: Readonly<Record<string, new (message: string) => Error>> = {
  ECONNRESET: Deno.errors.ConnectionReset,
  EPIPE: Deno.errors.BrokenPipe,
};

/**
 * Opens a connection, including the TLS handshake.
 *
 * @param dial What to connect to. Without TLS, a proxy is not asked for a tunnel; the connection is to the proxy itself.
 * @param tls How the connection is secured; `undefined` for plain text.
 * @throws {Error} With the same errors as Deno's own API.
 */
export async function dialByNode(dial: NodeDial, tls: TlsOptions | undefined): Promise<Socket> {
  if (tls) return await secureByNode(dial, tls);
  const { promise, resolve } = Promise.withResolvers<NetSocket>();
  await plainByNode({ ...dial, server: dial.proxy?.address ?? dial.server, proxy: undefined }, resolve);
  return new NodeSocket(await promise);
}

async function secureByNode(dial: NodeDial, tls: TlsOptions): Promise<Socket> {
  const { server, limits: { handshake: ms }, clock } = dial;
  const { authority, keyPair, serverName, isUnverified } = tls;
  const name = serverName ?? server.hostname;
  const [{ isIP }, { connect: connectTls }] = await Promise.all([import("node:net"), import("node:tls")]);
  let shaken: Promise<NetSocket> | undefined;
  await plainByNode(dial, (plain) => {
    const secure = connectTls({
      socket: plain,
      host: name,
      ...(isIP(name) === 0 && { servername: name }),
      ...(authority !== undefined && { ca: authority }),
      ...keyPair,
      ...(isUnverified && { rejectUnauthorized: false }),
      ALPNProtocols: ["http/1.1"],
    });
    const late = unreachable(`no TLS handshake within ${ms / 1_000} s`);
    shaken = stage(secure, { ms, clock, late }, ({ done }) => {
      secure.once("secureConnect", () => {
        // Deno 2.6 emits this also for a failed handshake; the next read then throws the reason.
        if (secure.getPeerCertificate()?.raw) done();
        else secure.resume();
      });
    }).then(() => secure);
  });
  return new NodeSocket(await shaken!);
}

/**
 * Opens a plain connection to a server; with a proxy, through its tunnel.
 *
 * @param dial What to connect to.
 * @param use Takes the connection over, synchronously: Deno 2.6 cannot add TLS to a connection that has begun to read.
 * @throws {WireError} If the proxy does not open the tunnel.
 */
export async function plainByNode(dial: NodeDial, use: (plain: NetSocket) => void): Promise<void> {
  const { server, proxy, limits: { connect: ms }, clock } = dial;
  const { hostname, port } = proxy?.address ?? server;
  const { connect } = await import("node:net");
  const plain = connect(port, hostname);
  const late = unreachable(`no answer to TCP${proxy ? ` of ${proxyName(proxy)}` : ""} within ${ms / 1_000} s`);
  await stage(plain, { ms, clock, late }, ({ done, fail }) => {
    plain.once("connect", () => {
      try {
        plain.setNoDelay(true);
        plain.setKeepAlive(true);
        if (!proxy) use(plain);
        done();
      } catch (error) {
        fail(error);
      }
    });
  });
  if (!proxy) return;
  try {
    await stage(plain, { ms, clock, late: tooLate(ms) }, ({ done, fail }) => {
      const answer = new TunnelAnswer();
      const take = (piece: Uint8Array | null) => {
        try {
          if (!answer.take(piece)) return;
          plain.off("data", take);
          use(plain);
          done();
        } catch (error) {
          fail(error);
        }
      };
      plain.on("data", take);
      plain.once("end", () => take(null));
      plain.write(tunnelRequest(server, proxy));
    });
  } catch (error) {
    throw noTunnel(proxy, error);
  }
}

function unreachable(why: string): WireError {
  return new WireError("unreachable", `the API server cannot be reached (${why})`);
}

/** Waits until a connection has reached the next stage; destroys it if it fails or takes too long. */
async function stage(
  inner: NetSocket,
  { ms, clock, late }: { ms: number; clock: Clock; late: Error },
  begin: (how: { done: () => void; fail: (error: unknown) => void }) => void,
): Promise<void> {
  const { promise, resolve: done, reject: fail } = Promise.withResolvers<void>();
  // These listeners stay: an error event without a listener would end the process.
  inner.on("error", (error) => fail(asDenoError(error)));
  inner.on("close", () => fail(new Error("the connection was closed")));
  const timer = clock.timer(ms, () => fail(late));
  try {
    begin({ done, fail });
    await promise;
  } catch (error) {
    inner.destroy();
    throw error;
  } finally {
    timer.cancel();
  }
}

/** Makes a Node socket usable as a `Deno.Conn`. */
class NodeSocket implements Socket {
  readonly #inner: NetSocket;
  /** Why nothing more can be read. */
  #end: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(inner: NetSocket) {
    this.#inner = inner;
    inner.on("readable", () => this.#wake?.());
    // Node reports a proper close and a cut connection alike, so neither may count as the end of an answer.
    inner.on("end", () => this.#finish(new Error("closed by the other side")));
    inner.on("error", (error) => this.#finish(asDenoError(error)));
    inner.on("close", () => this.#finish(new Deno.errors.Interrupted("the connection was closed")));
  }

  async read(into: Uint8Array): Promise<number> {
    for (;;) {
      const length = Math.min(into.length, this.#inner.readableLength);
      const chunk: Uint8Array | null = length > 0 ? this.#inner.read(length) : null;
      if (chunk) {
        into.set(chunk);
        return chunk.length;
      }
      if (this.#end) throw this.#end;
      // Makes the stream emit `readable` or `end`.
      this.#inner.read(0);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      // A copy, as the caller may reuse its buffer before all is sent.
      this.#inner.write(bytes.slice(), (error) => error ? reject(asDenoError(error)) : resolve(bytes.length));
    });
  }

  close(): void {
    this.#inner.destroy();
  }

  ref(): void {
    this.#inner.ref();
  }

  unref(): void {
    this.#inner.unref();
  }

  #finish(end: Error): void {
    this.#end ??= end;
    this.#wake?.();
  }
}

function asDenoError(error: Error & { code?: string }): Error {
  const { code = "", message } = error;
  if (UNTRUSTED.test(code)) return new Deno.errors.InvalidData(`invalid peer certificate: ${message}`);
  const End = ENDS[code];
  return End ? new End(message) : error;
}
