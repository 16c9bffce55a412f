/**
 * An API server for one client, whose connections end at a byte that was named: of the request or of the answer, as they are
 * within TLS or as they are on the way. It counts the requests that it has got whole.
 *
 * A request of `/arm?cut=…&framing=…` says how the next one on its connection is met, in JSON; one of `/sizes` is answered with
 * how long the one before it was. With `waits`, a connection that is to end while it is unused does so when the bell rings.
 */

import net from "node:net";
import type { Identity } from "../kube/connect/pki.ts";

/** How a connection ends. */
export type End =
  /** As it should: within TLS with a close_notify, then the TCP connection. */
  | "closed in order"
  /** The TCP connection is closed; what TLS would say is not said. */
  | "closed below"
  | "reset";

/** Where a connection ends, and how. */
export interface Cut {
  /** Before a request, after so many bytes of it, or after so many of its answer. */
  readonly in: "idleness" | "request" | "answer";
  /** Bytes as the server reads and writes them, or as they are on the way. */
  readonly of: "text" | "way";
  readonly after: number;
  readonly end: End;
}

/** A request that the server has got whole. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** How the end of the body was marked. */
  readonly length: "none" | "content-length" | "chunked";
}

/** How many bytes a request and its answer have. */
export interface Sizes {
  readonly request: number;
  readonly answer: number;
}

/** How the server tells where its answer ends. */
export type Framing = "length" | "chunked";

