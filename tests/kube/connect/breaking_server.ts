/**
 * An API server behind TLS, whose connections end as told: a request of `/arm?how=…` is answered, and the next request on the
 * same connection meets that end. On any other connection a request is answered well: whoever sends again, gets two through.
 */

import net from "node:net";
import type { Identity } from "./pki.ts";

/** Where a connection ends, and how. */
export const ENDS = [
  /** As soon as it is free, before a request. */
  "reset while unused",
  "closed while unused",
  /** After the first bytes of the request, of which the server gets none. */
  "reset in the request",
  "closed in the request",
  /** After the whole request. */
  "closed before the answer",
  "cut before the answer",
  "reset before the answer",
  /** After the request has been carried out, and a part of the answer is on its way. */
  "cut in the head of the answer",
  "reset in the body of the answer",
  "closed in the body of the answer",
] as const;

/** One of them. */
export type End = typeof ENDS[number];

/** A request that the server has got whole. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** How the length of the body was told. */
  readonly length: "none" | "content-length" | "chunked";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");
/** What every request gets that is answered well: an object of the namespace that it speaks of, as writes of one do. */
function wellAnswered({ path }: Arrival): string {
  const namespace = /\/namespaces\/([^/]+)/.exec(path)?.[1] ?? "default";
  const metadata = { name: "a", namespace, uid: "uid-a", resourceVersion: "1" };
  const object = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${object.length}\r\n\r\n${object}`;
}

/** One connection: the plain one that the client has, with the TLS one within. */
interface Line {
  readonly front: net.Socket;
  end: End | undefined;
}

/** The server. */
export class BreakingServer implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  readonly #inner: Deno.TlsListener;
  readonly #front: net.Server;
  readonly #bell: net.Server;
  readonly #lines = new Map<number, Line>();
  readonly #sockets = new Set<net.Socket>();
  readonly #serving = new Set<Promise<void>>();

  private constructor(inner: Deno.TlsListener) {
    this.#inner = inner;
    this.#front = net.createServer((front) => this.#join(front));
    this.#bell = net.createServer((bell) => {
      this.#endUnused();
      bell.on("error", () => {}).end();
    });
    this.#serving.add(this.#accept());
  }

  /** Starts one. */
  static async start({ certificate, key }: Identity): Promise<BreakingServer> {
    const [cert, secret] = await Promise.all([Deno.readTextFile(certificate), Deno.readTextFile(key)]);
    const server = new BreakingServer(Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key: secret }));
    for (const each of [server.#front, server.#bell]) {
      await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", () => resolve()));
    }
    return server;
  }

  /** Whoever connects to this port ends the connections that are to end while unused: it knows that the answer is there. */
  get bell(): number {
    return (this.#bell.address() as net.AddressInfo).port;
  }

  /** Where it is. */
  get url(): string {
    return `https://127.0.0.1:${(this.#front.address() as net.AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#inner.close();
    for (const each of [this.#front, this.#bell]) await new Promise<void>((resolve) => each.close(() => resolve()));
    await Promise.all(this.#serving);
  }

  #endUnused(): void {
    for (const [port, { front, end }] of this.#lines) {
      if (!end?.endsWith("unused")) continue;
      this.#lines.delete(port);
      if (end === "reset while unused") front.resetAndDestroy();
      else front.destroy();
    }
  }

  #join(front: net.Socket): void {
    const line: Line = { front, end: undefined };
    const back = net.connect((this.#inner.addr as Deno.NetAddr).port, "127.0.0.1", () => {
      this.#lines.set(back.localPort!, line);
    });
    for (const [one, other] of [[front, back], [back, front]] as const) {
      this.#sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.on("end", () => other.end());
    }
    front.on("data", (data) => {
      if (line.end === "reset in the request") front.resetAndDestroy();
      else if (line.end === "closed in the request") front.destroy();
      else back.write(data);
    });
    back.on("data", (data) => void front.write(data));
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

  async #serve(connection: Deno.TlsConn): Promise<void> {
    try {
      await connection.handshake();
      const line = this.#lines.get((connection.remoteAddr as Deno.NetAddr).port)!;
      const buffer = new Uint8Array(65_536);
      for (let text = "";;) {
        const count = await connection.read(buffer);
        if (count === null) return;
        text += decoder.decode(buffer.subarray(0, count));
        const arrival = parseRequest(text);
        if (!arrival) continue;
        text = "";
        await this.#answer(arrival, connection, line);
      }
    } catch {
      // The client has ended it: by mistrust, or because it was told to.
    } finally {
      try {
        connection.close();
      } catch {
        // It is closed.
      }
    }
  }

  async #answer(arrival: Arrival, connection: Deno.TlsConn, line: Line): Promise<void> {
    const say = async (text: string) => void await connection.write(encoder.encode(text));
    const { pathname, searchParams } = new URL(arrival.path, "http://x");
    if (pathname === "/arm") {
      await say(wellAnswered(arrival));
      line.end = ENDS.find((end) => end === searchParams.get("how"));
      if (line.end === undefined) throw new RangeError(`${arrival.path} names no end`);
      return;
    }
    this.arrivals.push(arrival);
    switch (line.end) {
      case "closed before the answer":
        return connection.close();
      case "cut before the answer":
        return void line.front.destroy();
      case "reset before the answer":
        return void line.front.resetAndDestroy();
      case "cut in the head of the answer":
        await say("HTTP/1.1 20");
        return void setTimeout(() => line.front.destroy(), 20);
      case "reset in the body of the answer":
        await say('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"kind":');
        return void setTimeout(() => line.front.resetAndDestroy(), 20);
      case "closed in the body of the answer":
        await say('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"kind":\r\n');
        return connection.close();
      default:
        await say(wellAnswered(arrival));
    }
  }
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
