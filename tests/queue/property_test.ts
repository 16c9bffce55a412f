import { assert, assertEquals } from "@std/assert";
import { type Next, type Urgency, WorkQueue } from "../../lib/queue/mod.ts";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { QueueModel } from "./model.ts";

const SEEDS = 200;
const STEPS = 1_500;
const URGENCIES: readonly (Urgency | undefined)[] = [undefined, undefined, "soon", "release"];

/** Whole milliseconds, so that model and queue cannot differ by a rounding. */
class Dice {
  readonly #random: ReturnType<typeof seededRandom>;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }

  next(): Next {
    const delay = this.pick([0, 1, 300, 5_000, 40_000, 120_000]) + this.below(50);
    const reason = "x";
    return this.pick<Next>([
      { type: "wait", failed: this.below(2) === 0 },
      { type: "now", reason },
      { type: "after", delay, reason },
      { type: "backoff", delay, reason },
      { type: "backoff", delay, reason },
      { type: "backoff", delay, reason, asked: true },
    ]);
  }
}

for (let block = 0; block < 4; block++) {
  Deno.test(`random events and results: never two Runs at once, none lost, each in time (${block})`, async () => {
    for (let seed = block * SEEDS / 4; seed < (block + 1) * SEEDS / 4; seed++) await compare(seed);
  });
}

/** Does the same to the queue and to the model, and compares after each step. */
async function compare(seed: number): Promise<void> {
  const dice = new Dice(seed);
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock });
  const model = new QueueModel();
  const running = new Set<string>();
  const keys = ["a", "b", "c", "d"].slice(0, 1 + seed % 4);
  // Some histories are storms on keys that fail: there it is the credit that matters.
  const busy = seed % 3 === 0;

  for (let step = 0; step < STEPS; step++) {
    const now = clock.monotonic();
    const place = `seed ${seed}, step ${step}`;
    const act = dice.below(busy ? 7 : 5);
    if (act === 0) {
      const milliseconds = dice.pick([1, 50, 700, 3_000, 20_000]);
      await clock.advance(milliseconds);
      model.pass(now + milliseconds);
    } else if (act === 1 || act === 2) {
      const taken = queue.tryNext();
      assertEquals(taken !== undefined, model.count("ready") > 0, `${place}: a key that is ready is handed out`);
      if (taken) {
        assert(!running.has(taken.key), `${place}: ${taken.key} is handed out twice`);
        const before = model.take(taken.key);
        assertEquals([before.phase, taken.waited], ["ready", now - before.readySince], place);
        running.add(taken.key);
      }
    } else if (act === 3 && running.size > 0) {
      const key = dice.pick([...running]);
      const next = busy && dice.below(10) > 0 ? { type: "backoff", delay: 100_000, reason: "x" } as const : dice.next();
      queue.done(key, next);
      model.done(key, next, now);
      running.delete(key);
      await settle(clock, model);
    } else {
      const urgency = dice.pick(URGENCIES);
      const key = dice.pick(keys);
      queue.add({ key, reason: "event", bulk: dice.below(4) === 0, urgency });
      model.add(key, urgency, now);
      await settle(clock, model);
    }
    const counts = [model.count("ready"), model.count("running"), model.keys.size];
    assertEquals([queue.depth, queue.running, queue.size], counts, place);
  }
  await allCome(queue, clock, model, running);
}

/** A delay of nothing is over without time passing. */
async function settle(clock: VirtualClock, model: QueueModel): Promise<void> {
  await clock.advance(0);
  model.pass(clock.monotonic());
}

/** Whatever waits is handed out in the end. */
async function allCome(queue: WorkQueue, clock: VirtualClock, model: QueueModel, running: Set<string>): Promise<void> {
  for (const key of running) queue.done(key, { type: "backoff", delay: 1_000, reason: "x" });
  const expected = new Set([...model.keys.keys()]);
  // Whatever failed for good waits for an event alone.
  for (const [key, { phase, due }] of model.keys) {
    if (phase === "failed" && due === Infinity) queue.add({ key, reason: "event", urgency: "soon" });
  }
  await clock.advance(200_000);
  const came = new Set<string>();
  for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) {
    assert(!came.has(taken.key), `${taken.key} is there twice`);
    came.add(taken.key);
    queue.done(taken.key, { type: "wait" });
  }
  assertEquals([came, queue.size, queue.depth], [expected, 0, 0]);
}

/** The times at which "a" runs, while others do whatever they do. */
async function timesOf(seed: number, others: number): Promise<number[]> {
  const clock = new VirtualClock();
  const queue = new WorkQueue({ clock });
  const [own, noise] = [new Dice(seed), new Dice(seed + 1_000)];
  const times: number[] = [];
  for (let tick = 0; tick < 400; tick++) {
    if (own.below(10) === 0) queue.add({ key: "a", reason: "x", urgency: own.pick(URGENCIES) });
    for (let other = 0; other < others; other++) {
      if (noise.below(5) === 0) queue.add({ key: `b${other}`, reason: "x", urgency: noise.pick(URGENCIES) });
    }
    for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) {
      if (taken.key === "a") times.push(clock.monotonic());
      const odd: Next = { type: "backoff", delay: noise.pick([NaN, Infinity, -1, 1e300, 1, 900]), reason: "x" };
      const next = taken.key === "a" ? own.next() : noise.below(2) ? odd : noise.next();
      // At once again and again would never end within one tick.
      queue.done(taken.key, next.type === "now" ? { type: "wait" } : next);
    }
    await clock.advance(100);
  }
  return times;
}

Deno.test("the times of a key do not depend on what others do, whatever delays they have", async () => {
  for (let seed = 0; seed < 12; seed++) assertEquals(await timesOf(seed, 25), await timesOf(seed, 0), `seed ${seed}`);
});