/** How long a request and its answer were: within TLS, and on the way. */
export interface BothSizes {
  readonly text: Sizes;
  readonly way: Sizes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** An object of the namespace that is spoken of, as writes of one are answered. */
function objectFor({ path }: Arrival): unknown {
  const namespace = /\/namespaces\/([^/?]+)/.exec(path)?.[1] ?? "default";
  const metadata = { name: "a", namespace, uid: "uid-a", resourceVersion: "1" };
  return { apiVersion: "v1", kind: "ConfigMap", metadata };
}

function answerOf(value: unknown, framing: Framing): Uint8Array {
  const body = JSON.stringify(value);
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  if (framing === "length") return encoder.encode(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  const chunks = [body.slice(0, 40), body.slice(40), ""].map((each) => `${each.length.toString(16)}\r\n${each}\r\n`);
  return encoder.encode(`${head}transfer-encoding: chunked\r\n\r\n${chunks.join("")}`);
}

/** One connection of the client's, with the one of the server's within it. */
class Line {
  /** What passed since the cut was named. */
  passed = { request: 0, answer: 0 };
  /** The same within TLS. */
  text = { request: 0, answer: 0 };
  cut: Cut | undefined;
  /** What to do as soon as what comes next from the server has passed. */
  afterNext: (() => void) | undefined;
  isOver = false;
  readonly #front: net.Socket;
  readonly #back: net.Socket;

  constructor(front: net.Socket, back: net.Socket) {
    this.#front = front;
    this.#back = back;
    front.on("data", (data) => this.#pass(data, "request", back));
    back.on("data", (data) => this.#pass(data, "answer", front));
  }

  /** From now on, this is how it ends. */
  arm(cut: Cut): void {
    this.passed = { request: 0, answer: 0 };
    this.text = { request: 0, answer: 0 };
    this.cut = cut;
  }

  end(end: End): void {
    this.isOver = true;
    if (end === "reset") this.#front.resetAndDestroy();
    else this.#front.end();
    this.#back.end();
  }

  #pass(data: Uint8Array, way: keyof Sizes, to: net.Socket): void {
    if (this.isOver) return;
    const before = this.passed[way];
    this.passed[way] += data.length;
    const { cut, afterNext } = this;
    const most = cut?.of === "way" && cut.in === way ? cut.after - before : Infinity;
    if (most > 0) to.write(data.subarray(0, Math.min(most, data.length)));
    if (most <= data.length) return this.end(cut!.end);
    if (way === "request" || !afterNext) return;
    this.afterNext = undefined;
    afterNext();
  }
}

/** The server. */
export class CuttingServer implements AsyncDisposable {
  /** Every request that it has got. */
  readonly arrivals: Arrival[] = [];
  readonly #inner: Deno.Listener<Deno.TcpConn | Deno.TlsConn>;
  readonly #front: net.Server;
  readonly #bell: net.Server;
  /** Ends what the bell is to end. */
  #ringing: (() => void)[] = [];
  readonly #scheme: string;
  /** By the port of the server's side, which is known when that is connected; either side may notice this first. */
  readonly #lines = new Map<number, PromiseWithResolvers<Line>>();
  readonly #sockets = new Set<net.Socket>();
  readonly #serving = new Set<Promise<void>>();
  #isOver = false;
  #framing: Framing = "length";
  #sizes: BothSizes = { text: { request: 0, answer: 0 }, way: { request: 0, answer: 0 } };

  private constructor(inner: Deno.Listener<Deno.TcpConn | Deno.TlsConn>, scheme: string) {
    this.#inner = inner;
    this.#scheme = scheme;
    this.#front = net.createServer((front) => this.#join(front));
    this.#bell = net.createServer((bell) => {
      for (const ring of this.#ringing.splice(0)) ring();
      bell.on("error", () => {}).end();
    });
    this.#serving.add(this.#accept());
  }

  /** Starts one; without a certificate, it speaks plain HTTP. */
  static async start(identity?: { readonly cert: string; readonly key: string }): Promise<CuttingServer> {
    const address = { hostname: "127.0.0.1", port: 0 };
    const inner = identity ? Deno.listenTls({ ...address, ...identity }) : Deno.listen(address);
    const server = new CuttingServer(inner, identity ? "https" : "http");
    for (const each of [server.#front, server.#bell]) {
      await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", () => resolve()));
    }
    return server;
  }

  /** Starts one with the files of a certificate. */
  static async startAs({ certificate, key }: Identity): Promise<CuttingServer> {
    return await CuttingServer.start({ cert: await Deno.readTextFile(certificate), key: await Deno.readTextFile(key) });
  }

  /** The port of the bell: connecting to it rings it; the connection is closed when that is done. */
  get bell(): number {
    return (this.#bell.address() as net.AddressInfo).port;
  }

  /** Where it is. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#front.address() as net.AddressInfo).port}`;
  }

  /** Ends the server, after all pending bytes have arrived. @returns Every request that arrived completely. */
  async end(): Promise<readonly Arrival[]> {
    await this[Symbol.asyncDispose]();
    return this.arrivals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inner.close();
    const closed = [this.#front, this.#bell].map((each) => new Promise<void>((resolve) => each.close(() => resolve())));
    for (const socket of this.#sockets) socket.end();
    await Promise.all(this.#serving);
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #join(front: net.Socket): void {
    const back = net.connect((this.#inner.addr as Deno.NetAddr).port, "127.0.0.1");
    const line = new Line(front, back);
    back.on("connect", () => this.#lineAt(back.localPort!).resolve(line));
    for (const [one, other] of [[front, back], [back, front]] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => {});
      one.on("end", () => other.end());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.end();
      });
    }
  }

  #lineAt(port: number): PromiseWithResolvers<Line> {
    const known = this.#lines.get(port) ?? Promise.withResolvers<Line>();
    this.#lines.set(port, known);
    return known;
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const connection = await this.#inner.accept();
        this.#serving.add(this.#serve(connection));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
      }
    }
  }

  async #serve(connection: Deno.TcpConn | Deno.TlsConn): Promise<void> {
    try {
      if ("handshake" in connection) await connection.handshake();
      const line = await this.#lineAt((connection.remoteAddr as Deno.NetAddr).port).promise;
      const buffer = new Uint8Array(65_536);
      for (let text = "";;) {
        const count = await connection.read(buffer);
        if (count === null) return;
        const { cut } = line;
        const most = cut?.in === "request" && cut.of === "text" ? cut.after - line.text.request : Infinity;
        line.text.request += count;
        text += decoder.decode(buffer.subarray(0, Math.min(most, count)));
        const request = parseRequest(text);
        if (request) this.arrivals.push(request);
        if (most <= count) return await this.#endAt(cut!, line, connection);
        if (!request) continue;
        text = "";
        if (!await this.#answer(request, connection, line)) return;
      }
    } catch {
      // The client has ended it, or a cut.
    } finally {
      this.#lines.delete((connection.remoteAddr as Deno.NetAddr).port);
      closeQuietly(connection);
    }
  }

  /** @returns Whether the next request may come. */
  async #answer(request: Arrival, connection: Deno.Conn, line: Line): Promise<boolean> {
    const { pathname, searchParams } = new URL(request.path, "http://x");
    if (pathname === "/sizes") {
      const { text, way } = this.#sizes;
      this.#sizes = { text, way: { ...way, answer: line.passed.answer } };
      await writeAll(connection, answerOf(this.#sizes, "length"));
      return true;
    }
    const { cut } = line;
    if (pathname === "/arm") this.#arm(searchParams, connection, line);
    const answer = answerOf(objectFor(request), this.#framing);
    if (cut?.in === "answer" && cut.of === "text") {
      const said = answer.subarray(0, cut.after);
      if (said.length > 0) {
        const passed = new Promise<void>((resolve) => line.afterNext = resolve);
        await writeAll(connection, said);
        await passed;
      }
      await this.#endAt(cut, line, connection);
      return false;
    }
    this.#sizes = {
      text: { request: line.text.request, answer: answer.length },
      way: { request: line.passed.request, answer: 0 },
    };
    await writeAll(connection, answer);
    return true;
  }

  /** Takes hold when the answer has passed. */
  #arm(given: URLSearchParams, connection: Deno.Conn, line: Line): void {
    this.#framing = given.get("framing") as Framing;
    const cut: Cut = JSON.parse(given.get("cut")!);
    line.afterNext = () => {
      line.arm(cut);
      if (cut.in !== "idleness") return;
      if (given.has("waits")) this.#ringing.push(() => void this.#endAt(cut, line, connection));
      else void this.#endAt(cut, line, connection);
    };
  }

  /** Ends a connection from within, after everything was sent. */
  async #endAt({ end }: Cut, line: Line, connection: Deno.Conn): Promise<void> {
    if (end === "closed in order") return closeQuietly(connection);
    line.end(end);
    // A close from here would still say so to the client.
    await connection.read(new Uint8Array(1)).catch(() => {});
  }
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** A whole request; `undefined` while a part of it is missing. */
function parseRequest(text: string): Arrival | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [method = "", path = ""] = text.split(" ", 2);
  const [head, rest] = [text.slice(0, end), text.slice(end + 4)];
  if (/^transfer-encoding: chunked/im.test(head)) {
    if (!/(^|\r\n)0\r\n\r\n$/.test(rest)) return undefined;
    return { method, path, body: rest.replace(/(^|\r\n)[0-9a-f]+\r\n/g, "").trimEnd(), length: "chunked" };
  }
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (rest.length < Number(length ?? 0)) return undefined;
  return { method, path, body: rest, length: length === undefined ? "none" : "content-length" };
}
