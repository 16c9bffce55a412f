/** Promises about the connections to one server: which a request goes over, and how long they live. Sockets are in memory. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { type Answer, Wire, WireError, type WireOptions, type WireRequest } from "../../lib/wire/mod.ts";
import { countedSignal } from "./counted_signal.ts";
import { shown } from "./pieces.ts";
import { ScriptedSocket } from "./scripted_socket.ts";

const HELLO = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const request = (target = "/", more: Partial<WireRequest> = {}): WireRequest => (
  { method: "GET", target, headers: [], ...more }
);
const text = async (answer: Answer) => shown(await answer.bytes());

/** A wire whose connections are in memory; those that were made are in `sockets`. */
function wireTo(options: Partial<WireOptions> = {}) {
  const clock = new VirtualClock();
  const sockets: ScriptedSocket[] = [];
  const dial = () => {
    const socket = new ScriptedSocket();
    sockets.push(socket);
    return Promise.resolve(socket);
  };
  const wire = new Wire({ server: "http://server", clock, dial, turn: () => Promise.resolve(), ...options });
  return { wire, clock, sockets };
}

/** Asks for a path and answers it on the socket that it went over. */
async function exchange({ wire, clock, sockets }: ReturnType<typeof wireTo>, target = "/"): Promise<ScriptedSocket> {
  const asked = wire.ask(request(target));
  await clock.settle();
  const socket = sockets.find(({ sent }) => sent.includes(`GET ${target} `))!;
  socket.say(HELLO);
  assertEquals(await text(await asked), "hello");
  return socket;
}

/** So many requests at once, whose connections are free after it. */
async function warmed(count: number, options: Partial<WireOptions> = {}) {
  const all = wireTo(options);
  const asked = Array.from({ length: count }, (_, at) => all.wire.ask(request(`/warm${at}`)));
  await all.clock.settle();
  for (const [at, answer] of asked.entries()) {
    all.sockets[at]!.say(HELLO);
    await text(await answer);
    all.sockets[at]!.sent = "";
  }
  return all;
}

Deno.test("requests one after the other share a connection", async () => {
  const all = wireTo();
  for (const target of ["/a", "/b", "/c"]) await exchange(all, target);
  assertEquals([all.sockets.length, all.sockets[0]!.writes], [1, 3]);
  all.wire.close();
});

Deno.test("requests at once have a connection each", async () => {
  const { wire, clock, sockets } = wireTo();
  const asked = ["/a", "/b", "/c"].map((target) => wire.ask(request(target)));
  await clock.settle();
  assertEquals(sockets.map(({ writes }) => writes), [1, 1, 1]);
  for (const socket of sockets.toReversed()) socket.say(HELLO.replace("hello", socket.sent.slice(4, 6).padEnd(5)));
  assertEquals(await Promise.all(asked.map(async (answer) => (await text(await answer)).trim())), ["/a", "/b", "/c"]);
  wire.close();
});

Deno.test("a connection carries no second request before the answer to the first has been read to its end", async () => {
  const { wire, clock, sockets } = wireTo();
  const asked = wire.ask(request("/a"));
  await clock.settle();
  sockets[0]!.say(HELLO.slice(0, -1));
  const answer = await asked;
  const other = wire.ask(request("/b"));
  await clock.settle();
  assertEquals(sockets.map(({ writes }) => writes), [1, 1]);
  sockets[0]!.say("o");
  await text(answer);
  sockets[1]!.say(HELLO);
  await text(await other);
  wire.close();
});

Deno.test("the connection that was used last is used first", async () => {
  const all = await warmed(3);
  assertEquals(all.sockets.indexOf(await exchange(all, "/a")), 2);
  assertEquals(all.sockets.indexOf(await exchange(all, "/b")), 2);
  const asked = [all.wire.ask(request("/c")), all.wire.ask(request("/d")), all.wire.ask(request("/e"))];
  await all.clock.settle();
  assertEquals(["/c", "/d", "/e"].map((target) => all.sockets.findIndex(({ sent }) => sent.includes(target))), [
    2,
    1,
    0,
  ]);
  for (const socket of all.sockets) socket.say(HELLO);
  for (const answer of asked) await text(await answer);
  all.wire.close();
});

