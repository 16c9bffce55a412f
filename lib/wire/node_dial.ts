/**
 * Connections by Node's TLS, loaded only for what Deno's own has no option for: a client certificate together with another name
 * than the server's, or through a proxy; and a server that is not verified. `Deno.startTls` takes no certificate, `Deno.connectTls`
 * no name and no connection, and neither of them, for one connection, whoever answers. Before 2.9, also for a name at whose first
 * address nobody is.
 * Node's parts are imported where they are used: at the top they would be loaded at every start of an operator that was made one
 * file.
 */

import type { Socket as NetSocket } from "node:net";
import type { Clock } from "../time/mod.ts";
import { WireError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Address, Socket, TlsOptions } from "./socket.ts";
import { noTunnel, type Proxy, proxyName, tooLate, TunnelAnswer, tunnelRequest } from "./tunnel.ts";

/** Where to, by which way, and how long it may take. */
export interface NodeDial {
  readonly server: Address;
  readonly proxy: Proxy | undefined;
  readonly limits: Pick<Limits, "connect" | "handshake">;
  readonly clock: Clock;
}

/** How Node names what a certificate is not trusted for. */
const UNTRUSTED = /CERT|VERIFY|ISSUER|SIGNATURE/;

/** What Node calls the ends that Deno has classes for. */
const ENDS: Readonly<Record<string, new (message: string) => Error>> = {
  ECONNRESET: Deno.errors.ConnectionReset,
  EPIPE: Deno.errors.BrokenPipe,
};

/**
 * Opens a connection, its TLS handshake included.
 *
 * @param dial Where to. In plain text, a proxy is not asked for a tunnel, but spoken to itself.
 * @param tls How it is secured; `undefined` for plain text.
 * @throws {Error} As Deno's own would.
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
        // Deno 2.6 says so of a handshake that has failed, too, and why by the next read.
        if (secure.getPeerCertificate()?.raw) done();
        else secure.resume();
      });
    }).then(() => secure);
  });
  return new NodeSocket(await shaken!);
}

/**
 * Opens a connection to a server in plain text, through a tunnel where there is a proxy.
 *
 * @param dial Where to.
 * @param use Takes it over, at once: on Deno 2.6, one that has begun to read can be secured no more.
 * @throws {WireError} If there is no tunnel.
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

/** Waits for a connection to get so far. When it does not, it ends. */
async function stage(
  inner: NetSocket,
  { ms, clock, late }: { ms: number; clock: Clock; late: Error },
  begin: (how: { done: () => void; fail: (error: unknown) => void }) => void,
): Promise<void> {
  const { promise, resolve: done, reject: fail } = Promise.withResolvers<void>();
  // These stay: an error that nobody listens to would end the process.
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

/** A connection of Node's as one of Deno's. */
class NodeSocket implements Socket {
  readonly #inner: NetSocket;
  /** Why there is no more to read. */
  #end: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(inner: NetSocket) {
    this.#inner = inner;
    inner.on("readable", () => this.#wake?.());
    // Node tells of an end in order as of one by force, so neither is taken for the end of an answer.
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
      // Lets the stream notice that it is empty, or at its end.
      this.#inner.read(0);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      // Of its own, as the caller's buffer may be filled anew before all is sent.
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
