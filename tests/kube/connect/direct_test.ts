/** Promises about the short way to a client of our own: it says what the contract says, and hides no request from anybody. */

import { assertEquals } from "@std/assert";
import { connect, type ConnectedClient } from "../../../lib/kube/connect/connect.ts";
import { directWayTo } from "../../../lib/kube/request/direct.ts";
import { type KubeRequest, send, type Transport } from "../../../lib/kube/request/request.ts";
import type { RequestOptions } from "../../../lib/kube/request/client.ts";
import { seededRandom } from "../../../lib/testing/mod.ts";
import { type Clock, systemClock } from "../../../lib/time/mod.ts";
import { ConfigMap } from "../../../lib/kube/kinds/mod.ts";
import { ignore } from "./fixtures.ts";

const OBJECT = JSON.stringify({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n", uid: "u", resourceVersion: "1" },
  data: { é: "日本 \u{1f600}" },
});
const STATUS = JSON.stringify({
  ...{ kind: "Status", apiVersion: "v1", status: "Failure", code: 409, reason: "Conflict", message: "é" },
});
const GZIP = "(gzip)";

/** Bodies, as they stand in an answer. */
const BODIES: readonly (string | Uint8Array)[] = [
  OBJECT,
  STATUS,
  "\ufeff" + OBJECT,
  "",
  "null",
  "{",
  "404 page not found\n",
  "<html><title>502 Bad Gateway</title></html>",
  "Unauthorized",
  OBJECT.repeat(2_000),
  new Uint8Array([0x7b, 0xff, 0xfe, 0x80, 0x7d]),
  new TextEncoder().encode(OBJECT.replace("日", "@")).map((byte) => byte === 0x40 ? 0xe3 : byte),
  GZIP,
];
const STATUSES = [200, 201, 204, 400, 401, 404, 409, 422, 429, 500, 502, 503];
const TYPES = ["application/json", "text/plain; charset=utf-8", undefined];
const FRAMINGS = ["length", "chunked", "close", "late", "cut"] as const;

interface Scripted {
  readonly body: Uint8Array;
  readonly status: number;
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly framing: typeof FRAMINGS[number];
}

async function gzipped(text: string): Promise<Uint8Array> {
  return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

/** A server that answers each request with the same bytes, and keeps what it was asked. */
function serveBytes(scripted: () => Scripted): { url: string; asked: string[] } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const connections = new Set<Deno.Conn>();
  const serve = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(1 << 20);
    for (let text = "";;) {
      const count = await connection.read(buffer);
      if (count === null) return;
      text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) continue;
      asked.push(text);
      text = "";
      const { body, status, type, encoding, framing } = scripted();
      const headers = [`HTTP/1.1 ${status} X`];
      if (type) headers.push(`Content-Type: ${type}`);
      if (encoding) headers.push(`Content-Encoding: ${encoding}`);
      if (framing === "chunked") headers.push("Transfer-Encoding: chunked");
      else if (framing === "close") headers.push("Connection: close");
      else headers.push(`Content-Length: ${status === 204 ? 0 : body.length}`);
      const head = new TextEncoder().encode(`${headers.join("\r\n")}\r\n\r\n`);
      const ended = new TextEncoder().encode("\r\n0\r\n\r\n");
      const size = new TextEncoder().encode(`${body.length.toString(16)}\r\n`);
      const whole = framing === "chunked" && body.length > 0
        ? [head, size, body, ended]
        : framing === "chunked"
        ? [head, ended.subarray(2)]
        : [head, body];
      if (status === 204) whole.splice(1);
      const bytes = new Uint8Array(await new Blob(whole as BlobPart[]).arrayBuffer());
      const all = framing === "cut" ? bytes.subarray(0, bytes.length - 1) : bytes;
      // In two pieces, the cut within the body.
      const at = framing === "late" ? Math.max(head.length, all.length - 3) : all.length;
      for (const piece of [all.subarray(0, at), all.subarray(at)]) {
        for (let sent = 0; sent < piece.length;) sent += await connection.write(piece.subarray(sent));
      }
      if (framing === "close" || framing === "cut") return;
    }
  };
  const serving = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      connections.add(connection);
      const served = serve(connection).catch(() => {}).finally(() => {
        connections.delete(connection);
        closeQuietly(connection);
        serving.delete(served);
      });
      serving.add(served);
    }
  })();
  return {
    asked,
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      connections.forEach(closeQuietly);
      await Promise.all(serving);
    },
  };
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other side was first, or this one.
  }
}

