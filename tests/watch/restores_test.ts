/** A restore of etcd that one watch of a process has found concerns all of them. */

import { assertEquals } from "@std/assert";
import type { RequestOptions } from "@cloudydeno/kubernetes-client";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { type Informer, InformerSet, type WatchState } from "../../lib/watch/mod.ts";
import { Restores } from "../../lib/watch/stream/restores.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { half, secret } from "./fixture.ts";
import { HeldWatch, list, refusal } from "./scripted_client.ts";

/** A server of many kinds with one count of versions. */
class Server {
  version = 1_000;
  lists = 0;
  watches = 0;
  isDown = false;
  readonly held = new Map<string, HeldWatch>();

  performRequest = async (request: RequestOptions): Promise<unknown> => {
    const path = request.path!;
    if (this.isDown) return await refusal(503, "ServiceUnavailable")(request);
    if (request.querystring?.get("watch") === "true") {
      this.watches++;
      const held = new HeldWatch();
      this.held.set(path, held);
      return held.answer(request);
    }
    const asked = request.querystring?.get("resourceVersion");
    if (Number(asked) > this.version) {
      return await refusal(504, "Timeout", { details: { causes: [{ reason: "ResourceVersionTooLarge" }] } })(request);
    }
    this.lists++;
    const plural = path.split("/").at(-1)!;
    const kind = `Kind${plural.slice(4)}`;
    const { metadata } = secret("a", 400);
    const answer = list(String(this.version), [{ metadata }])(request) as BodyInit;
    return new TextEncoder().encode((await new Response(answer).text()).replace("SecretList", `${kind}List`));
  };
}

/** A process that watches many kinds. */
async function watching(kinds: number) {
  const clock = new VirtualClock();
  const server = new Server();
  const states: string[] = [];
  const set = new InformerSet({
    ...{ client: { performRequest: server.performRequest } as never, clock, random: half },
    onError: (error) => states.push(String(error)),
    onState: (state: WatchState, { kind }: Informer) => {
      if (state.type === "restored") states.push(`${kind.plural} ${state.seen}>${state.resourceVersion}`);
    },
  });
  for (let at = 0; at < kinds; at++) {
    set.obtain(kindOf<KubeObject>({ version: "v1", kind: `Kind${at}`, plural: `kind${at}` }));
  }
  const stop = new AbortController();
  set.start(stop.signal);
  await clock.settle();
  const at = (one: number) => server.held.get(`/api/v1/kind${one}`)!;
  return {
    ...{ clock, server, states, set, at },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await set.finished;
    },
  };
}

Deno.test("when one watch finds a restore, all others check the server at once, and each is listed again once", async () => {
  await using scene = await watching(40);
  const { clock, server, states, at } = scene;
  server.version = 500;
  [server.lists, server.watches] = [0, 0];
  at(7).break();
  await clock.advance(400);
  assertEquals(states.length, 40);
  assertEquals(new Set(states).size, 40);
  // Each has asked where the server is, and listed.
  assertEquals([server.lists, server.watches <= 160], [80, true]);
  await clock.advance(20_000);
  assertEquals([states.length, server.lists], [40, 80]);
});

Deno.test("a watch that waits for the server to come back goes on when another has found it restored", async () => {
  await using scene = await watching(2);
  const { clock, server, states, at } = scene;
  server.isDown = true;
  at(0).break();
  await clock.advance(20_000);
  at(1).break();
  server.version = 500;
  server.isDown = false;
  await clock.advance(400);
  assertEquals(states.sort(), ["kind0 1000>500", "kind1 1000>500"]);
});

Deno.test("a watch at a version that does not show the restore by itself learns of it from the others", async () => {
  await using scene = await watching(1);
  const { clock, server, states, set, at } = scene;
  server.version = 2_000;
  set.obtain(kindOf<KubeObject>({ version: "v1", kind: "Kind1", plural: "kind1" }));
  await clock.settle();
  server.version = 1_500;
  at(1).break();
  await clock.advance(400);
  assertEquals(states, ["kind1 2000>1500", "kind0 1000>1500"]);
});

Deno.test("a kind of another server, with its own versions, is checked and left as it is", async () => {
  await using scene = await watching(2);
  const { clock, server, states, set } = scene;
  server.version = 500;
  for (const newest of [400, 3_000]) {
    const [informer] = set.informers;
    informer!.doubt({ resourceVersion: "100", seen: "300" });
    server.version = Math.max(newest, 1_000);
    await clock.settle();
    assertEquals([states, informer!.state?.type], [[], "watching"]);
  }
});

Deno.test("an object created with an older version than seen is cached, and all watches check the server", async () => {
  await using scene = await watching(2);
  const { clock, server, states, set } = scene;
  const [informer] = set.informers;
  const { kind, cache } = informer!;
  assertEquals(set.seen(kind), { resourceVersion: "1000", restores: 0 });
  server.version = 505;
  set.overlay({ type: "stored", kind, object: secret("made", 503), seen: { resourceVersion: "1000", restores: 0 } });
  assertEquals(cache.get("default/made")?.metadata.resourceVersion, "503");
  await clock.settle();
  assertEquals(states.sort(), ["kind0 1000>505", "kind1 1000>505"]);
  // A later answer shows no restore any more, and is compared with what is known by now.
  server.version = 510;
  [server.lists, server.watches] = [0, 0];
  set.overlay({ type: "stored", kind, object: secret("late", 504), seen: { resourceVersion: "1000", restores: 0 } });
  assertEquals(cache.get("default/late"), undefined);
  await clock.settle();
  assertEquals([server.lists, server.watches, states.length], [0, 0, 2]);
});

Deno.test("of a kind whose object was made with an older version, the restore is certain, though the server has come past what was seen", async () => {
  await using scene = await watching(1);
  const { clock, server, states, set } = scene;
  const [{ kind }] = set.informers as [Informer];
  server.version = 2_000;
  set.overlay({ type: "stored", kind, object: secret("made", 503), seen: { resourceVersion: "1000", restores: 0 } });
  await clock.settle();
  assertEquals(states, ["kind0 1000>2000"]);
});

Deno.test("usual creations cause no check", async () => {
  await using scene = await watching(2);
  const { clock, server, set } = scene;
  const [{ kind }] = set.informers as [Informer];
  [server.lists, server.watches] = [0, 0];
  for (const [version, seen] of [["1001", "1000"], ["b", "a"], ["1002", "x"]]) {
    set.overlay({
      type: "stored",
      kind,
      object: secret("made", version!),
      seen: { resourceVersion: seen!, restores: 0 },
    });
  }
  await clock.settle();
  assertEquals([server.lists, server.watches], [0, 0]);
});

Deno.test("a restore that another watch finds too is not passed on; a second one of the same watch is", () => {
  const restores = new Restores<string>();
  assertEquals(restores.found("a", { resourceVersion: "500", seen: "1000" }), true);
  assertEquals(restores.found("b", { resourceVersion: "503", seen: "900" }), false);
  assertEquals(restores.found("c", { resourceVersion: "510", seen: "1001" }), false);
  assertEquals(restores.found("b", { resourceVersion: "600", seen: "700" }), true);
  assertEquals(restores.found("a", { resourceVersion: "601", seen: "690" }), false);
  assertEquals(restores.found("c", { resourceVersion: "300", seen: "691" }), true);
  assertEquals(restores.found("d", { resourceVersion: "301", seen: "691" }), false);
});
