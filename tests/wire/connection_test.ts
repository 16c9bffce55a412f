import { assert, assertEquals, assertRejects } from "@std/assert";
import { VirtualClock } from "../../lib/testing/mod.ts";
import type { Answer } from "../../lib/wire/answer.ts";
import { Connection } from "../../lib/wire/connection.ts";
import { LIMITS, type Limits, WireError, type WireRequest } from "../../lib/wire/mod.ts";
import { countedSignal } from "./counted_signal.ts";
import { drips, shown, splitInTwo } from "./pieces.ts";
import { ScriptedSocket } from "./scripted_socket.ts";

const GET: WireRequest = { method: "GET", target: "/", headers: [] };
const HELLO = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const EMPTY = "HTTP/1.1 204 No Content\r\n\r\n";

const settle = () => new VirtualClock().settle();

/** A connection, its socket, and the callbacks that it has made. */
function connect(limits: Partial<Limits> = {}) {
  const socket = new ScriptedSocket();
  const told: string[] = [];
  const connection = new Connection(
    socket,
    "h",
    { ...LIMITS, ...limits },
    () => told.push("free"),
    () => told.push("closed"),
  );
  return { socket, connection, told };
}

const text = async (answer: Answer) => shown(await answer.bytes());

/** What a connection says of an answer that comes in pieces. */
async function answered(pieces: readonly string[], request = GET) {
  const { socket, connection, told } = connect();
  socket.say(...pieces).hangUp();
  const answer = await connection.ask(request);
  const body = await text(answer);
  return { status: answer.status, body, told };
}

async function assertBroken(promise: Promise<unknown>, message: string): Promise<WireError> {
  const error = await assertRejects(() => promise, WireError, message);
  assertEquals(error.failure, "broken");
  return error;
}

Deno.test("a request is one write, and its answer is the same however it comes in", async () => {
  for (
    const [answer, body] of [[HELLO, "hello"], [`${CHUNKED}5\r\nhello\r\n0\r\n\r\n`, "hello"], [
      EMPTY,
      "",
    ]] as const
  ) {
    for (const pieces of [[answer], drips(answer), ...splitInTwo(answer)]) {
      const { socket, connection } = connect();
      const asked = connection.ask(GET);
      assertEquals([socket.writes, socket.sent], [1, "GET / HTTP/1.1\r\nhost: h\r\n\r\n"]);
      socket.say(...pieces);
      assertEquals(await text(await asked), body, JSON.stringify(pieces));
      assert(connection.isFree);
    }
  }
});

Deno.test("a connection is reused for the next request, and reported free once for each", async () => {
  const { socket, connection, told } = connect();
  for (let round = 0; round < 3; round++) {
    const asked = connection.ask(GET);
    assert(!connection.isFree);
    socket.say(HELLO);
    assertEquals(await text(await asked), "hello");
  }
  assertEquals([told, socket.isClosed], [["free", "free", "free"], false]);
});

