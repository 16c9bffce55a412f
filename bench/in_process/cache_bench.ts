/** Reads from a cache of ten thousand objects. */

import { FakeClient } from "./fake_client.ts";
import { informed } from "./informed.ts";
import { listAnswer } from "./objects.ts";
import { LISTS, OBJECTS } from "./sizes.ts";

const { cache } = await informed(new FakeClient({ list: listAnswer(OBJECTS) }));
const options = { n: 5, warmup: 1 };

Deno.bench("the cache, list all", options, () => {
  for (let at = 0; at < LISTS; at++) cache.list();
});

Deno.bench("the cache, list a tenth by namespace", options, () => {
  for (let at = 0; at < LISTS; at++) cache.list({ namespace: `namespace-${at % 10}` });
});

Deno.bench("the cache, list a sixteenth by label", options, () => {
  for (let at = 0; at < LISTS; at++) cache.list({ labels: { "bench.staircase.dev/shard": String(at % 16) } });
});

Deno.bench("the cache, get each", options, () => {
  for (let at = 0; at < OBJECTS; at++) cache.get(`namespace-${at % 10}/stair-${at}`)!.metadata;
});
