import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type CacheChange, Informer, type InformerOptions, InformerSet, type WatchState } from "../../lib/watch/mod.ts";
import { kindOf, type KubeObject } from "../../lib/model/mod.ts";
import { VirtualClock } from "../../lib/testing/mod.ts";
import { added, bookmark, deleted, half, modified, Secret, secret } from "./fixture.ts";
import { type Answer, HeldWatch, list, refusal, ScriptedClient, silence } from "./scripted_client.ts";

/** A server that was set back to version 500. */
const RESTORED = [
  refusal(504, "Timeout", { details: { causes: [{ reason: "ResourceVersionTooLarge" }] } }),
  list("500", [secret("a", 400)]),
];

/** An informer that runs, and all that it says. */
class RunningInformer {
  readonly clock = new VirtualClock();
  readonly script: ScriptedClient;
  readonly errors: unknown[] = [];
  readonly informer: Informer;
  readonly changes: string[] = [];
  readonly abort = new AbortController();

  constructor(answers: readonly Answer[], options: Partial<InformerOptions> = {}) {
    this.script = new ScriptedClient(...answers);
    this.informer = new Informer({
      client: this.script.client,
      kind: Secret,
      clock: this.clock,
      random: half,
      streamingLists: false,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.informer.subscribe((changes) => this.changes.push(...changes.map(show)));
    this.informer.start(this.abort.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort.abort();
    await this.informer.finished;
  }
}

function show({ source, key, before, after }: CacheChange): string {
  return `${source} ${key} ${before?.metadata.resourceVersion ?? "-"}>${after?.metadata.resourceVersion ?? "-"}`;
}

const stored = (object: KubeObject, kind = Secret) => ({ type: "stored", kind, object }) as const;

Deno.test("an informer is synced when its initial list is in the cache and the listeners were called", async () => {
  await using run = new RunningInformer([list("7", [secret("a", 5)])]);
  assertEquals([run.informer.cache.synced, run.changes], [false, []]);
  await run.informer.synced;
  assertEquals(run.informer.cache.get("default/a")?.metadata.resourceVersion, "5");
  assertEquals(run.changes, ["initial default/a ->5"]);
});

Deno.test("an informer of a kind without objects is synced too", async () => {
  await using run = new RunningInformer([list("7", [])]);
  await run.informer.synced;
  assertEquals(run.informer.cache.size, 0);
});

Deno.test("listeners get an own write at once, and its echo not at all", async () => {
  const held = new HeldWatch();
  await using run = new RunningInformer([list("7", [secret("a", 5)]), held.answer]);
  await run.informer.synced;
  run.informer.overlay(stored(secret("a", 9)));
  assertEquals(run.changes.slice(1), ["write default/a 5>9"]);
  held.send(modified(secret("a", 8)), modified(secret("a", 9)), modified(secret("a", 10)));
  await run.clock.settle();
  assertEquals(run.changes.slice(2), ["event default/a 9>10"]);
});

Deno.test("an uncertain write changes nothing", async () => {
  await using run = new RunningInformer([list("7", [secret("a", 5)])]);
  await run.informer.synced;
  const ref = { namespace: "default", name: "a" };
  run.informer.overlay({ type: "uncertain", kind: Secret, ref, mayArrive: true });
  assertEquals([run.changes.slice(1), run.informer.cache.size], [[], 1]);
});

Deno.test("an informer ignores writes to another kind, version or namespace", async () => {
  await using run = new RunningInformer([list("7", [])], { namespace: "default" });
  await run.informer.synced;
  run.informer.overlay(stored(secret("a", 9), kindOf({ version: "v1", kind: "ConfigMap", plural: "configmaps" })));
  run.informer.overlay(stored(secret("a", 9), kindOf({ version: "v2", kind: "Secret", plural: "secrets" })));
  run.informer.overlay(stored(secret("a", 9, { namespace: "other" })));
  run.informer.overlay({ type: "gone", kind: Secret, ref: { namespace: "other", name: "a" }, uid: "uid-a" });
  assertEquals([run.changes, run.informer.cache.size], [[], 0]);
});

Deno.test("a write that does not match an informer's selector is not overlaid", async () => {
  await using run = new RunningInformer([list("7", [])], { labelSelector: "app=web" });
  await run.informer.synced;
  run.informer.overlay(stored(secret("a", 9)));
  run.informer.overlay(stored(secret("b", 10, { labels: { app: "web" } })));
  assertEquals(run.changes, ["write default/b ->10"]);
});

Deno.test("a later subscriber first gets the present objects, and then the changes", async () => {
  const held = new HeldWatch();
  await using run = new RunningInformer([list("7", [secret("a", 5)]), held.answer]);
  await run.informer.synced;
  const late: string[] = [];
  const end = run.informer.subscribe((changes) => late.push(...changes.map(show)));
  assertEquals(late, ["initial default/a ->5"]);
  held.send(added(secret("b", 8)));
  await run.clock.settle();
  end();
  held.send(added(secret("c", 9)));
  await run.clock.settle();
  assertEquals(late.slice(1), ["event default/b ->8"]);
});

Deno.test("what a listener throws is reported and affects neither the watch nor the other listeners", async () => {
  const held = new HeldWatch();
  await using run = new RunningInformer([list("7", [secret("a", 5)]), held.answer]);
  const cause = new Error("oh");
  run.informer.subscribe(() => {
    throw cause;
  });
  const after: string[] = [];
  run.informer.subscribe((changes) => after.push(...changes.map(show)));
  await run.informer.synced;
  held.send(added(secret("b", 8)));
  await run.clock.settle();
  assertEquals(after, ["initial default/a ->5", "event default/b ->8"]);
  assertEquals(run.errors.length, 2);
  assertInstanceOf(run.errors[0], Error);
  assertStringIncludes(run.errors[0].message, "Secret default/a");
  assertEquals(run.errors[0].cause, cause);
});

Deno.test("an informer knows how long the server has been silent, and how long the watch has had no connection", async () => {
  const held = new HeldWatch();
  await using run = new RunningInformer([list("7", []), held.answer, refusal(500, "InternalError")]);
  assertEquals(run.informer.staleness, { resourceVersion: "", silentFor: undefined, troubledFor: undefined });
  await run.informer.synced;
  await run.clock.advance(5_000);
  assertEquals(run.informer.staleness, { resourceVersion: "7", silentFor: 5_000, troubledFor: undefined });
  held.send(bookmark(9));
  await run.clock.settle();
  held.break();
  await run.clock.advance(1_000);
  assertEquals(run.informer.staleness, { resourceVersion: "9", silentFor: 1_000, troubledFor: 1_000 });
  assertEquals(run.informer.state?.type, "backing-off");
  run.script.more(new HeldWatch().answer, list("9", []));
  await run.clock.advanceUntil(() => run.informer.state?.type === "watching");
  assertEquals(run.informer.staleness.troubledFor, undefined);
});

Deno.test("an informer that is stopped before its initial list rejects synced, and finishes", async () => {
  const run = new RunningInformer([]);
  await run.clock.settle();
  run.abort.abort();
  await assertRejects(() => run.informer.synced, Error, "stopped before its initial list");
  await run.informer.finished;
});

Deno.test(
  "an informer that cannot go on rejects synced and finished with the reason",
  { permissions: "none" },
  async () => {
    const clock = new VirtualClock();
    const client = Object.assign(new ScriptedClient(), { server: "https://10.0.0.1:6443" }).client;
    const informer = new Informer({ client, kind: Secret, clock, random: half, onError() {} });
    informer.start();
    await assertRejects(() => informer.finished, Error, "--allow-net=10.0.0.1:6443");
    await assertRejects(() => informer.synced, Error, "--allow-net=10.0.0.1:6443");
  },
);

Deno.test("an informer cannot be started twice", async () => {
  await using run = new RunningInformer([]);
  assertThrows(() => run.informer.start(), TypeError, "started before");
});

// ---- sets

const ConfigMap = kindOf({ version: "v1", kind: "ConfigMap", plural: "configmaps" });

function makeSet(...answers: Answer[]) {
  const clock = new VirtualClock();
  const script = new ScriptedClient(...answers);
  const states: string[] = [];
  const informers = new InformerSet({
    client: script.client,
    clock,
    random: half,
    streamingLists: false,
    onError: (error) => {
      throw error;
    },
    onState: ({ type }: WatchState, { kind, namespace }) => states.push(`${kind.kind} ${namespace ?? "*"} ${type}`),
  });
  return { clock, script, informers, states };
}

Deno.test("users of the same objects share one watch, others do not", () => {
  const { informers } = makeSet();
  const first = informers.obtain(Secret);
  assert(first.informers[0] === informers.obtain(Secret).informers[0]);
  const web = informers.obtain(Secret, { labelSelector: { app: "web" } });
  assert(web.informers[0] === informers.obtain(Secret, { labelSelector: "app=web" }).informers[0]);
  const both = informers.obtain(Secret, { namespaces: ["a", "b"] });
  assert(both.informers[1] === informers.obtain(Secret, { namespaces: ["b"] }).informers[0]);
  informers.obtain(ConfigMap);
  assertEquals(informers.informers.length, 5);
});

Deno.test("a view is complete when no selector leaves objects out", () => {
  const { informers } = makeSet();
  assertEquals(informers.obtain(Secret).complete, true);
  assertEquals(informers.obtain(Secret, { namespaces: ["a"] }).complete, true);
  assertEquals(informers.obtain(Secret, { labelSelector: "app" }).complete, false);
});

Deno.test("a view of several namespaces reads each from its own cache, and refuses namespaces that are not watched", async () => {
  const { informers, states } = makeSet(
    list("7", [secret("x", 5, { namespace: "a" })]),
    list("8", [secret("x", 6, { namespace: "b", uid: "b" })]),
  );
  const view = informers.obtain(Secret, { namespaces: ["a", "b", "a"] });
  assertEquals(view.synced, false);
  const abort = new AbortController();
  informers.start(abort.signal);
  await view.whenSynced();
  assertEquals(view.synced, true);
  assertEquals(view.get("b", "x")?.metadata.uid, "b");
  assertEquals(view.list().length, 2);
  assertEquals(view.list({ namespace: "a" }).map(({ metadata }) => metadata.resourceVersion), ["5"]);
  assertEquals([view.covers("a"), view.covers("c"), view.covers(undefined)], [true, false, false]);
  assertThrows(() => view.get("c", "x"), RangeError, "namespace is not watched");
  assertThrows(() => view.list({ namespace: "c" }), RangeError, "namespace is not watched");
  abort.abort();
  await informers.finished;
  assertEquals(states.filter((state) => state.endsWith("stopped")), ["Secret a stopped", "Secret b stopped"]);
});

Deno.test("a cluster-scoped kind is watched once, whatever the namespaces", () => {
  const Node = kindOf({ version: "v1", kind: "Node", plural: "nodes", scope: "Cluster" });
  const view = makeSet().informers.obtain(Node, { namespaces: ["a", "b"] });
  assertEquals(view.informers.map(({ namespace }) => namespace), [undefined]);
});

Deno.test("an empty list of namespaces is refused: it would watch nothing", () => {
  assertThrows(() => makeSet().informers.obtain(Secret, { namespaces: [] }), RangeError, "list of namespaces is empty");
});

Deno.test("a watch that is added after the start starts at once", async () => {
  const { informers } = makeSet(list("7", [secret("a", 5)]));
  const abort = new AbortController();
  informers.start(abort.signal);
  const view = informers.obtain(Secret);
  await view.whenSynced();
  assertEquals(view.get("default", "a")?.metadata.name, "a");
  abort.abort();
  await informers.finished;
});

Deno.test("a write reaches every informer that it concerns", async () => {
  const { informers, clock } = makeSet(list("7", []), list("7", []));
  const views = [informers.obtain(Secret), informers.obtain(Secret, { namespaces: ["default"] })];
  const abort = new AbortController();
  informers.start(abort.signal);
  await Promise.all(views.map((view) => view.whenSynced()));
  informers.overlay(stored(secret("a", 9)));
  assertEquals(views.map((view) => view.get("default", "a")?.metadata.resourceVersion), ["9", "9"]);
  informers.observeLive(Secret, { gone: { namespace: "default", name: "a" }, uid: "uid-a" });
  assertEquals(views.map((view) => view.get("default", "a")), [undefined, undefined]);
  abort.abort();
  await informers.finished;
  assertEquals(clock.pending, 0);
});

Deno.test("a set without watches finishes when it is stopped", async () => {
  const { informers } = makeSet();
  informers.start(AbortSignal.abort());
  await informers.finished;
});

/** What a transform may do: an object that says so has no namespace that could be read. */
function breakMarked(object: KubeObject): KubeObject {
  if (object.metadata.labels?.broken === undefined) return object;
  const get = () => {
    throw new Error("no namespace");
  };
  return { ...object, metadata: Object.defineProperty({ ...object.metadata }, "namespace", { get }) };
}

const broken = { labels: { broken: "yes" } };

Deno.test("an event that cannot be cached does not affect the others, and a list finds its object", async () => {
  const held = new HeldWatch();
  await using run = new RunningInformer([
    list("7", [secret("a", 5), secret("b", 5), secret("c", 5)]),
    held.answer,
    list("20", [secret("b", 14), secret("d", 14)]),
    silence(),
  ], { transform: breakMarked });
  await run.informer.synced;
  run.changes.length = 0;
  held.send(
    deleted(secret("a", 11)),
    modified(secret("b", 12, broken)),
    deleted(secret("c", 13)),
    added(secret("d", 14)),
  );
  await run.clock.settle();
  assertEquals(run.changes, ["event default/a 5>-", "event default/c 5>-", "event default/d ->14"]);
  assertEquals(run.errors.map((error) => (error as Error).message.slice(0, 117)), [
    "Cannot put what the watch of Secret brought into the cache, and list all objects again: Cannot cache 1 of the objects",
  ]);
  assertEquals(run.informer.staleness.troubledFor, 0);
  await run.clock.advance(1_000);
  assertEquals(run.changes.slice(3), ["relist default/b 5>14"]);
  assertEquals(run.informer.cache.list().map(({ metadata }) => metadata.name).sort(), ["b", "d"]);
});

Deno.test("a listed object that cannot be cached does not affect the others, and is listed again after a backoff", async () => {
  const half = list("7", [secret("a", 5), secret("b", 5, broken)]);
  await using run = new RunningInformer([half, half, list("9", [secret("a", 5), secret("b", 8)]), silence()], {
    transform: breakMarked,
  });
  await run.informer.synced;
  assertEquals(run.changes, ["initial default/a ->5"]);
  await run.clock.advance(10_000);
  assertEquals(run.errors.length, 2);
  assertEquals(run.changes.slice(1), ["relist default/b ->8"]);
});

Deno.test("a list after a caching failure is not older than what was seen, unless it says that the server was restored", async () => {
  const held = new HeldWatch();
  const states: WatchState[] = [];
  await using run = new RunningInformer([list("1000", [secret("a", 900)]), held.answer, ...RESTORED, silence()], {
    transform: breakMarked,
    onState: (state) => states.push(state),
  });
  await run.clock.settle();
  held.send(added(secret("b", 1001, broken)));
  await run.clock.advance(1_000);
  assertEquals(run.script.queries[2]?.resourceVersion, "1001");
  assertEquals(run.changes.slice(1), ["relist default/a 900>-", "relist default/a ->400"]);
  assertEquals(states.findLast(({ type }) => type === "restored"), {
    ...{ type: "restored", resourceVersion: "500", seen: "1001" },
  });
});
