/** Promises about connections by Node's TLS, which take a client certificate and another name: they are as Deno's own. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../lib/time/mod.ts";
import { type Answer, dial, type TlsOptions, Wire, WireError } from "../../lib/wire/mod.ts";
import { makeIdentity, makePki } from "../kube/connect/pki.ts";
import { ignore as ignoreAll, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl } from "../kube/connect/pki.ts";

const ignore = ignoreAll || !await hasOpenssl();
const NAME = "kubernetes.test";
const LONG = 3_000_000;

async function credentials(directory: string) {
  const { authority, client } = await makePki(directory);
  const { certificate, key } = await makeIdentity(directory, authority, NAME);
  const [ca, cert, secret, clientCert, clientKey] = await Promise.all(
    [authority.certificate, certificate, key, client.certificate, client.key].map((file) => Deno.readTextFile(file)),
  );
  const tls = { authority: ca!, keyPair: { cert: clientCert!, key: clientKey! }, serverName: NAME };
  return { server: { cert: cert!, key: secret! }, tls };
}

function wireTo(listener: Deno.TlsListener, tls: TlsOptions): Wire {
  return new Wire({ server: `https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`, tls, clock: systemClock });
}

const where = { hostname: "127.0.0.1", port: 0 };

Deno.test("long bodies go both ways, and a stream comes as it is sent", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const { server: identity, tls } = await credentials(directory.path);
  const next = Promise.withResolvers<void>();
  const server = Deno.serve({ ...where, ...identity, onListen() {} }, async (request) => {
    if (request.method === "POST") return new Response(await request.arrayBuffer());
    return new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode("first\n"));
          await next.promise;
          controller.enqueue(new TextEncoder().encode("second\n"));
          controller.close();
        },
      }),
    );
  });
  const wire = new Wire({ server: `https://127.0.0.1:${server.addr.port}`, tls, clock: systemClock });
  const body = crypto.getRandomValues(new Uint8Array(65_536));
  const long = new Uint8Array(LONG).map((_, at) => body[at % body.length]!);
  const ask = (method: string, body?: Uint8Array): Promise<Answer> =>
    wire.ask({ method, target: "/", headers: [], body });
  for (let i = 0; i < 3; i++) assertEquals(await (await ask("POST", long)).bytes(), long);
  const reader = (await ask("GET")).stream().pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "first\n");
  next.resolve();
  assertEquals([await reader.read(), await reader.read()], [
    { done: false, value: "second\n" },
    { done: true, value: undefined },
  ]);
  wire.close();
  await server.shutdown();
});

/** Accepts one connection, answers its request with a text, and closes it. */
async function answerOnce(listener: Deno.TlsListener, text: string): Promise<void> {
  const connection = await listener.accept();
  await connection.handshake();
  await connection.read(new Uint8Array(4_096));
  await connection.write(new TextEncoder().encode(text));
  connection.close();
}

Deno.test("an answer that ends with its connection is an error, as it may have been cut off", {
  ignore,
}, async () => {
  await using directory = await temporaryDirectory();
  const { server: identity, tls } = await credentials(directory.path);
  using listener = Deno.listenTls({ ...where, ...identity });
  const wire = wireTo(listener, tls);
  for (const head of ["", "content-length: 50\r\n", "transfer-encoding: chunked\r\n"]) {
    const answered = answerOnce(listener, `HTTP/1.1 200 OK\r\n${head}\r\n4\r\nhalf\r\n`);
    const answer = await wire.ask({ method: "GET", target: "/", headers: [] });
    const error = await assertRejects(
      () => answer.bytes(),
      WireError,
      "in the middle of the answer (closed by the other side)",
    );
    assertEquals((error as WireError).failure, "broken");
    await answered;
  }
  wire.close();
});

Deno.test("a connection that the other side closed while it was unused is not used again", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const { server: identity, tls } = await credentials(directory.path);
  using listener = Deno.listenTls({ ...where, ...identity });
  const wire = wireTo(listener, tls);
  for (let i = 0; i < 5; i++) {
    const answered = answerOnce(listener, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}");
    const answer = await wire.ask({ method: "POST", target: "/", headers: [], body: "{}" });
    assertEquals((await answer.bytes()).length, 2);
    await answered;
  }
  wire.close();
});

Deno.test("a request that is aborted ends its connection and throws the reason", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const { server: identity, tls } = await credentials(directory.path);
  using listener = Deno.listenTls({ ...where, ...identity });
  const wire = wireTo(listener, tls);
  const stop = new AbortController();
  const request = assertRejects(
    () => wire.ask({ method: "GET", target: "/", headers: [], signal: stop.signal }),
    Error,
    "enough",
  );
  using connection = await listener.accept();
  assert(await connection.read(new Uint8Array(4_096)));
  stop.abort(new Error("enough"));
  await request;
  // The connection has ended, properly or not.
  assertEquals(await connection.read(new Uint8Array(1)).catch(() => null), null);
  wire.close();
});

Deno.test("a server without TLS and an invalid key pair are errors before anything is sent", { ignore }, async () => {
  await using directory = await temporaryDirectory();
  const { tls } = await credentials(directory.path);
  for (const keyPair of [tls.keyPair, { cert: "none", key: "none" }]) {
    using listener = Deno.listen(where);
    const { port } = listener.addr;
    const limits = { connect: 5_000, handshake: 5_000 };
    const dialed = dial({ hostname: "127.0.0.1", port }, { ...tls, keyPair }, limits, systemClock);
    const refusal = assertRejects(() => dialed, Error);
    using connection = await listener.accept();
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await refusal;
  }
});
