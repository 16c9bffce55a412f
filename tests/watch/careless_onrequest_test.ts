/** A callback for requests cannot harm the watch. */

import { assertEquals } from "@std/assert";
import { listWatch, type WatchRequest } from "../../lib/doors/watch.ts";
import { EmbeddedCluster, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";

Deno.test("if onRequest throws, that is an uncaught error, and the watch goes on", async () => {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  using client = new EmbeddedCluster({ clock, random });
  const told: WatchRequest[] = [];
  const uncaught: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  addEventListener("error", onError);
  const stop = new AbortController();
  const onRequest = (request: WatchRequest) => {
    told.push(request);
    throw "nobody measures";
  };
  let synced = 0;
  const following = (async () => {
    for await (
      const { type } of listWatch({ client, kind: ConfigMap, clock, random, signal: stop.signal, onRequest })
    ) {
      if (type === "synced") synced++;
    }
  })();
  await clock.advance(10_000);
  stop.abort();
  await clock.settle();
  await following;
  removeEventListener("error", onError);
  assertEquals(synced, 1);
  assertEquals(uncaught, told.map(() => "nobody measures"));
});
