/** A tunnel through an HTTP proxy: RFC 9110, section 9.3.6. */

import type { Clock } from "../time/mod.ts";
import { headEnd, parseHead } from "./answer_head.ts";
import { malformed, WireError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import type { Address, Socket } from "./socket.ts";

/** An HTTP proxy, which is spoken to in plain text. */
export interface Proxy {
  /** Where it is. */
  readonly address: Address;
  /** The value of `Proxy-Authorization`; `undefined` for none. */
  readonly authorization: string | undefined;
}

/** As much of a connection as it takes to open a tunnel on it. */
type Plain = Pick<Socket, "read" | "write" | "close">;

/** What a proxy is called in errors. */
export function proxyName({ address }: Proxy): string {
  return `the proxy ${hostAndPort(address)}`;
}

/**
 * Asks a proxy for a tunnel. After that, what is read and written is the server's.
 *
 * @param plain The connection to the proxy, on which nothing was sent. Closed when it takes too long.
 * @param server Where the tunnel leads.
 * @param proxy The proxy.
 * @param connect How long the answer may take, in milliseconds. The proxy's own attempt to connect is a part of that.
 * @param clock Measures that.
 * @throws {WireError} If there is no tunnel. The server has got nothing.
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

/** What a proxy is asked with. */
export function tunnelRequest(server: Address, { authorization }: Proxy): Uint8Array {
  const host = hostAndPort(server);
  const proof = authorization === undefined ? "" : `proxy-authorization: ${authorization}\r\n`;
  return new TextEncoder().encode(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${proof}\r\n`);
}

/** Why a proxy has not answered. */
export function tooLate(ms: number): Error {
  return new Error(`no answer to CONNECT within ${ms / 1_000} s`);
}

/** The error for a tunnel that there is not. */
export function noTunnel(proxy: Proxy, reason: unknown): WireError {
  const { message } = reason as Error;
  const problem = `the API server cannot be reached by ${proxyName(proxy)} (${message})`;
  return new WireError("unreachable", problem, { cause: reason });
}

/** The answer of a proxy, as its bytes come in. Pure. */
export class TunnelAnswer {
  #bytes = new Uint8Array(1_024);
  #length = 0;
  #scanned = 0;
  #interim = 0;

  /**
   * Takes the next bytes.
   *
   * @param piece The bytes; `null` for the end of the connection.
   * @returns Whether the tunnel is open.
   * @throws {Error} If it is refused, or the answer is not as it must be.
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
      // A tunnel has no body, whatever is said of one; and a refusal's is not read.
      const { status } = parseHead(this.#bytes.subarray(0, after), true);
      if (status >= 200) return this.#isOpen(status, after);
      if (status === 101) throw malformed("it changes the protocol, which nobody asked for");
      if (++this.#interim > LIMITS.interim) throw malformed("there is no end of interim answers");
      this.#bytes.copyWithin(0, after, this.#length);
      this.#length -= after;
      this.#scanned = 0;
    }
  }

  #isOpen(status: number, after: number): true {
    if (status >= 300) {
      const advice = status === 407 ? ": its URL must hold a name and a password that it takes" : "";
      throw new Error(`it answers CONNECT with ${status}${advice}`);
    }
    // In TLS the server speaks second, so these are somebody else's.
    if (this.#length > after) throw malformed("more comes than was asked for");
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

function hostAndPort({ hostname, port }: Address): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
