/** Reads HTTP/1.1 requests from a connection, one after another. */

/** A request, whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Whether it asks for a watch. */
  readonly isWatch: boolean;
  /** Whether it may change something. */
  readonly isWrite: boolean;
}

const HEAD_END = new TextEncoder().encode("\r\n\r\n");
const LINE_END = new TextEncoder().encode("\r\n");

/** Reads requests. It always reads on, so that it learns when the client has gone. */
export class HttpRequestReader {
  /** Resolves when the client has ended the connection. */
  readonly gone: Promise<void>;
  #bytes = new Uint8Array(0);
  #isOver = false;
  #wake = Promise.withResolvers<void>();

  constructor(connection: Deno.Conn) {
    this.gone = this.#readAll(connection);
  }

  /** The next request; `undefined` when the client has gone before it was whole. */
  async next(): Promise<HttpRequest | undefined> {
    const head = await this.#until(HEAD_END);
    if (head === undefined) return undefined;
    const [first = "", ...lines] = head.split("\r\n");
    const [method = "", target = ""] = first.split(" ");
    const headers = new Headers(lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }));
    const body = headers.get("transfer-encoding")?.includes("chunked")
      ? await this.#chunks()
      : await this.#take(Number(headers.get("content-length") ?? 0));
    const isWatch = /[?&]watch=(true|1)\b/.test(target);
    return body && { method, target, headers, body, isWatch, isWrite: method !== "GET" && method !== "HEAD" };
  }

  async #readAll(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let read = await connection.read(buffer); read !== null; read = await connection.read(buffer)) {
        this.#bytes = joined([this.#bytes, buffer.subarray(0, read)]);
        this.#notify();
      }
    } catch {
      // Reset, or closed by this side: the end, as any other.
    }
    this.#isOver = true;
    this.#notify();
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** The text before a mark, which is taken as well. */
  async #until(mark: Uint8Array): Promise<string | undefined> {
    for (;;) {
      const at = find(this.#bytes, mark);
      if (at >= 0) {
        const text = new TextDecoder().decode(this.#bytes.subarray(0, at));
        this.#bytes = this.#bytes.slice(at + mark.length);
        return text;
      }
      if (this.#isOver) return undefined;
      await this.#wake.promise;
    }
  }

  async #take(length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#bytes.length < length) {
      if (this.#isOver) return undefined;
      await this.#wake.promise;
    }
    const taken = this.#bytes.slice(0, length);
    this.#bytes = this.#bytes.slice(length);
    return taken;
  }

  async #chunks(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const size = await this.#until(LINE_END);
      if (size === undefined) return undefined;
      const chunk = await this.#take(parseInt(size, 16));
      if (chunk === undefined || await this.#until(LINE_END) === undefined) return undefined;
      if (chunk.length === 0) return joined(parts);
      parts.push(chunk);
    }
  }
}

function find(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = 0; at + mark.length <= bytes.length; at++) {
    if (mark.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
