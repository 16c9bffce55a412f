/** Promises about many requests at once, on histories that are made up: answers of all kinds, readers of all kinds, aborts. */

import { assert, assertEquals } from "@std/assert";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { type Random, sleep } from "../../lib/time/mod.ts";
import { type Answer, Wire, WireError } from "../../lib/wire/mod.ts";
import { countedSignal } from "./counted_signal.ts";
import { shown } from "./pieces.ts";
import { ScriptedSocket } from "./scripted_socket.ts";

/** How many histories are played; more by `STAIRCASE_WIRE_HISTORIES=5000`, from `STAIRCASE_WIRE_SEED` on. */
const HISTORIES = Number(Deno.env.get("STAIRCASE_WIRE_HISTORIES") ?? 40);
const FIRST = Number(Deno.env.get("STAIRCASE_WIRE_SEED") ?? 1);

const REQUESTS = 40;
/** Within so many milliseconds, all requests begin. */
const TIME = 60_000;
const LIMITS = { firstByte: 5_000, betweenBytes: 5_000, idle: 3_000 };

const ANSWERS = [
  "length",
  "length",
  "length",
  "chunked",
  "chunked",
  "close",
  "last",
  "extra",
  "malformed",
  "short",
  "silent",
];
const READERS = ["bytes", "bytes", "bytes", "stream", "byob", "drop", "cancel"] as const;

/** Answers each request with its own path, in one of many ways, and sees to it that none comes too early. */
class Server {
  readonly sockets: ScriptedSocket[] = [];
  readonly misdeeds: string[] = [];
  readonly #random: Random;
  readonly #clock: VirtualClock;

  constructor(random: Random, clock: VirtualClock) {
    this.#random = random;
    this.#clock = clock;
  }

  connect(): ScriptedSocket {
    const socket = new ScriptedSocket();
    let isAnswering = false;
    socket.onWrite = () => {
      if (isAnswering) this.misdeeds.push("a request came before the end of the answer to the one before");
      isAnswering = true;
      const target = /^GET (\S+) HTTP/.exec(socket.sent)![1]!;
      socket.sent = "";
      this.#answer(socket, target).then(() => isAnswering = false);
    };
    this.sockets.push(socket);
    return socket;
  }

  async #answer(socket: ScriptedSocket, target: string): Promise<void> {
    const kind = ANSWERS[Math.floor(this.#random.next() * ANSWERS.length)]!;
    if (kind === "silent") return await new Promise(() => {});
    const text = answerOf(kind, target);
    for (let at = 0; at < text.length;) {
      await sleep(this.#clock, Math.floor(this.#random.next() * 800));
      if (socket.isClosed) return;
      // Extra bytes come with the answer: whatever comes after the next request would be its answer.
      const to = kind === "extra" || this.#random.next() < 0.5
        ? text.length
        : at + 1 + Math.floor(this.#random.next() * 40);
      socket.say(text.slice(at, to));
      at = to;
    }
    if (["close", "short", "last"].includes(kind) || this.#random.next() < 0.1) socket.hangUp();
  }
}

function answerOf(kind: string, target: string): string {
  const ok = "HTTP/1.1 200 OK\r\n";
  const whole = `${ok}content-length: ${target.length}\r\n\r\n${target}`;
  switch (kind) {
    case "chunked":
      return `${ok}transfer-encoding: chunked\r\n\r\n1\r\n/\r\n${(target.length - 1).toString(16)};x\r\n${
        target.slice(1)
      }\r\n0\r\n\r\n`;
    case "close":
      return `${ok}\r\n${target}`;
    case "last":
      return whole.replace("\r\n", "\r\nConnection: Close\r\n");
    case "extra":
      return `${whole}${ok}content-length: 5\r\n\r\n/evil`;
    case "malformed":
      return whole.replace(": ", " : ");
    case "short":
      return whole.slice(0, -1);
    default:
      return whole;
  }
}

/** What a reader makes of an answer; nothing where it gives it up. */
async function read(answer: Answer, how: typeof READERS[number]): Promise<string | undefined> {
  switch (how) {
    case "bytes":
      return shown(await answer.bytes());
    case "drop":
      return void answer.drop();
    case "cancel":
      return await answer.stream().cancel() as undefined;
    case "stream": {
      let text = "";
      for await (const piece of answer.stream()) text += shown(piece);
      return text;
    }
    case "byob": {
      const reader = answer.stream().getReader({ mode: "byob" });
      for (let text = "";;) {
        const { done, value } = await reader.read(new Uint8Array(3));
        if (done) return text;
        text += shown(value);
      }
    }
  }
}

async function playHistory(seed: number): Promise<Record<string, number>> {
  const random = seededRandom(seed);
  const below = (bound: number) => Math.floor(random.next() * bound);
  const clock = new VirtualClock();
  const server = new Server(random, clock);
  const dial = async () => {
    await sleep(clock, below(300));
    return server.connect();
  };
  const wire = new Wire({ server: "https://server", clock, dial, turn: () => Promise.resolve(), limits: LIMITS });
  const came: Record<string, number> = { body: 0, nothing: 0, broken: 0, aborted: 0 };
  const request = async (target: string) => {
    await sleep(clock, below(TIME));
    const counted = countedSignal();
    const reason = new Error(`enough of ${target}`);
    if (below(4) === 0) clock.timer(below(3_000), () => counted.controller.abort(reason));
    try {
      const answer = await wire.ask({ method: "GET", target, headers: [], signal: counted.signal });
      const body = await read(answer, READERS[below(READERS.length)]!);
      assert(body === undefined || body === target, `${target} was answered with ${body}`);
      came[body === undefined ? "nothing" : "body"]!++;
    } catch (error) {
      assert(error === reason || error instanceof WireError && error.failure === "broken", `${error}`);
      came[error === reason ? "aborted" : "broken"]!++;
    }
    assertEquals(counted.listeners, 0);
  };
  const requests = Promise.all(Array.from({ length: REQUESTS }, (_, at) => request(`/request-${at}`)));
  let isOver = false;
  const over = requests.then(() => isOver = true);
  clock.timer(below(TIME), () => wire.secure({ authority: undefined, keyPair: undefined }));
  // A stream whose server is silent waits for ever, so those that are left are broken from there.
  await clock.advance(2 * TIME);
  for (const socket of server.sockets) if (!socket.isClosed) socket.hangUp();
  await clock.advanceUntil(() => isOver, { within: TIME });
  await over;
  wire.close();
  await clock.advance(TIME);
  assertEquals(server.misdeeds, []);
  assertEquals([server.sockets.every(({ isClosed }) => isClosed), clock.pending], [true, 0]);
  assert(server.sockets.length < REQUESTS, "no connection was used twice");
  return came;
}

Deno.test("through any history each request gets its own answer or an error, and leaves nothing behind", async () => {
  const sum: Record<string, number> = {};
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) {
    try {
      for (const [what, count] of Object.entries(await playHistory(seed))) sum[what] = (sum[what] ?? 0) + count;
    } catch (error) {
      throw new Error(`STAIRCASE_WIRE_SEED=${seed}`, { cause: error });
    }
  }
  // All of it has happened.
  for (const [what, count] of Object.entries(sum)) assert(count >= HISTORIES, `${what}: ${count}`);
});
