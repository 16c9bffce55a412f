/** The gate: passes bytes between clients and the proxy, or does not. It knows nothing of TLS. */

/** A connection that goes through. */
interface Passage {
  readonly outer: Deno.TcpConn;
  inner?: Deno.TcpConn;
  /** No byte passes any more, and neither does the end. */
  isForgotten: boolean;
}

/** Listens for clients, and passes their bytes to a port of this machine. */
export class Gate implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #innerPort: number;
  readonly #passages = new Set<Passage>();
  #open = Promise.resolve();
  #reopen: (() => void) | undefined;
  #isRefusing = false;

  /** @param innerPort Where the bytes go. */
  constructor(innerPort: number) {
    this.#innerPort = innerPort;
    this.#acceptAll();
  }

  /** Where clients connect to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#passages.size;
  }

  /** Ends every connection, without a TLS close_notify. */
  cut(): void {
    for (const { outer, inner } of this.#passages) closeQuietly(outer, inner);
  }

  /** The connections that there are pass nothing any more and never end, as when a NAT has forgotten them. New ones are well. */
  forget(): void {
    for (const passage of this.#passages) passage.isForgotten = true;
  }

  /** No byte passes, until {@link Gate.resume}. */
  stall(): void {
    if (this.#reopen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open = promise;
    this.#reopen = resolve;
  }

  /** Bytes pass again. */
  resume(): void {
    this.#reopen?.();
    this.#reopen = undefined;
  }

  /** Whether connections are ended as soon as they are made. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  /** Ends all. */
  [Symbol.dispose](): void {
    this.#listener.close();
    this.resume();
    this.cut();
  }

  async #acceptAll(): Promise<void> {
    try {
      for await (const outer of this.#listener) {
        if (this.#isRefusing) closeQuietly(outer);
        else this.#pass({ outer, isForgotten: false });
      }
    } catch {
      // The listener was closed.
    }
  }

  async #pass(passage: Passage): Promise<void> {
    this.#passages.add(passage);
    try {
      await this.#open;
      passage.inner = await Deno.connect({ hostname: "127.0.0.1", port: this.#innerPort });
      passage.outer.setNoDelay();
      passage.inner.setNoDelay();
      await Promise.race([
        this.#copy(passage.outer, passage.inner, passage),
        this.#copy(passage.inner, passage.outer, passage),
      ]);
    } catch {
      // Ended by either side.
    } finally {
      this.#passages.delete(passage);
      closeQuietly(passage.outer, passage.inner);
    }
  }

  async #copy(from: Deno.Conn, to: Deno.Conn, passage: Passage): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const read = await from.read(buffer);
      await this.#open;
      if (passage.isForgotten) {
        // Its own end is for the client to decide: what the server does is not seen.
        if (read === null && from !== passage.outer) await new Promise<never>(() => {});
        if (read === null) return;
        continue;
      }
      if (read === null) return;
      await writeAll(to, buffer.subarray(0, read));
    }
  }
}

/** Writes all of it; `Deno.Conn.write` may write a part. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Closes what is open; what has been closed already may be closed again. */
export function closeQuietly(...connections: (Deno.Conn | undefined)[]): void {
  for (const connection of connections) {
    try {
      connection?.close();
    } catch {
      // closed
    }
  }
}