Deno.test("a connection on which a request failed is not used again", async () => {
  const ends: Readonly<Record<string, (socket: ScriptedSocket) => void>> = {
    "malformed": (socket) => socket.say("nonsense\r\n\r\n"),
    "malformed body": (socket) => socket.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    "closed early": (socket) => socket.say("HTTP/1.1 200 OK\r\n").hangUp(),
    "reset": (socket) => socket.break(new Deno.errors.ConnectionReset("x")),
  };
  for (const [name, end] of Object.entries(ends)) {
    const all = await warmed(1);
    const asked = all.wire.ask(request("/a"));
    end(all.sockets[0]!);
    await assertRejects(() => asked.then(text), WireError, undefined, name);
    assertEquals([all.sockets[0]!.isClosed, all.sockets.indexOf(await exchange(all, "/b"))], [true, 1], name);
    all.wire.close();
  }
});

Deno.test("a connection that the other side has closed meanwhile is passed over", async () => {
  const all = await warmed(2);
  all.sockets[1]!.hangUp();
  await all.clock.settle();
  assertEquals(all.sockets.indexOf(await exchange(all, "/a")), 0);
  all.wire.close();
});

Deno.test("an unrequested answer ends its connection, and the next request uses another one", async () => {
  for (const delay of [false, true]) {
    const all = wireTo();
    const asked = all.wire.ask(request("/a"));
    await all.clock.settle();
    const evil = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    all.sockets[0]!.say(delay ? HELLO : HELLO + evil);
    await text(await asked);
    if (delay) all.sockets[0]!.say(evil);
    await all.clock.settle();
    assertEquals(all.sockets.indexOf(await exchange(all, "/b")), 1);
    all.wire.close();
  }
});

Deno.test("after the process was suspended, a closed connection is noticed before a request uses it", async () => {
  let turns = 0;
  let onTurn: () => unknown = () => {};
  const turn = () => {
    turns++;
    onTurn();
    return Promise.resolve();
  };
  const all = await warmed(2, { turn });
  // Something has come just now.
  await exchange(all, "/soon");
  assertEquals(turns, 0);
  await all.clock.advance(1_000);
  // Of those that are free, the last one used is the first to be used: it has been closed from there.
  // The close is delivered only in the second turn.
  onTurn = () => turns === 2 && all.sockets.find(({ sent }) => sent.includes("/soon"))!.hangUp();
  const socket = await exchange(all, "/late");
  assertEquals([turns, socket.sent.includes("/soon"), all.sockets.length], [2, false, 2]);
  await exchange(all, "/sooner");
  assertEquals(turns, 2);
  all.wire.close();
});

Deno.test("an unused connection ends after the limit, and the one in use stays", async () => {
  const all = await warmed(2, { limits: { idle: 5_000 } });
  for (let second = 0; second < 10; second++) {
    await exchange(all, `/${second}`);
    await all.clock.advance(1_000);
  }
  assertEquals(all.sockets.map(({ isClosed }) => isClosed), [true, false]);
  await all.clock.advance(10_000);
  assertEquals(all.sockets.map(({ isClosed }) => isClosed), [true, true]);
});

Deno.test("there is no timer while there is no connection", async () => {
  const all = wireTo({ limits: { idle: 5_000 } });
  assertEquals(all.clock.pending, 0);
  await exchange(all, "/a");
  assertEquals(all.clock.pending, 1);
  await all.clock.advance(10_000);
  assertEquals([all.sockets[0]!.isClosed, all.clock.pending], [true, 0]);
  await exchange(all, "/b");
  assertEquals(all.clock.pending, 1);
  all.wire.close();
  assertEquals(all.clock.pending, 0);
});

Deno.test("at rest, a process is woken once in five seconds, and while an answer is waited for each second", async () => {
  const clock = new VirtualClock();
  let wakes = 0;
  const counting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    timer: (delay: number, fire: () => void) =>
      clock.timer(delay, () => {
        wakes++;
        fire();
      }),
  };
  const sockets: ScriptedSocket[] = [];
  const dial = () => {
    sockets.push(new ScriptedSocket());
    return Promise.resolve(sockets.at(-1)!);
  };
  const how = { dial, turn: () => Promise.resolve(), limits: { idle: 60_000 } };
  const wire = new Wire({ server: "http://server", clock: counting, ...how });
  await exchange({ wire, clock, sockets });
  await clock.advance(31_000);
  assertEquals(wakes, 7);
  const asked = wire.ask(request("/slow"));
  await clock.advance(25_000);
  assert(wakes >= 7 + 20 && wakes <= 7 + 25, `${wakes}`);
  sockets[0]!.say(HELLO);
  await text(await asked);
  wire.close();
});

