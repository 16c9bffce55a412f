/** An informer that has listed the objects of a fake cluster. */

import { systemClock, systemRandom } from "../../lib/time/mod.ts";
import { type CacheListener, Informer, type ObjectCache } from "../../lib/watch/mod.ts";
import type { FakeClient } from "./fake_client.ts";
import { Stair } from "./objects.ts";

/** The part of an informer that the benches use. */
export interface Informed extends Disposable {
  readonly cache: ObjectCache<Stair>;
  /** Listens to changes. */
  subscribe(listener: CacheListener<Stair>): void;
}

/** Starts an informer, and waits for its first list. Disposing of it ends its watch. */
export async function informed({ client }: FakeClient): Promise<Informed> {
  const stop = new AbortController();
  const onError = (error: unknown) => {
    throw error;
  };
  const options = { client, kind: Stair, clock: systemClock, random: systemRandom, streamingLists: false };
  const informer = new Informer({ ...options, onError });
  informer.start(stop.signal);
  await informer.synced;
  return {
    cache: informer.cache,
    subscribe: (listener) => void informer.subscribe(listener),
    [Symbol.dispose]: () => stop.abort(),
  };
}
