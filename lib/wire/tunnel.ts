/** Opens a tunnel through an HTTP proxy with `CONNECT` (RFC 9110, section 9.3.6). */

import type { Clock } from "../time/mod.ts";
import { headEnd, parseHead } from "./answer_head.ts";
import { malformed, WireError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Address, Socket } from "./socket.ts";

/** An HTTP proxy. The connection to it is not encrypted. */
export interface Proxy {
  readonly address: Address;
  /** The value of `Proxy-Authorization`; `undefined` for none. */
  readonly authorization: string | undefined;
}

/** The part of a connection that is needed to open a tunnel on it. */
type Plain = Pick<Socket, "read" | "write" | "close">;

/** How errors name a proxy. */
export function proxyName({ address }: Proxy): string {
  return `the proxy ${hostAndPort(address)}`;
}

/**
 * Asks a proxy for a tunnel. Afterwards the connection reads from and writes to the server.
 *
 * @param plain A new connection to the proxy. It is closed if the proxy takes too long.
 * @param server The server to connect to.
 * @param proxy The proxy.
 * @param connect Time limit for the proxy's answer, in milliseconds. It includes the proxy's connection attempt to the server.
 * @param clock Measures it.
 * @throws {WireError} If the proxy does not open the tunnel. Nothing was sent to the server.
 */
export async function openTunnel(
  plain: Plain,
  server: Address,
  proxy: Proxy,
  connect: number,
  clock: Clock,
): Promise<void> {
  let late: WireError | undefined;
  const timer = clock.timer(connect, () => {
    late = noTunnel(proxy, tooLate(connect));
    plain.close();
  });
  try {
    const bytes = tunnelRequest(server, proxy);
    for (let sent = 0; sent < bytes.length;) sent += await plain.write(bytes.subarray(sent));
    const answer = new TunnelAnswer();
    const buffer = new Uint8Array(4_096);
    for (let isOpen = false; !isOpen;) {
      const count = await plain.read(buffer);
      isOpen = answer.take(count === null ? null : buffer.subarray(0, count));
    }
  } catch (error) {
    throw late ?? noTunnel(proxy, error);
  } finally {
    timer.cancel();
  }
}

/** The `CONNECT` request. */
export function tunnelRequest(server: Address, { authorization }: Proxy): Uint8Array {
  const host = hostAndPort(server);
  const proof = authorization === undefined ? "" : `proxy-authorization: ${authorization}\r\n`;
  return new TextEncoder().encode(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${proof}\r\n`);
}

/** The error for a proxy that did not answer in time. */
export function tooLate(ms: number): Error {
  return new Error(`no answer to CONNECT within ${ms / 1_000} s`);
}

/** The error for a tunnel that could not be opened. */
export function noTunnel(proxy: Proxy, reason: unknown): WireError {
  const { message } = reason as Error;
  const problem = `the API server cannot be reached by ${proxyName(proxy)} (${message})`;
  return new WireError("unreachable", problem, { cause: reason });
}

/** Parses the proxy's answer to `CONNECT` as its bytes arrive. Pure. */
export class TunnelAnswer {
  #bytes = new Uint8Array(1_024);
  #length = 0;
  #scanned = 0;
  #interim = 0;

  /**
   * Takes the next bytes.
   *
   * @param piece The bytes; `null` at the end of the connection.
   * @returns Whether the tunnel is open.
   * @throws {Error} If the proxy refuses, or its answer is malformed.
   */
  take(piece: Uint8Array | null): boolean {
    if (piece === null) throw new Error("it closed the connection before its answer was there");
    this.#add(piece);
    for (;;) {
      const to = Math.min(this.#length, LIMITS.head);
      const after = headEnd(this.#bytes, 0, this.#scanned, to);
      if (after < 0) {
        if (to === LIMITS.head) throw malformed(`its head is longer than ${LIMITS.head} bytes`);
        this.#scanned = to;
        return false;
      }
      // The answer to CONNECT has no body, whatever its headers say; the body of a refusal is not read.
      const { status } = parseHead(this.#bytes.subarray(0, after), true);
      if (status >= 200) return this.#isOpen(status, after);
      if (status === 101) throw malformed("it switches protocols without being asked to");
      if (++this.#interim > LIMITS.interim) throw malformed("it sends too many interim answers (1xx)");
      this.#bytes.copyWithin(0, after, this.#length);
      this.#length -= after;
      this.#scanned = 0;
    }
  }

  #isOpen(status: number, after: number): true {
    if (status >= 300) {
      const advice = status === 407 ? ": put a valid user name and password into the URL of the proxy" : "";
      throw new Error(`it answers CONNECT with ${status}${advice}`);
    }
    // In TLS the client sends first, so these bytes cannot be the server's.
    if (this.#length > after) throw malformed("it sends more than was asked for");
    return true;
  }

  #add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }
}

/** An address as in a URL: `[::1]:6443`. */
export function hostAndPort({ hostname, port }: Address): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
