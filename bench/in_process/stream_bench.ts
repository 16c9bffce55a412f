/** From the bytes of a watch to its listeners, and the unavoidable part of that. */

import { WatchDecoder } from "../../lib/watch/bytes/decode.ts";
import { type CacheChange, ObjectCache, type WatchEvent } from "../../lib/watch/mod.ts";
import { readListPage } from "../../lib/watch/bytes/list_page.ts";
import { FakeClient } from "./fake_client.ts";
import { informed } from "./informed.ts";
import { inChunks, listAnswer, modifiedLines, Stair } from "./objects.ts";
import { EVENTS, EVENTS_PER_CHUNK, OBJECTS } from "./sizes.ts";

const list = listAnswer(OBJECTS);
const lines = modifiedLines(EVENTS, OBJECTS);
const batches = inChunks(lines, EVENTS_PER_CHUNK);
const alone = inChunks(lines, 1);
const options = { n: 5, warmup: 1 };
const parse = (line: string): WatchEvent<Stair> => JSON.parse(line);

/** What a listener does with a change. */
type Listen = (change: CacheChange<Stair>) => unknown;

/** The part of a change that a controller needs for its own objects. */
const takeKey: Listen = ({ key }) => key.length;
/** The field that a predicate reads. */
const lookInside: Listen = ({ after }) => after?.metadata.generation;

function benchWatch(name: string, chunks: readonly Uint8Array<ArrayBuffer>[], listen: Listen): void {
  Deno.bench(`events, ${name}`, options, async (round) => {
    const fake = new FakeClient({ list, chunks });
    using informer = await informed(fake);
    const done = Promise.withResolvers<void>();
    let events = 0;
    let isLive = false;
    informer.subscribe((changes) => {
      if (!isLive) return;
      for (const change of changes) listen(change);
      events += changes.length;
      if (events === EVENTS) done.resolve();
    });
    isLive = true;
    round.start();
    fake.release();
    await done.promise;
    round.end();
  });
}

benchWatch("in batches, keys taken", batches, takeKey);
benchWatch("in batches, looked at", batches, lookInside);
benchWatch("one by one, keys taken", alone, takeKey);
benchWatch("one by one, looked at", alone, lookInside);

// The same work for each event, with the same parts called directly: without streams, requests or states.
Deno.bench("events, in batches, without streams", options, (round) => {
  const cache = new ObjectCache<Stair>();
  const decoder = new WatchDecoder<Stair>(Stair);
  cache.apply({ type: "init" });
  cache.apply({ type: "page", objects: readListPage(list, Stair).objects });
  cache.apply({ type: "synced", resourceVersion: "1" });
  round.start();
  for (const chunk of batches) {
    const events = decoder.push(chunk).lines as readonly WatchEvent<Stair>[];
    const { resourceVersion } = events.at(-1)!.object.metadata;
    for (const change of cache.apply({ type: "events", events, resourceVersion })) lookInside(change);
  }
  round.end();
});

Deno.bench("events, a bare loop", options, (round) => {
  const objects = new Map<string, Stair>();
  const decoder = new TextDecoder();
  round.start();
  for (const chunk of batches) {
    const texts = decoder.decode(chunk, { stream: true }).split("\n");
    // The last part is what follows the last line end: nothing.
    for (const text of texts.slice(0, -1)) {
      const { object } = parse(text);
      objects.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
    }
  }
  round.end();
});

Deno.bench("events, JSON.parse alone", options, (round) => {
  round.start();
  for (const line of lines) parse(line);
  round.end();
});
