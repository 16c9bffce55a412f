/** Promises about answers that come early or without a request. */

import { assertEquals } from "@std/assert";
import { systemClock } from "../../lib/time/mod.ts";
import { type TlsOptions, Wire } from "../../lib/wire/mod.ts";
import { ignore, temporaryDirectory } from "../kube/connect/fixtures.ts";
import { hasOpenssl, makePki } from "../kube/connect/pki.ts";

const ignoreTls = ignore || !await hasOpenssl();
const encoder = new TextEncoder();
const GET = { method: "GET", target: "/", headers: [] } as const;

/** A listener, and what a client needs to speak to it. */
interface Spoken {
  readonly listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>;
  readonly wire: Wire;
}

async function listen(isTls: boolean, directory: string): Promise<Spoken> {
  const address = { hostname: "127.0.0.1", port: 0 };
  if (!isTls) return spokenTo(Deno.listen(address), undefined);
  const { authority, server } = await makePki(directory);
  const [ca, cert, key] = await Promise.all(
    [authority.certificate, server.certificate, server.key].map((path) => Deno.readTextFile(path)),
  );
  const listener = Deno.listenTls({ ...address, cert: cert!, key: key! });
  return spokenTo(listener, { authority: ca, keyPair: undefined });
}

function spokenTo(listener: Spoken["listener"], tls: TlsOptions | undefined): Spoken {
  const server = `${tls ? "https" : "http"}://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  return { listener, wire: new Wire({ server, tls, clock: systemClock }) };
}

function answer(status: string, body: string): Uint8Array {
  return encoder.encode(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

/** Reads what one read brings, and answers it. */
async function answerOnce(connection: Deno.Conn, body: string): Promise<void> {
  await connection.read(new Uint8Array(4_096));
  await connection.write(answer("200 OK", body));
}

for (const [scheme, isTls] of [["http", false], ["https", true]] as const) {
  const options = { ignore: isTls ? ignoreTls : ignore };

  Deno.test(
    `what comes unasked is nobody's answer, and its connection is not used again, ${scheme}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { listener, wire } = await listen(isTls, directory.path);
      using _closed = listener;
      const first = wire.ask(GET);
      using one = await listener.accept();
      await answerOnce(one, "one");
      assertEquals(await (await first).bytes(), encoder.encode("one"));
      // As some balancers say that a connection was idle for too long.
      await one.write(answer("408 Request Timeout", "late"));
      assertEquals(await one.read(new Uint8Array(1)), null);
      const second = wire.ask(GET);
      using other = await listener.accept();
      await answerOnce(other, "two");
      assertEquals(await (await second).bytes(), encoder.encode("two"));
      wire.close();
    },
  );

  Deno.test(
    `an answer that comes before the request was read is heard, though the rest cannot be sent, ${scheme}`,
    options,
    async () => {
      await using directory = await temporaryDirectory();
      const { listener, wire } = await listen(isTls, directory.path);
      using _closed = listener;
      for (const size of [100_000, 8 * 1024 * 1024]) {
        const asked = wire.ask({ ...GET, method: "POST", body: new Uint8Array(size) });
        const connection = await listener.accept();
        await connection.read(new Uint8Array(1_000));
        await connection.write(answer("413 Too Large\r\nconnection: close", "no"));
        connection.close();
        const heard = await asked;
        assertEquals([heard.status, await heard.bytes()], [413, encoder.encode("no")]);
      }
      wire.close();
    },
  );
}
