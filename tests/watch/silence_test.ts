import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Informer, SilentConnectionError } from "../../lib/watch/mod.ts";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { added, bookmark, run, Secret, secret } from "./fixture.ts";
import { HeldWatch, list } from "./scripted_client.ts";
import { type Habits, SimulatedServer } from "./simulated_server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SERVERS: Readonly<Record<string, Habits>> = {
  "kube-apiserver": { ends: true, bookmarks: true },
  "a server without bookmarks": { ends: true, bookmarks: false },
  "kube-apiserver behind a proxy that holds answers back": { ends: true, bookmarks: true, holdsBack: true },
  "a server without bookmarks behind such a proxy": { ends: true, bookmarks: false, holdsBack: true },
  "a server that ends no watch, and sends bookmarks": { ends: false, bookmarks: true },
  "a server that does neither": { ends: false, bookmarks: false },
};

/** A watch of a simulated server. */
class Watched implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly server: SimulatedServer;
  readonly informer: Informer;
  readonly #stop = new AbortController();
  troubles = 0;

  constructor(habits: Habits, seed: number) {
    const { clock } = this;
    this.server = new SimulatedServer(clock, habits);
    this.informer = new Informer({
      ...{ client: this.server.client, kind: Secret, clock, random: seededRandom(seed), onError() {} },
      onState: ({ type }) => void (this.troubles += type === "backing-off" ? 1 : 0),
    });
    this.informer.start(this.#stop.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.informer.finished;
  }
}

/** How long it takes, at random moments of random lives, until a connection that died is replaced by one that works. */
async function reactions(habits: Habits, lives: number): Promise<number[]> {
  const found: number[] = [];
  for (let seed = 1; seed <= lives; seed++) {
    await using watched = new Watched(habits, seed);
    const { clock, server } = watched;
    await clock.advance(5 * MINUTE + seededRandom(seed).next() * 5 * MINUTE);
    server.kill();
    const [dead, asked] = [clock.monotonic(), server.watches];
    await clock.advanceUntil(() => server.watches > asked, { within: 10 * MINUTE });
    found.push(clock.monotonic() - dead);
  }
  return found.sort((a, b) => a - b);
}

for (const [name, habits] of Object.entries(SERVERS)) {
  if (habits.ends) {
    Deno.test(`${name}: a connection that dies silently is replaced within 45 seconds`, async () => {
      const times = await reactions(habits, 200);
      assert(times.at(-1)! <= 45_000, `${times.at(-1)} ms`);
    });
  }
  Deno.test(`${name}: a day of silence costs one watch request each half minute, and no log line`, async () => {
    await using watched = new Watched(habits, 7);
    await watched.clock.advance(HOUR);
    const [asked, troubles] = [watched.server.watches, watched.troubles];
    await watched.clock.advance(23 * HOUR);
    const perHour = (watched.server.watches - asked) / 23;
    assert(perHour <= 3_600 / 27, `${perHour} watches an hour`);
    // If the server does neither, a silent live connection cannot be distinguished from a dead one.
    if (habits.ends || habits.bookmarks) assertEquals([troubles, watched.troubles], [0, 0]);
    else assert(perHour <= 3_600 / 245 + 1, `${perHour} watches an hour`);
  });
}

Deno.test("with a server that sends bookmarks but never ends watches, a dead connection is noticed within 75 seconds", async () => {
  const times = await reactions({ ends: false, bookmarks: true }, 100);
  assert(times.at(-1)! <= 75_000, `${times.at(-1)} ms`);
});

Deno.test("a connection that dies in the first half minute is replaced within 75 seconds", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    await using watched = new Watched(SERVERS["kube-apiserver"]!, seed);
    const { clock, server } = watched;
    await clock.advance(seededRandom(seed).next() * 27_000);
    server.kill();
    await clock.advance(75_000);
    assert(server.watches >= 2, `seed ${seed}`);
  }
});

Deno.test("watches that are accepted and never answered are given up, and once the server is back all is well within 75 seconds", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    await using watched = new Watched(SERVERS["kube-apiserver"]!, seed);
    const { clock, server, informer } = watched;
    await clock.advance(5 * MINUTE);
    server.stall();
    await clock.advance(3 * MINUTE + seededRandom(seed).next() * 5 * MINUTE);
    assertEquals(informer.state?.type === "watching", false);
    server.resume();
    const since = clock.monotonic();
    await clock.advanceUntil(() => informer.state?.type === "watching", { within: 10 * MINUTE });
    assert(clock.monotonic() - since <= 75_000, `seed ${seed}: ${clock.monotonic() - since} ms`);
  }
});

Deno.test("the time without a connection counts from the last sign of life, and grows while it lasts", async () => {
  await using watched = new Watched(SERVERS["kube-apiserver"]!, 3);
  const { clock, server, informer } = watched;
  await clock.advance(5 * MINUTE);
  const lastSign = clock.monotonic() - informer.staleness.silentFor!;
  server.stall();
  for (const after of [45_000, MINUTE, 2 * MINUTE, 10 * MINUTE]) {
    await clock.advance(lastSign + after - clock.monotonic());
    assertEquals(informer.staleness.silentFor, after);
    assertEquals(informer.staleness.troubledFor, after);
  }
  server.resume();
  await clock.advance(75_000);
  assertEquals(informer.staleness.troubledFor, undefined);
});

Deno.test("blank lines, by which a proxy keeps a connection open, do not count as a sign of life", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("7", []), held.answer]);
  held.send(bookmark(8));
  for (let at = 0; at < 13; at++) {
    await watch.clock.advance(5_000);
    held.sendText(at % 2 === 0 ? "\n" : "\r\n \n");
  }
  await watch.clock.advance(5_000);
  assertInstanceOf(watch.trouble, SilentConnectionError);
});

Deno.test("a line end that arrives alone completes its line, and slow bytes of a line are a sign of life", async () => {
  const held = new HeldWatch();
  await using watch = await run([list("7", []), held.answer]);
  for (const character of JSON.stringify(added(secret("a", 9, { annotations: { a: " " } })))) {
    held.sendText(character);
    await watch.clock.advance(1_000);
  }
  held.sendText("\n");
  held.sendText("\n\n");
  await watch.clock.settle();
  assertEquals([watch.events, watch.trouble], [["ADDED a@9"], undefined]);
});
