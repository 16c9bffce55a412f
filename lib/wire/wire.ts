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

/** What is spoken to, and how. */
export interface WireOptions {
  /** The server's URL; of it, the scheme, the host and the port count. */
  readonly server: string;
  /** What it is trusted by; only for `https:`. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The proxy on the way to it. What goes to an `https:` server goes through a tunnel, which nobody can read or send again. An
   * `http:` server's requests are given to the proxy with their whole URL, as every client does: many proxies open no tunnel
   * but to ports of TLS.
   * @default {none}
   */
  readonly proxy?: Proxy | undefined;
  /** Measures limits. */
  readonly clock: Clock;
  /**
   * What else must be well before a connection is made.
   * @default {nothing}
   */
  readonly vouch?: (() => Promise<void> | undefined) | undefined;
  /**
   * Limits that are others than {@link LIMITS}.
   * @default {none}
   */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * Makes connections, for tests.
   * @default {dial}
   */
  readonly dial?: ((tls: TlsOptions | undefined) => Promise<Socket>) | undefined;
  /**
   * Lets what has come be heard, for tests.
   * @default {a turn of the event loop}
   */
  readonly turn?: (() => Promise<void>) | undefined;
}

/** How often connections are looked at while an answer is waited for, in milliseconds. One timer for all, and none for a request. */
const BEAT = 1_000;

/** The same while none is: at rest, each time that a process wakes costs it some milliseconds. */
const SLOW_BEAT = 5_000;

/**
 * When nothing has come for so many milliseconds, a request on a kept connection waits for the event loop to turn, which takes some
 * milliseconds. A process that was stopped or busy has its timers called before it hears what came meanwhile: that the other side
 * has closed. By the clock on the wall, since the other one may stand still while a machine sleeps.
 */
const DEAF = 500;

/**
 * Speaks HTTP/1.1 to one server, over connections that are kept. Each request is sent once: on a connection that is known to be
 * open, as one write, and whatever becomes of it then is told.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #address: Address;
  readonly #host: string;
  /** For requests that are given to a proxy as they stand. */
  readonly #toProxy: ToProxy | undefined;
  readonly #limits: Limits;
  /** Those that wait for a request; the last one used is the first to be used. */
  #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** Connections of before have had other certificates. */
  #current = new Set<Connection>();
  /** Those that are being made, and whose requests have been given up. */
  #left = new Set<Promise<Connection>>();
  #tls: TlsOptions | undefined;
  #timer: Timer | undefined;
  #isClosed = false;
  /** When something came on any of the connections. */
  #heardAt = 0;

  /** @param options What is spoken to. */
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
   * @returns The answer, once its head is there.
   * @throws {WireError} If there is none.
   * @throws {TypeError} If the request cannot be sent as it stands, or this has been closed.
   * @throws The reason of the request's signal.
   */
  ask(request: WireRequest): Promise<Answer> {
    const isHindered = this.#isClosed || request.signal?.aborted || this.#free.length > 0 && this.#isDeaf;
    const connection = isHindered ? undefined : this.#takeFree();
    // Not async: most requests find a connection, and then no promise more.
    return connection ? connection.ask(request) : this.#askLater(request);
  }

  async #askLater(request: WireRequest): Promise<Answer> {
    if (this.#free.length > 0 && this.#isDeaf) await this.#listen();
    request.signal?.throwIfAborted();
    if (this.#isClosed) throw new TypeError("Cannot send a request as the client has been closed");
    const connection = this.#takeFree() ?? await this.#opened(request.signal);
    return await connection.ask(request);
  }

  /** From now on, new connections are secured otherwise. Those that are there end with what is under way on them. */
  secure(tls: TlsOptions): void {
    if (this.#tls === undefined) return;
    this.#tls = tls;
    this.#current = new Set();
    this.#left = new Set();
    this.#endFree();
  }

  /** Ends the connections that nobody uses; the others end with what is under way on them. */
  close(): void {
    this.#isClosed = true;
    this.#endFree();
  }

  #endFree(): void {
    for (const connection of this.#free.splice(0)) connection.end();
  }

  /** Whether the other side may have closed a free connection, and be unheard. */
  get #isDeaf(): boolean {
    return Math.abs(this.#options.clock.now() - this.#heardAt) >= DEAF;
  }

  /** In the first turn, what was due before may still be called; before the second, sockets have been looked at. */
  async #listen(): Promise<void> {
    for (let turns = 0; turns < 2; turns++) await (this.#options.turn ?? turn)();
    this.#heardAt = this.#options.clock.now();
  }

  #takeFree(): Connection | undefined {
    for (let last = this.#free.pop(); last; last = this.#free.pop()) if (last.isFree) return last;
    return undefined;
  }

  /**
   * Made whether or not the request waits for it so long: then the next one has it. So there are never more being made than
   * requests have waited at once, however many have been given up while a server is slow.
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
    // Those of now, after the wait.
    const [tls, current] = [this.#tls, this.#current];
    const socket = await makeSocket(tls);
    this.#heardAt = clock.now();
    const connection = new Connection(
      socket,
      this.#host,
      this.#limits,
      (connection) => this.#release(connection),
      (connection) => this.#forget(connection),
      this.#toProxy,
      () => this.#heardAt = clock.now(),
    );
    this.#all.add(connection);
    current.add(connection);
    this.#timer ??= this.#nextBeat();
    return connection;
  }

  /** One that nobody has used. */
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
    // Else those that ended unused, and their buffers, would stay below the one that is always used.
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
    // A process whose work is done must not wait for it.
    timer.unref?.();
    return timer;
  }
}

function toProxy(host: string, { authorization }: Proxy): ToProxy {
  const headers = authorization === undefined ? [] : [["proxy-authorization", authorization] as const];
  return { before: `http://${host}`, lines: new HeaderLines(headers).text };
}