Deno.test("an answer without a body frees the connection before anybody looks at it", async () => {
  for (
    const answer of [
      EMPTY,
      "HTTP/1.1 304 x\r\ncontent-length: 5\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ]
  ) {
    const { socket, connection, told } = connect();
    socket.say(answer);
    await connection.ask(GET);
    assertEquals([told, connection.isFree], [["free"], true]);
  }
});

Deno.test("an answer to HEAD has no body, whatever its length says, and the next answer is its own", async () => {
  const { socket, connection } = connect();
  socket.say("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
  assertEquals(await text(await connection.ask({ ...GET, method: "HEAD" })), "");
  const asked = connection.ask(GET);
  socket.say(HELLO);
  assertEquals(await text(await asked), "hello");
});

Deno.test("a process is kept alive by a request, and not by a connection that waits for one", async () => {
  const { socket, connection } = connect();
  const asked = connection.ask(GET);
  assert(socket.isRef);
  socket.say(HELLO);
  await text(await asked);
  assert(!socket.isRef);
  void connection.ask(GET).catch(() => {});
  assert(socket.isRef);
  connection.end();
});

Deno.test("interim answers are skipped", async () => {
  const interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-length: 9\r\n\r\n";
  for (const pieces of [[interim + HELLO], drips(interim + HELLO), ...splitInTwo(interim + HELLO)]) {
    const { status, body, told } = await answered(pieces);
    assertEquals([status, body, told[0]], [200, "hello", "free"]);
  }
});

Deno.test("interim answers without end are an error", async () => {
  const hint = "HTTP/1.1 103 x\r\n\r\n";
  assertEquals((await answered([hint.repeat(LIMITS.interim) + HELLO])).body, "hello");
  await assertBroken(answered([hint.repeat(LIMITS.interim + 1) + HELLO]), "too many interim answers");
});

Deno.test("an answer that switches protocols is an error", async () => {
  await assertBroken(
    answered(["HTTP/1.1 101 x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"]),
    "switches protocols",
  );
});

Deno.test("an answer that ends early is an error, wherever it does", async () => {
  const answer = `HTTP/1.1 100 x\r\n\r\n${CHUNKED}5\r\nhello\r\n0\r\na: b\r\n\r\n`;
  for (let at = 0; at < answer.length; at++) {
    for (const pieces of [at === 0 ? [] : [answer.slice(0, at)], drips(answer.slice(0, at))]) {
      await assertBroken(answered(pieces), "broke");
    }
  }
});

Deno.test("the error about an answer that breaks off says why, and has the cause", async () => {
  for (const [said, words] of [["", "was reset before the answer"], [HELLO.slice(0, -1), "in the middle"]] as const) {
    const { socket, connection } = connect();
    const reset = new Deno.errors.ConnectionReset("reset by peer");
    if (said) socket.say(said);
    socket.break(reset);
    const error = await assertBroken(connection.ask(GET).then(text), words);
    assertEquals([error.cause, socket.isClosed], [reset, true]);
  }
});

Deno.test("a head is refused at one byte more than the limit, however it comes in", async () => {
  for (const size of [999, 1_000, 1_001, 100_000]) {
    const start = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\na: ";
    const answer = start + "x".repeat(size - start.length - 4) + "\r\n\r\n";
    assertEquals(answer.length, size);
    for (const pieces of [[answer], [answer.slice(0, 10), answer.slice(10)], size > 2_000 ? [answer] : drips(answer)]) {
      const { socket, connection } = connect({ head: 1_000 });
      socket.say(...pieces);
      if (size <= 1_000) assertEquals((await connection.ask(GET)).status, 200);
      else await assertBroken(connection.ask(GET), "longer than 1000 bytes");
    }
  }
});

Deno.test("a head of the usual limit is read, and one of a byte more is not", async () => {
  const start = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\na: ";
  const head = (size: number) => start + "x".repeat(size - start.length - 4) + "\r\n\r\n";
  assertEquals((await answered([head(LIMITS.head)])).status, 200);
  await assertBroken(answered([head(LIMITS.head + 1)]), "is longer");
  await assertBroken(answered([head(LIMITS.head - 1).slice(0, -1) + "xx\r\n\r\n"]), "is longer");
});

Deno.test("a connection is closed after an answer that says so, once its body is there", async () => {
  const { socket, connection, told } = connect();
  socket.say("HTTP/1.1 200 OK\r\nconnection: x, CLOSE\r\ncontent-length: 5\r\n\r\n");
  const answer = await connection.ask(GET);
  assert(!socket.isClosed);
  socket.say("hello");
  assertEquals(await text(answer), "hello");
  assertEquals([socket.isClosed, connection.isFree, told], [true, false, ["closed"]]);
});

Deno.test("an answer until the end of the connection is whole when that ends in order, and closed on this side too", async () => {
  for (const version of ["1.0", "1.1"]) {
    const { body, told } = await answered([`HTTP/${version} 200 OK\r\n\r\nhel`, "lo"]);
    assertEquals([body, told], ["hello", ["closed"]]);
  }
});

Deno.test("bytes after an answer end the connection, whether they come with it or later", async () => {
  const other = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
  for (const first of [HELLO, EMPTY, `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`]) {
    for (const extra of [other, "\n", "\r\n", "x"]) {
      for (const pieces of [[first + extra], [first, extra]]) {
        const { socket, connection } = connect();
        socket.say(...pieces);
        await text(await connection.ask(GET));
        await settle();
        assertEquals([socket.isClosed, connection.isFree], [true, false]);
      }
    }
  }
});

Deno.test("an idle connection that the server closes or resets is no longer free, and reports this once", async () => {
  for (const end of ["close", "break"] as const) {
    const { socket, connection, told } = connect();
    socket.say(EMPTY);
    await connection.ask(GET);
    if (end === "close") socket.hangUp();
    else socket.break(new Deno.errors.ConnectionReset("x"));
    await settle();
    assertEquals([connection.isFree, socket.isClosed, told], [false, true, ["free", "closed"]]);
  }
});

Deno.test("a request that cannot be sent as it stands leaves the connection as it was", async () => {
  for (const isFresh of [true, false]) {
    const { socket, connection, told } = connect();
    if (!isFresh) {
      socket.say(EMPTY);
      await connection.ask(GET);
    }
    const before = socket.sent;
    for (const bad of [{ target: "/\r\n" }, { method: "get" }, { headers: [["a", "\n"]] as const }]) {
      await assertRejects(() => connection.ask({ ...GET, ...bad }), TypeError, "Cannot send");
      assertEquals([connection.isFree, told.pop()], [true, "free"]);
    }
    assertEquals(socket.sent, before);
    const asked = connection.ask(GET);
    socket.say(HELLO);
    assertEquals(await text(await asked), "hello");
  }
});

Deno.test("an answer that comes before all is sent is given, and the connection is not used again", async () => {
  for (const answer of [HELLO, `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`]) {
    const { socket, connection, told } = connect();
    socket.holdWrites().say(answer);
    assertEquals(await text(await connection.ask({ ...GET, method: "PUT", body: "x".repeat(100_000) })), "hello");
    assertEquals([told, socket.isClosed], [["closed"], true]);
    await settle();
  }
});

Deno.test("an answer is given though the request could not be sent whole", async () => {
  const { socket, connection, told } = connect();
  const asked = connection.ask(socket.holdWrites() && GET);
  socket.failWrite(new Deno.errors.BrokenPipe("x"));
  await settle();
  socket.say(HELLO).hangUp();
  assertEquals(await text(await asked), "hello");
  assertEquals(told, ["closed"]);
});

Deno.test("when a write fails and no answer comes, the error tells of the write, a second or two later", async () => {
  const { socket, connection } = connect();
  const asked = connection.ask(socket.holdWrites() && GET);
  // However long it was stuck before.
  for (let beat = 0; beat < 60; beat++) connection.beat(1_000);
  const failure = new Deno.errors.BrokenPipe("the pipe");
  socket.failWrite(failure);
  await settle();
  connection.beat(1_000);
  assert(!socket.isClosed);
  connection.beat(1_000);
  const error = await assertBroken(asked, "the pipe");
  assertEquals([error.cause, socket.isClosed], [failure, true]);
});

Deno.test("a partial write is continued", async () => {
  const { socket, connection } = connect();
  const whole = socket.write.bind(socket);
  socket.write = (bytes) => whole(bytes.subarray(0, 10));
  const body = "0123456789".repeat(5);
  const asked = connection.ask({ ...GET, method: "PUT", body });
  await settle();
  socket.say(HELLO);
  assertEquals([await text(await asked), connection.isFree], ["hello", true]);
  assert(socket.sent.endsWith(`content-length: 50\r\n\r\n${body}`), socket.sent);
});

/** How many beats of a second a connection takes to end. */
async function beatsToEnd(connection: Connection, socket: ScriptedSocket): Promise<number> {
  await settle();
  for (let beats = 1; beats < 1_000; beats++) {
    connection.beat(1_000);
    await settle();
    if (socket.isClosed) return beats;
  }
  return Infinity;
}

Deno.test("the first byte of an answer is waited for as long as the limit says", async () => {
  const { socket, connection } = connect({ firstByte: 5_000 });
  const asked = assertBroken(connection.ask(GET), "silent for 5 s");
  assertEquals(await beatsToEnd(connection, socket), 6);
  await asked;
});

Deno.test("a byte of the head renews the wait, and so does one of the request", async () => {
  const { socket, connection } = connect({ firstByte: 5_000 });
  const asked = assertBroken(connection.ask(GET), "silent");
  for (const byte of drips("HTTP/1.1")) {
    for (let beat = 0; beat < 5; beat++) connection.beat(1_000);
    socket.say(byte);
    await settle();
  }
  assertEquals(await beatsToEnd(connection, socket), 6);
  await asked;
});

Deno.test("a body that is read as a whole may pause as long as the limit says", async () => {
  const { socket, connection } = connect({ firstByte: 1_000, betweenBytes: 5_000 });
  socket.say(HELLO.slice(0, -4));
  const read = assertBroken((await connection.ask(GET)).bytes(), "silent for 5 s");
  for (let beat = 0; beat < 5; beat++) connection.beat(1_000);
  socket.say("e");
  await settle();
  assertEquals(await beatsToEnd(connection, socket), 6);
  await read;
});

Deno.test("a stream may be silent for ever", async () => {
  const { socket, connection } = connect();
  socket.say(CHUNKED);
  const stream = (await connection.ask(GET)).stream();
  const read = stream.getReader().read();
  assertEquals(await beatsToEnd(connection, socket), Infinity);
  socket.say("1\r\nx\r\n");
  assertEquals(shown((await read).value!), "x");
  connection.end();
});

Deno.test("an answer whose body is never read is given up in the end", async () => {
  const { socket, connection } = connect({ firstByte: 5_000 });
  socket.say(HELLO.slice(0, -1));
  await connection.ask(GET);
  assertEquals(await beatsToEnd(connection, socket), 6);
});

Deno.test("an unused connection is kept as long as the limit says", async () => {
  const { socket, connection, told } = connect({ idle: 5_000 });
  socket.say(EMPTY);
  await connection.ask(GET);
  assertEquals(await beatsToEnd(connection, socket), 6);
  assertEquals(told, ["free", "closed"]);
});

Deno.test("a body that is given up ends the connection, unless it is all there", async () => {
  const { socket, connection, told } = connect();
  socket.say(HELLO.slice(0, -1));
  (await connection.ask(GET)).drop();
  assertEquals([socket.isClosed, told], [true, ["closed"]]);

  const other = connect();
  other.socket.say(EMPTY);
  (await other.connection.ask(GET)).drop();
  assert(other.connection.isFree);
});

Deno.test("dropping an answer that has ended does not affect the next one", async () => {
  const { socket, connection } = connect();
  socket.say(HELLO);
  const first = await connection.ask(GET);
  await first.bytes();
  const asked = connection.ask(GET);
  first.drop();
  await first.stream().cancel();
  socket.say(HELLO);
  assertEquals([await text(await asked), await text(first)], ["hello", ""]);
});

/** Everything that a reader gets of a stream, with a buffer of this size, or of the stream's own. */
async function readAll(stream: ReadableStream<Uint8Array>, size: number | undefined): Promise<string> {
  let read = "";
  if (size === undefined) {
    for await (const piece of stream) read += shown(piece);
    return read;
  }
  const reader = stream.getReader({ mode: "byob" });
  for (let buffer = new Uint8Array(size);;) {
    const { done, value } = await reader.read(buffer);
    if (value) read += shown(value);
    if (done) return read;
    buffer = new Uint8Array(value.buffer);
  }
}

Deno.test("a stream is the body, for readers with buffers of any size and none, and the connection is free after it", async () => {
  const long = "0123456789".repeat(20_000);
  for (const size of [undefined, 1, 7, 1_000, 65_536, 1_000_000]) {
    for (const body of ["", "hello", long]) {
      if (size === 1 && body === long) continue;
      const ends = [
        `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        CHUNKED + (body && `${body.length.toString(16)}\r\n${body}\r\n`) + "0\r\n\r\n",
        CHUNKED + body.replace(/.{1,1000}/g, (part) => `${part.length.toString(16)};x\r\n${part}\r\n`) +
        "0\r\na: b\r\n\r\n",
        `HTTP/1.1 200 OK\r\n\r\n${body}`,
      ];
      for (const [which, answer] of ends.entries()) {
        const { socket, connection } = connect();
        socket.say(answer);
        if (which === 3) socket.hangUp();
        assert(await readAll((await connection.ask(GET)).stream(), size) === body, `${size} ${answer.slice(0, 90)}`);
        assertEquals([connection.isFree, socket.isClosed], [which !== 3, which === 3]);
      }
    }
  }
});

Deno.test("a stream whose answer breaks errs with the break", async () => {
  for (const size of [undefined, 10]) {
    for (const end of ["", "zz\r\n", "1\r\nxy"]) {
      const { socket, connection } = connect();
      socket.say(`${CHUNKED}5\r\nhello\r\n${end}`).hangUp();
      await assertBroken(readAll((await connection.ask(GET)).stream(), size), "answer");
      assert(socket.isClosed);
    }
  }
});

Deno.test("a stream that is cancelled ends the connection: before it is read, in the middle, and while a read waits", async () => {
  for (const when of ["before", "middle", "waiting"] as const) {
    for (const mode of [undefined, "byob"] as const) {
      const { socket, connection, told } = connect();
      socket.say(`${CHUNKED}5\r\nhello\r\n`);
      const stream = (await connection.ask(GET)).stream();
      const reader = mode ? stream.getReader({ mode }) : stream.getReader();
      const read = () => reader.read(new Uint8Array(5));
      if (when !== "before") await read();
      const waiting = when === "waiting" ? read() : undefined;
      await reader.cancel();
      assertEquals((await waiting)?.done, waiting && true);
      await settle();
      assertEquals([socket.isClosed, told], [true, ["closed"]]);
    }
  }
});

Deno.test("a piece of a stream takes no more room than its bytes", async () => {
  const { socket, connection } = connect();
  socket.say(CHUNKED, "1\r\na\r\n");
  const { value } = await (await connection.ask(GET)).stream().getReader().read();
  assertEquals([shown(value!), value!.buffer.byteLength], ["a", 1]);
  connection.end();
});

Deno.test("a stream is read no faster than its reader reads", async () => {
  const { socket, connection } = connect();
  socket.say(CHUNKED, "1\r\na\r\n", "1\r\nb\r\n");
  const reader = (await connection.ask(GET)).stream().getReader();
  await settle();
  const { reads } = socket;
  assertEquals(shown((await reader.read()).value!), "a");
  await settle();
  assertEquals(socket.reads, reads + 1);
  connection.end();
});

Deno.test("a request whose signal is aborted already is not sent, and leaves the connection free", async () => {
  const { socket, connection, told } = connect();
  const reason = new Error("enough");
  const thrown = await assertRejects(() => connection.ask({ ...GET, signal: AbortSignal.abort(reason) }));
  assertEquals([thrown, socket.sent, told, connection.isFree], [reason, "", ["free"], true]);
});

/** The point at which a request is aborted: what the server has sent before, and what the reader does. */
const PHASES: Readonly<Record<string, (socket: ScriptedSocket, asked: Promise<Answer>) => Promise<unknown>>> = {
  "while it is written": (_, asked) => asked,
  "before the head": (_, asked) => asked,
  "in the head": (socket, asked) => {
    socket.say("HTTP/1.1 200");
    return asked;
  },
  "after interim answers": (socket, asked) => {
    socket.say("HTTP/1.1 100 x\r\n\r\n");
    return asked;
  },
  "in a body of a length": async (socket, asked) => {
    socket.say(HELLO.slice(0, -1));
    return await (await asked).bytes();
  },
  "in a body in chunks": async (socket, asked) => {
    socket.say(`${CHUNKED}3\r\nhel`);
    return await (await asked).bytes();
  },
  "in a body until the end": async (socket, asked) => {
    socket.say("HTTP/1.1 200 OK\r\n\r\nhel");
    return await (await asked).bytes();
  },
  "in a stream": async (socket, asked) => {
    socket.say(`${CHUNKED}3\r\nhel`);
    return await readAll((await asked).stream(), undefined);
  },
  "in a stream into a buffer": async (socket, asked) => {
    socket.say(`${CHUNKED}3\r\nhel`);
    return await readAll((await asked).stream(), 10);
  },
};

for (const [phase, go] of Object.entries(PHASES)) {
  Deno.test(`a request that is aborted ${phase} throws the reason, ends the connection, and lets go of the signal`, async () => {
    for (const reason of [new Error("enough"), "a text", null, 0, undefined]) {
      const { socket, connection, told } = connect();
      const counted = countedSignal();
      if (phase.includes("written")) socket.holdWrites();
      const done = go(socket, connection.ask({ ...GET, signal: counted.signal })).then(
        () => "done",
        (error) => ({ error }),
      );
      await settle();
      assertEquals(counted.listeners, 1);
      counted.controller.abort(reason);
      assertEquals(await done, { error: counted.signal.reason });
      assertEquals([socket.isClosed, told, counted.listeners], [true, ["closed"], 0]);
      await settle();
    }
  });
}

Deno.test("after an abort, no more bytes of the answer are passed on, even if all have arrived", async () => {
  for (const answer of [HELLO, `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`]) {
    for (const read of [(answer: Answer) => answer.bytes(), (answer: Answer) => readAll(answer.stream(), undefined)]) {
      const { socket, connection } = connect();
      const counted = countedSignal();
      socket.say(answer);
      const head = await connection.ask({ ...GET, signal: counted.signal });
      const reason = new Error("enough");
      counted.controller.abort(reason);
      assertEquals(await assertRejects(() => read(head)), reason);
      assertEquals([socket.isClosed, counted.listeners], [true, 0]);
    }
  }
});

Deno.test("a stream that is aborted between two reads errs at the next", async () => {
  const { socket, connection } = connect();
  const counted = countedSignal();
  socket.say(`${CHUNKED}5\r\nhello\r\n5\r\nagain\r\n`);
  const reader = (await connection.ask({ ...GET, signal: counted.signal })).stream().getReader();
  assertEquals(shown((await reader.read()).value!), "hello");
  const reason = new Error("enough");
  counted.controller.abort(reason);
  assertEquals(await assertRejects(() => reader.read()), reason);
});

Deno.test("a body until the end of the connection is not ended by this side's own close", async () => {
  const { socket, connection } = connect();
  // Some sockets tell a read that they were closed as an end.
  socket.say("HTTP/1.1 200 OK\r\n\r\nhel");
  const reason = new Error("enough");
  const controller = new AbortController();
  const answer = await connection.ask({ ...GET, signal: controller.signal });
  const read = answer.bytes();
  socket.close = () => void (socket.isClosed = true);
  await settle();
  controller.abort(reason);
  socket.hangUp();
  assertEquals(await assertRejects(() => read), reason);
});

Deno.test("a signal that is aborted after the end of the answer changes nothing, and nobody listens to it", async () => {
  for (const answer of [HELLO, EMPTY, `${CHUNKED}0\r\n\r\n`]) {
    const { socket, connection } = connect();
    const counted = countedSignal();
    socket.say(answer);
    await text(await connection.ask({ ...GET, signal: counted.signal }));
    assertEquals(counted.listeners, 0);
    counted.controller.abort();
    assert(connection.isFree);
  }
});

Deno.test("nobody listens to the signal after a failure, nor after an answer that is given up", async () => {
  for (const answer of ["x\n", `${CHUNKED}zz\r\n`, "HTTP/1.1 200 OK\r\n\r\nhel"]) {
    const { socket, connection } = connect();
    const counted = countedSignal();
    socket.say(answer);
    const asked = connection.ask({ ...GET, signal: counted.signal });
    await asked.then((answer) => answer.drop(), () => {});
    assertEquals([counted.listeners, socket.isClosed], [0, true]);
  }
});
