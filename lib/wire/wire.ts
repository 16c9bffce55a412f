/** The connections to one server, and the requests on them. */

import type { Clock, Timer } from "../time/mod.ts";
import type { Answer } from "./answer.ts";
import { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { HeaderLines, type ToProxy, type WireRequest } from "./request_bytes.ts";
import type { Proxy } from "./tunnel.ts";
import { turn } from "./turn.ts";
import { type Address, addressOf, type Socket, type TlsOptions } from "./socket.ts";

/** Options of {@link Wire}. */
export interface WireOptions {
  /** The server's URL; only its scheme, host and port are used. */
  readonly server: string;
  /** Certificates; only for `https:`. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The proxy to connect through. Requests to an `https:` server go through a tunnel, which the proxy can neither read nor
   * replay. Requests to an `http:` server are sent to the proxy with their full URL, as all clients do: many proxies open
   * tunnels only to TLS ports.
   * @default {none}
   */
  readonly proxy?: Proxy | undefined;
  /** Measures the limits. */
  readonly clock: Clock;
  /**
   * Called before each new connection; if it rejects, the connection is not made and the request fails with that error.
   * @default {no check}
   */
  readonly vouch?: (() => Promise<void> | undefined) | undefined;
  /**
   * Overrides of {@link LIMITS}.
   * @default {none}
   */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * Opens connections; for tests.
   * @default {dial}
   */
  readonly dial?: ((tls: TlsOptions | undefined) => Promise<Socket>) | undefined;
  /**
   * Waits until pending reads have been delivered; for tests.
   * @default {a turn of the event loop}
   */
  readonly turn?: (() => Promise<void>) | undefined;
}

/**
 * How often the limits of connections are checked while an answer is awaited, in milliseconds. One timer serves all requests.
 */
const BEAT = 1_000;

/** The same while no answer is awaited: each wake-up of an idle process costs some milliseconds. */
const SLOW_BEAT = 5_000;

/**
 * If nothing has been read for this many milliseconds, a request on a kept connection first waits for two turns of the event
 * loop. After a process was suspended or busy, its timers run before its sockets are read, so it may not know yet that the
 * server has closed the connection. This is wall clock time, since the monotonic clock may stand still while a machine sleeps.
 */
const STALE_AFTER = 500;

/**
 * Sends HTTP/1.1 requests to one server over keep-alive connections. Each request is sent once, as one write, on a connection
 * that is open as far as is known; it is never retried here.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #address: Address;
  readonly #host: string;
  /** What is added to requests that go to a proxy without a tunnel. */
  readonly #toProxy: ToProxy | undefined;
  readonly #limits: Limits;
  /** Idle connections; the one that was used last is used next. */
  #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** Connections that were made with the current certificates. */
  #current = new Set<Connection>();
  /** Connections that are still being made although their request was aborted; the next request takes one of these. */
  #left = new Set<Promise<Connection>>();
  #tls: TlsOptions | undefined;
  #timer: Timer | undefined;
  #isClosed = false;
  /** When something was last read on any of the connections, by the wall clock. */
  #lastReadAt = 0;

  constructor(options: WireOptions) {
    const url = new URL(options.server);
    const { protocol, host } = url;
    const isTls = protocol === "https:";
    this.#options = options;
    this.#address = addressOf(url);
    this.#host = host;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#toProxy = isTls || !options.proxy ? undefined : toProxy(host, options.proxy);
    this.#tls = isTls ? options.tls ?? { authority: undefined, keyPair: undefined } : undefined;
  }

  /**
   * Sends a request.
   *
   * @returns The answer, as soon as its head has arrived.
   * @throws {WireError} If there is no answer.
   * @throws {TypeError} If the request contains characters that cannot be sent, or {@link close} was called.
   * @throws The reason of the request's signal, when that is aborted.
   */
  ask(request: WireRequest): Promise<Answer> {
    const isHindered = this.#isClosed || request.signal?.aborted || this.#free.length > 0 && this.#isStale;
    const connection = isHindered ? undefined : this.#takeFree();
    // Not async: most requests find a free connection, and this saves a promise for each.
    return connection ? connection.ask(request) : this.#askLater(request);
  }

  async #askLater(request: WireRequest): Promise<Answer> {
    if (this.#free.length > 0 && this.#isStale) await this.#catchUp();
    request.signal?.throwIfAborted();
    if (this.#isClosed) throw new TypeError("Cannot send a request as the client has been closed");
    const connection = this.#takeFree() ?? await this.#opened(request.signal);
    return await connection.ask(request);
  }

  /** Sets new certificates for new connections. Idle connections are closed now, the others after their answer. */
  secure(tls: TlsOptions): void {
    if (this.#tls === undefined) return;
    this.#tls = tls;
    this.#current = new Set();
    this.#left = new Set();
    this.#endFree();
  }

  /** Closes idle connections now, and the others after their answer. No request is accepted any more. */
  close(): void {
    this.#isClosed = true;
    this.#endFree();
  }

  #endFree(): void {
    for (const connection of this.#free.splice(0)) connection.end();
  }

  /** Whether the server may have closed a free connection without this side having read it yet. */
  get #isStale(): boolean {
    return Math.abs(this.#options.clock.now() - this.#lastReadAt) >= STALE_AFTER;
  }

  /** In the first turn, overdue timers may still run; before the second, the sockets have been read. */
  async #catchUp(): Promise<void> {
    for (let turns = 0; turns < 2; turns++) await (this.#options.turn ?? turn)();
    this.#lastReadAt = this.#options.clock.now();
  }

  #takeFree(): Connection | undefined {
    for (let last = this.#free.pop(); last; last = this.#free.pop()) if (last.isFree) return last;
    return undefined;
  }

  /**
   * A new connection. If the request is aborted meanwhile, the connection is still made and goes to the next request. So there
   * are never more attempts at once than requests that waited at once, however many are aborted while a server is slow.
   */
  async #opened(signal: AbortSignal | undefined): Promise<Connection> {
    const [left] = this.#left;
    if (left) this.#left.delete(left);
    const opening = left ?? this.#open();
    if (!signal) return await opening;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([opening, aborted]);
    } catch (error) {
      if (signal.aborted) this.#leave(opening);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #leave(opening: Promise<Connection>): void {
    const left = this.#left;
    left.add(opening);
    opening.then((connection) => {
      if (left.delete(opening)) this.#keep(connection);
    }, () => left.delete(opening));
  }

  async #open(): Promise<Connection> {
    const { proxy, clock, vouch } = this.#options;
    const { dial: makeSocket = (tls) => dial(this.#address, tls, this.#limits, clock, proxy) } = this.#options;
    await vouch?.();
    // Read after the wait, as certificates may have changed.
    const [tls, current] = [this.#tls, this.#current];
    const socket = await makeSocket(tls);
    this.#lastReadAt = clock.now();
    const connection = new Connection(
      socket,
      this.#host,
      this.#limits,
      (connection) => this.#release(connection),
      (connection) => this.#forget(connection),
      this.#toProxy,
      () => this.#lastReadAt = clock.now(),
    );
    this.#all.add(connection);
    current.add(connection);
    this.#timer ??= this.#nextBeat();
    return connection;
  }

  /** Takes in a new connection whose request was aborted. */
  #keep(connection: Connection): void {
    connection.rest();
    this.#release(connection);
  }

  #release(connection: Connection): void {
    if (this.#isClosed || !this.#current.has(connection)) connection.end();
    else this.#free.push(connection);
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    this.#current.delete(connection);
    // Otherwise closed connections and their buffers would stay in the list below the one that is always used.
    const at = this.#free.indexOf(connection);
    if (at >= 0) this.#free.splice(at, 1);
    if (this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #nextBeat(interval = BEAT): Timer {
    const timer = this.#options.clock.timer(interval, () => {
      this.#timer = undefined;
      let next = SLOW_BEAT;
      for (const connection of [...this.#all]) {
        connection.beat(interval);
        if (connection.isAwaited) next = BEAT;
      }
      if (this.#all.size > 0) this.#timer = this.#nextBeat(next);
    });
    // This timer must not keep a process alive that has nothing else to do.
    timer.unref?.();
    return timer;
  }
}

function toProxy(host: string, { authorization }: Proxy): ToProxy {
  const headers = authorization === undefined ? [] : [["proxy-authorization", authorization] as const];
  return { before: `http://${host}`, lines: new HeaderLines(headers).text };
}
