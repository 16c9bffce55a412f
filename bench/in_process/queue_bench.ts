/** Sends a million keys through the queue: once as the cache gives them, already hashed, and once as fresh texts. */

import { WorkQueue } from "../../lib/queue/mod.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { KEYS } from "./sizes.ts";

const options = { n: 5, warmup: 1 };

/** Texts that were never looked up: the first lookup hashes them, which is expensive. */
const freshKeys = () => Array.from({ length: KEYS }, (_, at) => `namespace-${at % 100}/object-${at}`);

function hashedKeys(): string[] {
  const keys = freshKeys();
  new Set(keys);
  return keys;
}

function fill(keys: readonly string[]): WorkQueue {
  const queue = new WorkQueue({ clock: systemClock });
  for (const key of keys) queue.add({ key, reason: "changed", bulk: true });
  return queue;
}

Deno.bench("the queue, add", options, (round) => {
  const keys = hashedKeys();
  round.start();
  fill(keys);
  round.end();
});

Deno.bench("the queue, add fresh text", options, (round) => {
  const keys = freshKeys();
  round.start();
  fill(keys);
  round.end();
});

Deno.bench("the queue, take and give back", options, (round) => {
  const queue = fill(hashedKeys());
  round.start();
  for (let taken = queue.tryNext(); taken; taken = queue.tryNext()) queue.done(taken.key, { type: "wait" });
  round.end();
});

Deno.bench("the queue, wait for a key and give it back", options, async (round) => {
  const queue = fill(hashedKeys());
  round.start();
  for (let at = 0; at < KEYS; at++) queue.done((await queue.next())!.key, { type: "wait" });
  round.end();
});