Deno.test("an answer that does not begin is an error after the limit", async () => {
  const { wire, clock, sockets } = wireTo({ limits: { firstByte: 5_000 } });
  const asked = wire.ask(request());
  const refused = assertRejects(() => asked, WireError, "silent for 5 s");
  await clock.advance(5_000);
  assert(!sockets[0]!.isClosed);
  await clock.advance(1_500);
  await refused;
  assertEquals([sockets[0]!.isClosed, clock.pending], [true, 0]);
});

Deno.test("what cannot be sent sends nothing, and its connection carries the next request", async () => {
  const all = wireTo();
  await assertRejects(() => all.wire.ask(request("/\r\n")), TypeError);
  await assertRejects(() => all.wire.ask(request("/", { headers: [["a", "b\r\nc: d"]] })), TypeError);
  assertEquals([all.sockets.length, all.sockets[0]!.sent], [1, ""]);
  await exchange(all, "/a");
  assertEquals(all.sockets.length, 1);
  all.wire.close();
});

Deno.test("after a change of certificates, old connections get no new request: idle ones end at once, others after their answer", async () => {
  const dials: unknown[] = [];
  const sockets: ScriptedSocket[] = [];
  const clock = new VirtualClock();
  const wire = new Wire({
    server: "https://server",
    tls: { authority: "old", keyPair: undefined },
    clock,
    dial: (tls) => {
      dials.push(tls?.authority);
      sockets.push(new ScriptedSocket());
      return Promise.resolve(sockets.at(-1)!);
    },
  });
  const asked = ["/a", "/b"].map((target) => wire.ask(request(target)));
  await clock.settle();
  sockets[0]!.say(HELLO);
  await text(await asked[0]!);
  wire.secure({ authority: "new", keyPair: undefined });
  assertEquals(sockets.map(({ isClosed }) => isClosed), [true, false]);
  sockets[1]!.say(HELLO);
  assertEquals([await text(await asked[1]!), sockets[1]!.isClosed], ["hello", true]);
  const third = wire.ask(request("/c"));
  await clock.settle();
  sockets[2]!.say(HELLO);
  await text(await third);
  assertEquals([dials, sockets[2]!.isClosed], [["old", "old", "new"], false]);
  wire.close();
});

Deno.test("a connection that was being made when new certificates came carries its own request, and no other", async () => {
  const gates: PromiseWithResolvers<ScriptedSocket>[] = [];
  const clock = new VirtualClock();
  const dial = () => {
    gates.push(Promise.withResolvers());
    return gates.at(-1)!.promise;
  };
  const wire = new Wire({ server: "https://server", clock, dial });
  const asked = wire.ask(request());
  await clock.settle();
  wire.secure({ authority: "new", keyPair: undefined });
  const socket = new ScriptedSocket().say(HELLO);
  gates[0]!.resolve(socket);
  await text(await asked);
  assert(socket.isClosed);
});

Deno.test("a closed wire takes no request, ends what is free at once, and the rest after its answer", async () => {
  const all = await warmed(2);
  const asked = all.wire.ask(request("/a"));
  all.wire.close();
  assertEquals(all.sockets.map(({ isClosed }) => isClosed), [true, false]);
  await assertRejects(() => all.wire.ask(request()), TypeError, "has been closed");
  all.sockets[1]!.say(HELLO);
  assertEquals([await text(await asked), all.sockets[1]!.isClosed, all.clock.pending], ["hello", true, 0]);
});

Deno.test("a failed connection attempt fails its request, and the next request tries again", async () => {
  let fails = true;
  const all = wireTo();
  const { wire } = wireTo({
    dial: () => {
      if (fails) throw new WireError("unreachable", "nobody there");
      const socket = new ScriptedSocket().say(HELLO);
      all.sockets.push(socket);
      return Promise.resolve(socket);
    },
  });
  await assertRejects(() => wire.ask(request()), WireError, "nobody there");
  fails = false;
  assertEquals(await text(await wire.ask(request())), "hello");
  wire.close();
});

Deno.test("a rejection by vouch prevents a new connection; a kept one is not checked", async () => {
  let asked = 0;
  const refusal = new Error("not now");
  const all = wireTo({ vouch: () => asked++ === 0 ? Promise.reject(refusal) : undefined });
  assertEquals(await assertRejects(() => all.wire.ask(request())), refusal);
  assertEquals(all.sockets.length, 0);
  await exchange(all, "/a");
  await exchange(all, "/b");
  assertEquals(asked, 2);
  all.wire.close();
});

