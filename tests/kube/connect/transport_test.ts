/** Promises about the connections to a server: their protocol, and what becomes of those that are not used. */

import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect } from "../../../lib/kube/connect/connect.ts";
import { ConnectionError, toApiError } from "../../../lib/kube/mod.ts";
import { ignore, temporaryDirectory, writeConfig } from "./fixtures.ts";
import { hasOpenssl, makePki } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** Reads one request from a connection, and answers it. */
async function answerOnce(connection: Deno.Conn): Promise<void> {
  await connection.read(new Uint8Array(4_096));
  await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
}

/** A connection that comes after the one which found out that only the named authority vouches for the server. */
async function acceptTrusted(listener: Deno.TlsListener): Promise<Deno.TlsConn> {
  const first = await listener.accept();
  await first.handshake().catch(() => {});
  first.close();
  return await listener.accept();
}

Deno.test("a server that speaks HTTP/2 and HTTP/1.1 is spoken to in HTTP/1.1", { ignore: ignoreTls }, async () => {
  await using directory = await temporaryDirectory();
  const { server } = await makePki(directory.path);
  const cert = await Deno.readTextFile(server.certificate);
  const key = await Deno.readTextFile(server.key);
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key, alpnProtocols: ["h2", "http/1.1"] });
  const cluster = ["certificate-authority: authority.crt"];
  const url = `https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  using client = await connect({ kubeconfig: await writeConfig(directory, url, { cluster }) });
  const request = client.performRequest({ method: "GET", path: "/api" });
  using connection = await acceptTrusted(listener);
  assertEquals((await connection.handshake()).alpnProtocol, "http/1.1");
  await answerOnce(connection);
  await request;
});

Deno.test(
  "a write does not break when the server has closed the connection of the one before",
  { ignore },
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using client = await connect({ server: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}` });
    for (let i = 0; i < 5; i++) {
      const request = client.performRequest({ method: "POST", path: "/api", bodyJson: {} });
      const connection = await listener.accept();
      await answerOnce(connection);
      connection.close();
      await request;
    }
  },
);

Deno.test("a watch that breaks is a connection that broke", { ignore }, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using client = await connect({ server: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}` });
  const answer = client.performRequest({ method: "GET", path: "/api", expectStream: true });
  using connection = await listener.accept();
  await connection.read(new Uint8Array(4_096));
  await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  const reader = (await answer).getReader();
  await reader.read();
  connection.closeWrite();
  const error = toApiError(await assertRejects(() => reader.read()));
  assertInstanceOf(error, ConnectionError);
  assertEquals([error.failure, error.sent], ["broken", "unknown"]);
});
