/**
 * Random histories through all of a watch: requests, connections, the machine, the informer and its cache, own writes whose
 * answers come late, live reads, restores, and whatever a network does. Once all is quiet, the view is what the server has.
 */

import { assertEquals } from "@std/assert";
import { keyOf, type KubeObject } from "../../lib/model/mod.ts";
import { InformerSet } from "../../lib/watch/mod.ts";
import { seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { Secret } from "./fixture.ts";
import { FlakyServer } from "./flaky_server.ts";

/** How many histories are played; more by `STAIRCASE_WATCH_HISTORIES=2000`, from `STAIRCASE_WATCH_SEED` on. */
const HISTORIES = Number(Deno.env.get("STAIRCASE_WATCH_HISTORIES") ?? 40);
const FIRST = Number(Deno.env.get("STAIRCASE_WATCH_SEED") ?? 1);
const NAMES = ["a", "b", "c", "d", "e"];
const ACTS = 40;
const MINUTE = 60_000;

async function playHistory(seed: number): Promise<void> {
  const source = seededRandom(seed);
  const draw = (below: number) => Math.floor(source.next() * below);
  const clock = new VirtualClock();
  const server = new FlakyServer(clock, draw);
  const labelSelector = draw(2) === 0 ? undefined : "app=x";
  const said: string[] = [];
  let restores = 0;
  let uids = 0;
  const set = new InformerSet({
    ...{ client: server as never, clock, random: source, pageSize: 1 + draw(4) },
    onState: (state) => {
      if (state.type === "restored") restores++;
      said.push(
        `${clock.monotonic()} ${JSON.stringify(state, (_, value) => value instanceof Error ? value.message : value)}`,
      );
    },
    onError: (error) => {
      throw error;
    },
  });
  const [informer] = set.obtain(Secret, { labelSelector }).informers;
  const { cache } = informer!;
  const mirror = new Map<string, KubeObject>();
  informer!.subscribe((changes) => {
    for (const { key, before, after, source } of changes) {
      said.push(
        `${clock.monotonic()} ${source} ${key} ${before?.metadata.resourceVersion}>${after?.metadata.resourceVersion}`,
      );
      const isForward = before?.metadata.uid !== after?.metadata.uid ||
        Number(before!.metadata.resourceVersion) < Number(after!.metadata.resourceVersion);
      assertEquals(isForward, true, `seed ${seed}: ${key} goes back`);
      if (after) mirror.set(key, after);
      else mirror.delete(key);
    }
  });
  const make = (name: string, before: KubeObject | undefined, resourceVersion: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...{ name, namespace: "default", uid: before?.metadata.uid ?? `u${++uids}`, resourceVersion },
      creationTimestamp: "2024-01-01T00:00:00Z",
      labels: { app: ["x", "x", "y"][draw(3)]! },
      annotations: { text: "äöü€😀".repeat(draw(20)) },
    },
  });
  const change = (name: string, mayRemove = true) =>
    server.write(
      `default/${name}`,
      (before, revision) => before && mayRemove && draw(4) === 0 ? undefined : make(name, before, revision),
    );
  const isSelected = (object: KubeObject | undefined) =>
    object !== undefined && (labelSelector === undefined || object.metadata.labels?.app === "x");
  /** Up to which revision this process knows of a name: what it shows is never older. */
  const told = new Map<string, number>();
  const checkNotOlder = () => {
    for (const [key, revision] of told) {
      const may = server.since(key, revision).map((object) => isSelected(object) ? show(object!) : "none");
      const held = cache.get(key);
      assertEquals(may.includes(held ? show(held) : "none"), true, `${key} is as before ${revision}`);
    }
  };
  /** The server is back at an older version, and the watch has yet to notice. */
  let epoch = 0;
  let isBehind = () => false;
  const write = () => {
    // A server past the version that was seen cannot be distinguished from one that was not restored.
    if (isBehind() && server.revision + 2 > Number(cache.resourceVersion)) return;
    change(NAMES[draw(NAMES.length)]!);
  };
  const ownWrite = () => {
    if (isBehind() && server.revision + 2 > Number(cache.resourceVersion)) return;
    const name = NAMES[draw(NAMES.length)]!;
    const key = `default/${name}`;
    const before = server.objects.get(key);
    const seen = before ? undefined : set.seen(Secret);
    // Nothing is removed that was not seen before.
    const after = change(name, cache.get(key)?.metadata.uid === before?.metadata.uid);
    if (!after) return;
    const isThere = server.objects.has(key);
    const sent = epoch;
    // An answer that is lost is looked after by a live read.
    clock.timer(draw(4) === 0 ? 0 : draw(20_000), () => {
      if (sent !== epoch) return;
      said.push(`${clock.monotonic()} answer ${key}@${after.metadata.resourceVersion} ${isThere ? "stored" : "gone"}`);
      told.set(key, Math.max(told.get(key) ?? 0, Number(after.metadata.resourceVersion)));
      if (isThere) set.overlay({ type: "stored", kind: Secret, object: after, ...(seen && { seen }) });
      else set.overlay({ type: "gone", kind: Secret, ref: { namespace: "default", name }, uid: after.metadata.uid });
    });
  };
  const liveRead = () => {
    const name = NAMES[draw(NAMES.length)]!;
    const uid = cache.get(`default/${name}`)?.metadata.uid;
    const object = server.objects.get(`default/${name}`);
    const [sent, revision] = [epoch, server.revision];
    clock.timer(draw(5_000), () => {
      if (sent !== epoch) return;
      if (object || uid) {
        told.set(
          `default/${name}`,
          Math.max(told.get(`default/${name}`) ?? 0, object ? Number(object.metadata.resourceVersion) : revision),
        );
      }
      set.observeLive(Secret, object ? { object } : { gone: { namespace: "default", name }, uid });
    });
  };
  const restore = () => {
    const seen = Number(cache.resourceVersion || 0);
    if (isBehind() || seen < 14) return;
    server.restore(Math.min(server.revision, seen) - 2 - draw(Math.min(8, seen - 12)));
    epoch++;
    told.clear();
    const before = restores;
    isBehind = () => restores === before;
    said.push(`${clock.monotonic()} RESTORE to ${server.revision}`);
  };
  const canRestore = draw(2) === 0;
  server.trouble = [0, 30, 8, 3][draw(4)]!;
  for (let at = 0; at < draw(20); at++) write();
  const stop = new AbortController();
  set.start(stop.signal);
  try {
    for (let act = 0; act < ACTS; act++) {
      [
        write,
        write,
        write,
        ownWrite,
        ownWrite,
        liveRead,
        () => draw(6) === 0 && server.compact(),
        () => canRestore && restore(),
      ][
        draw(8)
      ]!();
      assertEquals(cache.list().map(show).sort(), [...mirror.values()].map(show).sort(), "the mirror");
      if (!isBehind()) checkNotOlder();
      await clock.advance(draw(4) === 0 ? draw(40_000) : draw(1_500));
    }
    server.trouble = 0;
    await clock.advance(10 * MINUTE);
    const there = [...server.objects.values()].filter(isSelected);
    assertEquals(cache.list().map(show).sort(), there.map(show).sort());
    assertEquals([...mirror.values()].map(show).sort(), there.map(show).sort());
    assertEquals(isBehind(), false, "whether a restore was noticed");
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${said.slice(-60).join("\n")}`, { cause: error });
  } finally {
    stop.abort();
    await set.finished;
  }
}

function show(object: KubeObject): string {
  const { uid, resourceVersion, labels, annotations } = object.metadata;
  return `${keyOf(object)} ${uid}@${resourceVersion} ${labels?.app} ${annotations?.text?.length}`;
}

Deno.test("through any history of a server and a network, the view equals the server once they are quiet", async () => {
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++) await playHistory(seed);
});