Deno.test("a request whose signal is aborted already makes no connection", async () => {
  const { wire, sockets } = wireTo();
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => wire.ask(request("/", { signal: AbortSignal.abort(reason) }))), reason);
  assertEquals(sockets.length, 0);
});

Deno.test("a request that is aborted while its connection is made throws the reason at once; the connection is the next one's", async () => {
  for (const where of ["vouch", "dial"] as const) {
    const gate = Promise.withResolvers<void>();
    const sockets: ScriptedSocket[] = [];
    const dial = async () => {
      await gate.promise;
      sockets.push(new ScriptedSocket());
      return sockets.at(-1)!;
    };
    const all = { ...wireTo({ dial, vouch: () => where === "vouch" ? gate.promise : undefined }), sockets };
    const counted = countedSignal();
    const asked = all.wire.ask(request("/", { signal: counted.signal }));
    await all.clock.settle();
    assertEquals(counted.listeners, 1);
    const reason = new Error("enough");
    counted.controller.abort(reason);
    assertEquals(await assertRejects(() => asked), reason);
    assertEquals([counted.listeners, sockets.length], [0, 0]);
    gate.resolve();
    await all.clock.settle();
    assertEquals([sockets.length, sockets[0]!.sent, sockets[0]!.isRef], [1, "", false]);
    await exchange(all, "/a");
    assertEquals(sockets.length, 1);
    all.wire.close();
    assert(sockets[0]!.isClosed);
  }
});

Deno.test("a connection that is there after its request was aborted and the wire closed is closed too", async () => {
  const gate = Promise.withResolvers<ScriptedSocket>();
  const { wire, clock } = wireTo({ dial: () => gate.promise });
  const controller = new AbortController();
  const asked = wire.ask(request("/", { signal: controller.signal }));
  await clock.settle();
  controller.abort();
  await assertRejects(() => asked, DOMException);
  wire.close();
  const socket = new ScriptedSocket();
  gate.resolve(socket);
  await clock.settle();
  assertEquals([socket.isClosed, clock.pending], [true, 0]);
});

Deno.test("a connection attempt that fails after its request was aborted has no effect", async () => {
  const gate = Promise.withResolvers<ScriptedSocket>();
  const { wire, clock } = wireTo({ dial: () => gate.promise });
  const counted = countedSignal();
  const asked = wire.ask(request("/", { signal: counted.signal }));
  await clock.settle();
  counted.controller.abort();
  await assertRejects(() => asked, DOMException);
  gate.reject(new WireError("unreachable", "nobody there"));
  await clock.settle();
  assertEquals([counted.listeners, clock.pending], [0, 0]);
});

Deno.test("the connection of an aborted request is not used again, and its late answer is dropped", async () => {
  const all = await warmed(1);
  const counted = countedSignal();
  const asked = all.wire.ask(request("/a", { signal: counted.signal }));
  counted.controller.abort();
  await assertRejects(() => asked, DOMException);
  all.sockets[0]!.say(HELLO.replace("hello", "other"));
  assertEquals(all.sockets.indexOf(await exchange(all, "/b")), 1);
  assertEquals([all.sockets[0]!.isClosed, counted.listeners], [true, 0]);
  all.wire.close();
});

Deno.test("one signal for many requests is listened to by those that are under way, and ends them all", async () => {
  const all = await warmed(1);
  const counted = countedSignal();
  const asked = Array.from({ length: 5 }, (_, at) => all.wire.ask(request(`/${at}`, { signal: counted.signal })));
  await all.clock.settle();
  assertEquals([counted.listeners, all.sockets.length], [5, 5]);
  all.sockets[0]!.say(HELLO);
  await text(await asked[0]!);
  assertEquals(counted.listeners, 4);
  counted.controller.abort();
  for (const one of asked.slice(1)) await assertRejects(() => one, DOMException);
  assertEquals(all.sockets.map(({ isClosed }) => isClosed), [false, true, true, true, true]);
  all.wire.close();
});

Deno.test("the host's header is the server's, with its port where that is not the usual one", async () => {
  for (
    const [server, host] of [
      ["http://a.b", "a.b"],
      ["http://a.b:80/c", "a.b"],
      ["http://a.b:8080", "a.b:8080"],
      ["https://a.b:443", "a.b"],
      ["https://[::1]:6443", "[::1]:6443"],
    ] as const
  ) {
    const all = wireTo({ server });
    const socket = await exchange(all);
    assert(socket.sent.includes(`\r\nhost: ${host}\r\n`), socket.sent);
    all.wire.close();
  }
});
