/**
 * Measures the memory of a key in the queue and an object in the cache, and the allocations of a Run; prints rows of
 * the table as JSON. `deno task bench` runs it. Alone:
 * `deno run --v8-flags=--expose-gc,--min-semi-space-size=64 bench/in_process/weights.ts`.
 */

import { WorkQueue } from "../../lib/queue/mod.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { FakeClient } from "./fake_client.ts";
import { allocated, weigh } from "./heap.ts";
import { idleRuns } from "./idle_runs.ts";
import { informed } from "./informed.ts";
import { listAnswer, stair } from "./objects.ts";
import type { Row } from "./rows.ts";
import { KEYS, OBJECTS, STEPS } from "./sizes.ts";

function row(id: string, text: string, bytes: number): Row {
  return { id, text, measured: Math.round(bytes), unit: "bytes" };
}

/** Does not count the texts of the keys, which belong to the cache. */
async function keyWeight(keys: readonly string[], add: (queue: WorkQueue, key: string) => void): Promise<number> {
  const queue = new WorkQueue({ clock: systemClock });
  const weight = await weigh(() => {
    for (const key of keys) add(queue, key);
    return queue;
  });
  queue.close();
  return weight / keys.length;
}

const addReady = (queue: WorkQueue, key: string) => queue.add({ key, reason: "changed", bulk: true });

/** A key is run once, and again in ten hours. */
function addDelayed(queue: WorkQueue, key: string): void {
  queue.add({ key, reason: "changed" });
  queue.tryNext();
  queue.done(key, { type: "after", delay: 36_000_000, reason: "requeued" });
}

async function objectWeight(): Promise<number> {
  const fake = new FakeClient({ list: listAnswer(OBJECTS) });
  let informer!: Disposable;
  const weight = await weigh(async () => informer = await informed(fake));
  informer[Symbol.dispose]();
  return weight / OBJECTS;
}

/** A number of Runs whose garbage fits into the young generation. */
const RUNS = 5_000;

const keys = Array.from({ length: KEYS }, (_, at) => `namespace-${at % 100}/object-${at}`);
new Set(keys);
// A warm-up, so that code and feedback of the engine are not counted.
await keyWeight(keys.slice(0, 1_000), addReady);
await objectWeight();
await idleRuns(RUNS, STEPS);

const rows: readonly Row[] = [
  row(
    "6-queue-bytes",
    "memory of a key that is ready, a million of them, without its text",
    await keyWeight(keys, addReady),
  ),
  row("6-queue-delayed-bytes", "memory of a key that is run again later", await keyWeight(keys, addDelayed)),
  row("6-cache-bytes", "memory of an object in the cache", await objectWeight()),
  row("6-object-bytes", "the same object as JSON text", JSON.stringify(stair(1, 1)).length),
  row(
    "7-run-bytes",
    "memory that a Run of ten steps takes for a while",
    await allocated(() => idleRuns(RUNS, STEPS)) / RUNS,
  ),
];
// deno-lint-ignore no-console -- what it is for
console.log(JSON.stringify(rows));
