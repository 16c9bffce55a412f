/**
 * Promises about what is said when there is no answer: each way in which a connection can fail is made to happen, with real
 * sockets, and told by its name. On the Deno that runs the tests and on the oldest one, which words them otherwise.
 */

import net from "node:net";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CuttingServer } from "../../wire/cutting_server.ts";
import { armFor, type NamedEnd } from "./ends.ts";
import type { FailedRequest } from "./failing_program.ts";
import { denos, ignore, runProgram, temporaryDirectory } from "./fixtures.ts";
import { hasOpenssl, makePki } from "./pki.ts";

const ignoreTls = ignore || !await hasOpenssl();

/** The failure of each case, and a part of its message. A reset and a missing farewell are named. */
const EXPECTED: Readonly<Record<string, readonly [failure: string, words: string]>> = {
  "refused": ["unreachable", "cannot be reached (tcp connect error: Connection refused"],
  "no such host": ["unreachable", "cannot be reached (dns error"],
  "reset in the handshake": ["unreachable", "cannot be reached (Connection reset"],
  "no TLS at all": ["unreachable", "cannot be reached (received corrupt message"],
  "another authority": ["untrusted", "is not trusted (BadSignature"],
  "another name": ["untrusted", "is not trusted (certificate not valid for name"],
  "no HTTP at all": ["broken", "broke (invalid HTTP version"],
  "closed before the answer": ["broken", "broke (connection closed before message completed"],
  "reset before the answer": ["broken", "was reset before the answer arrived (Connection reset"],
  "cut before the answer": ["broken", "without a TLS close_notify"],
  "cut in the head of the answer": ["broken", "without a TLS close_notify"],
  "closed in the body of the answer": ["broken", "in the middle of the answer (error reading a body"],
  "reset in the body of the answer": ["broken", "in the middle of the answer (error reading a body"],
  "cut in the body of the answer": ["broken", "in the middle of the answer (error reading a body"],
  "a redirect": ["broken", "is a redirect, which is not followed"],
  "no gzip": ["broken", "in the middle of the answer ("],
  "no brotli": ["broken", "in the middle of the answer ("],
};

/** What is otherwise over the wire, whose words are our own but for those of Deno's sockets. */
const ON_THE_WIRE: typeof EXPECTED = {
  ...EXPECTED,
  "refused": ["unreachable", "cannot be reached (Connection refused"],
  "no such host": ["unreachable", "cannot be reached (failed to lookup address"],
  "reset in the handshake": ["unreachable", "cannot be reached ("],
  "no TLS at all": ["unreachable", "cannot be reached ("],
  "another authority": ["untrusted", "is not trusted ("],
  "no HTTP at all": ["broken", 'is not valid HTTP/1.1 (it begins with "hello")'],
  "closed before the answer": ["broken", "broke (closed by the other side before the answer arrived"],
  "reset before the answer": ["broken", "was reset before the answer arrived ("],
  "closed in the body of the answer": ["broken", "in the middle of the answer (closed by the other side"],
  "cut in the body of the answer": ["broken", "in the middle of the answer (closed without a TLS close_notify)"],
  "reset in the body of the answer": ["broken", "in the middle of the answer ("],
  "no brotli": ["broken", "has an encoding that was not requested (br)"],
};

/** A server that sends these bytes to every client, or resets the connection. */
async function plainServer(answer: string | undefined): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => void (answer === undefined ? socket.resetAndDestroy() : socket.end(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as net.AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function unusedPort(): Promise<number> {
  await using server = await plainServer("");
  return server.port;
}

for (
  const [name, deno, which, expectations] of denos.flatMap(([name, deno]) =>
    [[name, deno, "fetch", EXPECTED], [name, deno, "wire", ON_THE_WIRE]] as const
  )
) {
  Deno.test(
    `each way in which a connection fails is told by its name, on ${name}, by ${which}`,
    { ignore: ignoreTls || deno === undefined },
    async () => {
      await using directory = await temporaryDirectory();
      const { authority, server: identity, stranger } = await makePki(directory.path);
      await using breaking = await CuttingServer.startAs(identity);
      await using strange = await CuttingServer.startAs(stranger);
      await using reset = await plainServer(undefined);
      await using plain = await plainServer("HTTP/1.1 400 Bad Request\r\n\r\nspeak TLS\r\n");
      await using junk = await plainServer("hello\r\n\r\n");
      const gzip = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello";
      const found =
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/login?token=planted\r\ncontent-length: 0\r\n\r\n";
      await using moved = await plainServer(found);
      await using broken = await plainServer(gzip);
      await using brotli = await plainServer(gzip.replace("gzip", "br"));
      const servers: Record<string, string> = {
        "refused": `http://127.0.0.1:${await unusedPort()}`,
        "no such host": "https://no-such-host.invalid",
        "reset in the handshake": `https://127.0.0.1:${reset.port}`,
        "no TLS at all": `https://127.0.0.1:${plain.port}`,
        "another authority": strange.url,
        "another name": breaking.url.replace("127.0.0.1", "localhost"),
        "no HTTP at all": `http://127.0.0.1:${junk.port}`,
        "a redirect": `http://127.0.0.1:${moved.port}`,
        "no gzip": `http://127.0.0.1:${broken.port}`,
        "no brotli": `http://127.0.0.1:${brotli.port}`,
      };
      const urlOf = (what: string) => servers[what] ?? `${breaking.url}/arm?${armFor(what as NamedEnd)}`;
      const args = [which, authority.certificate, ...Object.keys(EXPECTED).map((what) => `${what}=${urlOf(what)}`)];
      const printed = await runProgram(deno!, "failing_program.ts", args);
      const told = printed.trim().split("\n").map((line) => JSON.parse(line) as FailedRequest);
      assertEquals(told.map((each) => each.name), Object.keys(EXPECTED));
      for (const { name: what, failure, message } of told) {
        const [expected, words] = expectations[what]!;
        assertEquals(failure, expected, `${what}: ${message}`);
        assertStringIncludes(message, words, what);
        assert(
          !message.includes("planted") && !message.includes("://"),
          `the URL is none of a log's business: ${message}`,
        );
      }
    },
  );
}