const REQUESTS: readonly KubeRequest[] = [
  { verb: "get", kind: ConfigMap, namespace: "n", name: "a" },
  { verb: "create", kind: ConfigMap, namespace: "n", query: { fieldManager: "a b&c=ü" }, body: JSON.parse(OBJECT) },
  {
    ...{ verb: "patch", kind: ConfigMap, namespace: "n", name: "a", subresource: "status" },
    ...{
      query: { fieldManager: "m", force: undefined },
      contentType: "application/merge-patch+json",
      body: { a: "é" },
    },
  },
  { verb: "delete", kind: ConfigMap, namespace: "n", name: "a", body: { kind: "DeleteOptions" } },
];

/** For waits between attempts, which nobody waits for here. */
const IMPATIENT: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic(),
  timer: (_, callback) => systemClock.timer(0, callback),
};

/** What comes of a request. */
async function outcome(client: Transport["client"], request: KubeRequest): Promise<unknown> {
  const transport = { client, clock: IMPATIENT, random: seededRandom(1) };
  try {
    return await send(transport, request);
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { name, message: message.replaceAll(/:\d+/g, ""), cause: (cause as Error | undefined)?.name };
  }
}

/** As a request stands on the wire, whichever way it went: with its parameters decoded. */
function normal(text: string): string {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const [method, target = ""] = first.split(" ");
  const url = new URL(target, "http://x");
  return JSON.stringify([
    method,
    url.pathname,
    [...url.searchParams],
    lines.filter((line) => !/^host:/.test(line)),
    rest,
  ]);
}

Deno.test("whatever is answered, the short way says of it what the contract says", { ignore }, async () => {
  let scripted: Scripted;
  await using server = serveBytes(() => scripted);
  using client = await connect({ server: server.url, allowPlainHttp: true });
  const wrapped = { ...client, performRequest: (options: RequestOptions) => client.performRequest(options) };
  Object.defineProperty(wrapped, "sendsOnce", { value: true });
  const gzip = await gzipped(OBJECT);
  let turn = 0;
  for (const text of BODIES) {
    for (const status of STATUSES) {
      // One of the media types each, so that all combinations of two come up.
      for (const type of [TYPES[(turn + status) % TYPES.length]]) {
        const framing = FRAMINGS[(status + (type?.length ?? 0) + text.length) % FRAMINGS.length]!;
        const body = text === GZIP ? gzip : typeof text === "string" ? new TextEncoder().encode(text) : text;
        scripted = { body, status, type, encoding: text === GZIP ? "gzip" : undefined, framing };
        const request = REQUESTS[turn++ % REQUESTS.length]!;
        const direct = await outcome(client, request);
        const contract = await outcome(wrapped as unknown as ConnectedClient, request);
        assertEquals(direct, contract, `${status} ${type} ${framing} ${request.verb} ${String(text).slice(0, 40)}`);
      }
    }
  }
  scripted = {
    body: new TextEncoder().encode(OBJECT),
    status: 200,
    type: TYPES[0],
    encoding: undefined,
    framing: "length",
  };
  for (const request of REQUESTS) {
    const before = server.asked.length;
    await outcome(client, request);
    await outcome(wrapped as unknown as ConnectedClient, request);
    assertEquals(normal(server.asked[before]!), normal(server.asked[before + 1]!));
  }
});

Deno.test("whoever wraps a client, or replaces how it performs requests, sees all of them", { ignore }, async () => {
  const ok = { body: new TextEncoder().encode(OBJECT), status: 200, type: TYPES[0], encoding: undefined } as const;
  await using server = serveBytes(() => ({ ...ok, framing: "length" }));
  using client = await connect({ server: server.url, allowPlainHttp: true });
  const seen: string[] = [];
  const performRequest = ((options: RequestOptions) => {
    seen.push(options.path ?? "");
    return original(options);
  }) as typeof client.performRequest;
  const original = client.performRequest;
  const clients: ConnectedClient[] = [
    { ...client, performRequest },
    new Proxy(client, {
      get: (target, name) => name === "performRequest" ? performRequest : Reflect.get(target, name),
    }),
    Object.create(client, { performRequest: { value: performRequest } }),
  ];
  for (const wrapped of clients) {
    assertEquals(directWayTo(wrapped), undefined);
    await outcome(wrapped, REQUESTS[0]!);
  }
  await outcome(client, REQUESTS[0]!);
  assertEquals(seen.length, clients.length, "the client itself goes the short way");
  Object.assign(client, { performRequest });
  await outcome(client, REQUESTS[0]!);
  assertEquals(seen.length, clients.length + 1, "but not once its performRequest is another");
});
