/** Promises about tunnels through a proxy: the request, which answers are accepted, and the errors. */

import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import { type Clock, systemClock } from "../../lib/time/mod.ts";
import { dial, WireError } from "../../lib/wire/mod.ts";
import { TunnelAnswer, tunnelRequest } from "../../lib/wire/tunnel.ts";

const { state } = await Deno.permissions.query({ name: "net" });
const ignore = state !== "granted";

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const proxy = { address: { hostname: "p.example", port: 3128 }, authorization: undefined };

Deno.test("CONNECT names the host with its port, and has the proxy's credentials", () => {
  const text = (hostname: string, authorization?: string) =>
    new TextDecoder().decode(tunnelRequest({ hostname, port: 6443 }, { ...proxy, authorization }));
  assertEquals(text("dev.example"), "CONNECT dev.example:6443 HTTP/1.1\r\nhost: dev.example:6443\r\n\r\n");
  assertEquals(
    text("fd00::1", "Basic eA=="),
    "CONNECT [fd00::1]:6443 HTTP/1.1\r\nhost: [fd00::1]:6443\r\nproxy-authorization: Basic eA==\r\n\r\n",
  );
});

const opened = [
  "HTTP/1.1 200 Connection established\r\n\r\n",
  "HTTP/1.0 200 OK\r\nvia: a\r\n\r\n",
  "HTTP/1.1 204\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
];

for (const answer of opened) {
  Deno.test(`a tunnel is open, in whichever pieces it is said: ${JSON.stringify(answer.slice(0, 40))}`, () => {
    assert(new TunnelAnswer().take(bytesOf(answer)));
    for (let at = 1; at < answer.length; at++) {
      const taken = new TunnelAnswer();
      assertFalse(taken.take(bytesOf(answer.slice(0, at))));
      assert(taken.take(bytesOf(answer.slice(at))));
    }
    const slowly = new TunnelAnswer();
    const states = Array.from(answer, (letter) => slowly.take(bytesOf(letter)));
    assertEquals(states.indexOf(true), answer.length - 1);
  });
}

const refused: Readonly<Record<string, string>> = {
  "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 9\r\n\r\nsecret...":
    "it answers CONNECT with 407: put a valid user name and password into the URL of the proxy",
  "HTTP/1.1 403 Forbidden\r\n\r\n": "it answers CONNECT with 403",
  "HTTP/1.1 502 Bad Gateway\r\n\r\n": "it answers CONNECT with 502",
  "HTTP/1.1 301 Moved\r\nlocation: http://secret\r\n\r\n": "it answers CONNECT with 301",
  "HTTP/1.1 101 Switching Protocols\r\n\r\n":
    "the answer is not valid HTTP/1.1 (it switches protocols without being asked to)",
  "HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01": "the answer is not valid HTTP/1.1 (it sends more than was asked for)",
  "HTTP/1.1 200 OK\r\na b\r\n\r\n": "the answer is not valid HTTP/1.1 (line 2 of its head is not a header)",
  "\x05\x00\r\n\r\n": "the answer is not valid HTTP/1.1 (there are control characters in its head)",
  "SSH-2.0-x\r\n\r\n": 'the answer is not valid HTTP/1.1 (it begins with "SSH-2.0-x")',
};

for (const [answer, problem] of Object.entries(refused)) {
  Deno.test(`no tunnel is taken to be open: ${JSON.stringify(answer.slice(0, 40))}`, () => {
    assertThrows(() => new TunnelAnswer().take(bytesOf(answer)), Error, problem);
  });
}

Deno.test("an answer without an end, and one that only ever begins, are given up", () => {
  const endless = new TunnelAnswer();
  assertThrows(
    () => {
      for (let sent = 0; sent < 100_000; sent += 1_000) endless.take(bytesOf("x".repeat(1_000)));
    },
    WireError,
    "its head is longer than 65536 bytes",
  );
  assertThrows(
    () => new TunnelAnswer().take(bytesOf("HTTP/1.1 100 Continue\r\n\r\n".repeat(20))),
    WireError,
    "it sends too many interim answers (1xx)",
  );
  assertThrows(() => new TunnelAnswer().take(null), Error, "it closed the connection before its answer was there");
});

const tls = { authority: undefined, keyPair: undefined };
/** What takes Deno's own way, and what takes Node's. */
const ways = { "Deno's TLS": tls, "Node's TLS": { ...tls, keyPair: { cert: "", key: "" } } };

for (const [name, options] of Object.entries(ways)) {
  Deno.test(`a proxy that says nothing is given up in time, and its connection closed, by ${name}`, {
    ignore,
  }, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    let late: () => void = () => {};
    // Time passes when the proxy has been asked.
    const clock: Clock = {
      ...systemClock,
      timer: (_ms, fn) => {
        late = fn;
        return { cancel() {} };
      },
    };
    const via = { address: { hostname: "127.0.0.1", port }, authorization: "Basic c2VjcmV0" };
    const dialed = dial({ hostname: "a.example", port: 443 }, options, { connect: 7_000, handshake: 1 }, clock, via);
    const refusal = assertRejects(() => dialed, WireError);
    using front = await listener.accept();
    assert(await front.read(new Uint8Array(1_000)));
    late();
    const { failure, message } = await refusal as WireError;
    assertEquals(failure, "unreachable");
    assertEquals(
      message,
      `the API server cannot be reached by the proxy 127.0.0.1:${port} (no answer to CONNECT within 7 s)`,
    );
    assertEquals(await front.read(new Uint8Array(1)), null);
  });

  Deno.test(`a proxy that nobody is at is said by its host, by ${name}`, { ignore }, async () => {
    const port = (() => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      return listener.addr.port;
    })();
    const via = { address: { hostname: "127.0.0.1", port }, authorization: undefined };
    const error = await assertRejects(
      () => dial({ hostname: "a.example", port: 443 }, options, { connect: 7_000, handshake: 1_000 }, systemClock, via),
      WireError,
      `the API server cannot be reached by the proxy 127.0.0.1:${port} (`,
    );
    assertEquals((error as WireError).failure, "unreachable");
  });
}
