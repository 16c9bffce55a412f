/** A server that meets each request as its path says: well, never, by half, or by not reading it. */

/** How a request is met. */
export const MANNERS = ["good", "never", "half-head", "half-body", "endless", "unread", "last"] as const;

/** One of them. */
export type Manner = typeof MANNERS[number];

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** The server. */
export class OddServer implements AsyncDisposable {
  readonly #listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>;
  readonly #scheme: string;
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving = new Set<Promise<void>>();

  /** Starts one; without a certificate, it speaks plain HTTP. */
  constructor(identity?: { readonly cert: string; readonly key: string }, hostname = "127.0.0.1") {
    this.#listener = identity ? Deno.listenTls({ hostname, port: 0, ...identity }) : Deno.listen({ hostname, port: 0 });
    this.#scheme = identity ? "https" : "http";
    this.#serving.add(this.#accept());
  }

  /** Its port. */
  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Where it is. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) closeQuietly(connection);
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const connection = await this.#listener.accept();
        this.#connections.add(connection);
        const served = this.#serve(connection).catch(() => {}).finally(() => this.#serving.delete(served));
        this.#serving.add(served);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
      }
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (let text = "";;) {
        const count = await connection.read(buffer);
        if (count === null) break;
        text += decoder.decode(buffer.subarray(0, count));
        const [, manner, head] = /^\w+ \/(\S*) .*?\r\n([^]*?\r\n)\r\n/.exec(text) ?? [];
        if (manner === "unread") return;
        if (head === undefined) continue;
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        if (text.length - text.indexOf("\r\n\r\n") - 4 < length) continue;
        text = "";
        if (!await meet(manner as Manner, connection)) break;
      }
      this.#close(connection);
    } catch {
      this.#close(connection);
    }
  }

  #close(connection: Deno.Conn): void {
    this.#connections.delete(connection);
    closeQuietly(connection);
  }
}

/** @returns Whether the next request may come. */
async function meet(manner: Manner, connection: Deno.Conn): Promise<boolean> {
  const say = async (text: string) => {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  };
  switch (manner) {
    case "half-head":
      await say("HTTP/1.1 200 OK\r\ncontent-le");
      return true;
    case "half-body":
      await say("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{");
      return true;
    case "endless":
      await say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      for (;;) await say(`10000\r\n${" ".repeat(65_536)}\r\n`);
    case "never":
      return true;
    case "last":
      await say("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}");
      return false;
    default:
      await say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
      return true;
  }
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
