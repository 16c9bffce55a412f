/** Proxies of several types. Each leads to one server, whatever is requested, and records the requests. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** A proxy for a test. */
export interface TestProxy extends AsyncDisposable {
  /** Where it is, without a scheme: `127.0.0.1:3128`. */
  readonly host: string;
  /** What came first on each connection: the head of an HTTP proxy, the destination of a SOCKS one. */
  readonly asked: string[];
}

/** What an HTTP proxy says when it has opened a tunnel. */
export const OPENED = "HTTP/1.1 200 Connection established\r\n\r\n";

/** What it says to a request that is given to it whole. */
const DONE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

/**
 * An HTTP proxy.
 *
 * @param target The URL of the server that each tunnel leads to.
 * @param answer What it says; after anything but {@link OPENED} it closes the connection.
 * @param tls For a proxy of `https://`.
 */
export function httpProxy(target: string, answer: string = OPENED, tls?: { cert: string; key: string }): TestProxy {
  const where = { hostname: "127.0.0.1", port: 0 };
  const listener = tls ? Deno.listenTls({ ...where, ...tls }) : Deno.listen(where);
  return proxyOn(listener as Deno.TcpListener, target, async (front) => {
    const head = await readHead(front);
    await front.write(encoder.encode(head.startsWith("CONNECT ") || answer !== OPENED ? answer : DONE));
    return { asked: head, isOpen: answer === OPENED && head.startsWith("CONNECT ") };
  });
}

/** A SOCKS5 proxy without a password. */
export function socksProxy(target: string): TestProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return proxyOn(listener, target, async (front) => {
    const bytes = new Uint8Array(512);
    await front.read(bytes);
    await front.write(new Uint8Array([5, 0]));
    const count = await front.read(bytes) ?? 0;
    await front.write(new Uint8Array([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    // Version, command, nothing, sort of address, its length; the address; and two bytes of port.
    const port = bytes[count - 2]! * 256 + bytes[count - 1]!;
    return { asked: `${decoder.decode(bytes.subarray(5, count - 2))}:${port}`, isOpen: true };
  });
}

type Greeting = (front: Deno.Conn) => Promise<{ asked: string; isOpen: boolean }>;

function proxyOn(listener: Deno.TcpListener, target: string, greet: Greeting): TestProxy {
  const { hostname, port } = new URL(target);
  const back = { hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
  const asked: string[] = [];
  const open: Promise<unknown>[] = [];
  const serve = async (front: Deno.Conn) => {
    try {
      const greeting = await greet(front);
      asked.push(greeting.asked);
      if (!greeting.isOpen) return front.close();
      const behind = await Deno.connect(back);
      await Promise.allSettled([
        front.readable.pipeTo(behind.writable),
        behind.readable.pipeTo(front.writable),
      ]);
    } catch {
      // The client has left.
    }
  };
  const accepting = (async () => {
    for await (const front of listener) open.push(serve(front));
  })();
  return {
    host: `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(open);
    },
  };
}

async function readHead(connection: Deno.Conn): Promise<string> {
  const bytes = new Uint8Array(4_096);
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const count = await connection.read(bytes);
    if (count === null) break;
    head += decoder.decode(bytes.subarray(0, count));
  }
  return head;
}
