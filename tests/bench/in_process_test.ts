/** Guards against growth: counts that do not depend on the machine. What they are measured at is in `bench/results/`. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { idleRuns } from "../../bench/in_process/idle_runs.ts";
import { formatRows, type Row, rowsOf } from "../../bench/in_process/rows.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { type CacheChange, Informer } from "../../lib/watch/mod.ts";
import { half, modified, Secret, secret } from "../watch/fixture.ts";
import { HeldWatch, list, ScriptedClient } from "../watch/scripted_client.ts";

Deno.test("keys, objects and Runs take no more memory than they did", async (t) => {
  const args = ["run", "-A", "--v8-flags=--expose-gc,--min-semi-space-size=64", "bench/in_process/weights.ts"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  const rows: Row[] = JSON.parse(new TextDecoder().decode(stdout));
  const bytes = (id: string) => rows.find((row) => row.id === id)!.measured;
  await t.step(
    "a key in the queue: 140 bytes",
    () => assert(bytes("6-queue-bytes") <= 140, `${bytes("6-queue-bytes")}`),
  );
  await t.step("a key that is run again later: 160 bytes", () => {
    assert(bytes("6-queue-delayed-bytes") <= 160, `${bytes("6-queue-delayed-bytes")}`);
  });
  await t.step("an object in the cache: its text and a quarter", () => {
    assert(bytes("6-cache-bytes") <= 1.25 * bytes("6-object-bytes"), `${bytes("6-cache-bytes")}`);
  });
  await t.step("a Run of ten steps: 4 KiB", () => assert(bytes("7-run-bytes") <= 4_096, `${bytes("7-run-bytes")}`));
});

/** How many turns of the microtask queue pass until some work is done: it grows with each promise that waits for another. */
async function turnsUntil(isDone: () => boolean): Promise<number> {
  for (let turns = 0; turns < 100_000; turns++) {
    if (isDone()) return turns;
    await undefined;
  }
  throw new Error("Cannot count the turns as the work is not done after 100,000 of them");
}

/** What a listener is told when one network read brings so many events: in how many calls, and after how many turns. */
async function watchEvents(count: number): Promise<{ calls: number; changes: number; turns: number }> {
  const held = new HeldWatch();
  const { client } = new ScriptedClient(list("1", []), held.answer);
  const stop = new AbortController();
  const options = { client, kind: Secret, clock: systemClock, random: half, streamingLists: false };
  const errors: unknown[] = [];
  const informer = new Informer({ ...options, onError: (error) => errors.push(error) });
  const told: (readonly CacheChange[])[] = [];
  informer.subscribe((changes) => told.push(changes));
  informer.start(stop.signal);
  await informer.synced;
  // A turn of the event loop: all that the list has set off has come to rest, and the watch is being read.
  await new Promise((resolve) => setTimeout(resolve));
  held.send(...Array.from({ length: count }, (_, at) => modified(secret(`secret-${at}`, 2 + at))));
  const turns = await turnsUntil(() => told.length > 0);
  stop.abort();
  await informer.finished;
  assertEquals(errors, []);
  return { calls: told.length, changes: told.flat().length, turns };
}

Deno.test("what one network read brings reaches the listener as one chunk, however many events it holds", async () => {
  for (const count of [1, 10, 1_000]) {
    const { calls, changes } = await watchEvents(count);
    assertEquals({ count, calls, changes }, { count, calls: 1, changes: count });
  }
});

Deno.test("the way of a thousand events to the listener has as many promises as that of one", async () => {
  const one = await watchEvents(1);
  assertEquals((await watchEvents(1_000)).turns, one.turns);
  assert(one.turns <= 12, `${one.turns} turns`);
});

Deno.test("a Run of a hundred steps that return at once has as many promises as a Run of two", async () => {
  const turnsOf = async (steps: number) => {
    let done = false;
    idleRuns(1, steps).then(() => done = true);
    return await turnsUntil(() => done);
  };
  const short = await turnsOf(2);
  assertEquals(await turnsOf(100), short);
  assert(short <= 4, `${short} turns`);
});

Deno.test("the table says what was measured, what is asked, and whether it holds", () => {
  const rows: Row[] = [
    { id: "a", text: "a thing", measured: 1.234, bound: 5, unit: "µs", holds: true },
    { id: "b", text: "another", measured: 999_999.6, bound: 2e6, unit: "/s", holds: false },
    { id: "c", text: "a third", measured: 120, unit: "bytes" },
  ];
  assertEquals(formatRows(rows).split("\n"), [
    "             measured        asked",
    "a thing        1.2 µs          ≤ 5  holds",
    "another  1,000,000 /s  ≥ 2,000,000  DOES NOT HOLD",
    "a third     120 bytes",
  ]);
});

Deno.test("a bench that is missing is an error", () => {
  assertThrows(() => rowsOf(new Map()), Error, "as there is no such bench");
});
