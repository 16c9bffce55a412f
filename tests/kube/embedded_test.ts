/** The performer, the live reads and the installation, against a whole API server in memory. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ConfigMap, Namespace } from "../../lib/kube/kinds/mod.ts";
import {
  addFinalizer,
  createPerformer,
  defineResource,
  installCrd,
  isAlreadyExists,
  isConflict,
  isInvalid,
  isPatchMismatch,
  liveReadApi,
  removeFinalizer,
  send,
  type Transport,
  type WriteResult,
} from "../../lib/kube/mod.ts";
import { kindOf, type ObjectOf } from "../../lib/model/mod.ts";
import { type AnyChange, apply, Change, create, patch, remove, replace } from "../../lib/steps/mod.ts";
import { systemClock } from "../../lib/time/mod.ts";
import { EmbeddedCluster, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";

const definition = {
  group: "example.dev",
  version: "v1",
  kind: "Foo",
  scope: "Namespaced",
  spec: z.object({ n: z.int().default(1), mode: z.enum(["a", "b"]).nullable().optional() }),
  status: z.object({ a: z.number().optional(), b: z.record(z.string(), z.number()).optional() }),
} as const;
const Foo = defineResource(definition);
type Foo = ObjectOf<typeof Foo>;

/** A cluster with one Foo, and what a Run of it would have. */
async function setup() {
  const cluster = new EmbeddedCluster({ random: seededRandom(1) });
  const transport: Transport = { client: cluster, clock: systemClock, random: seededRandom(2) };
  await installCrd(cluster, Foo);
  const body = { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name: "a" } };
  let foo = await send(transport, { verb: "create", kind: Foo, namespace: "default", body }) as Foo;
  const kube = liveReadApi({ transport, owner: foo });
  const writes: WriteResult[] = [];
  const run = async (change: AnyChange | undefined) => {
    const performer = createPerformer({
      transport,
      fieldManager: "tester",
      owner: { kind: Foo, object: foo },
      owns: [ConfigMap],
      allowed: [{ kind: Foo }, { kind: ConfigMap }],
      signal: new AbortController().signal,
      onWrite: (write) => writes.push(write),
    });
    const performed = await performer.perform(change!);
    foo = await kube.get(Foo, "a") ?? foo;
    return performed;
  };
  return { cluster, transport, kube, run, writes, foo: () => foo, [Symbol.dispose]: () => cluster[Symbol.dispose]() };
}

const map = (name: string, data = {}) => ({ metadata: { name }, data });
const lastType = (writes: WriteResult[]) => writes.at(-1)?.type;

Deno.test("a definition is installed once, updated when it changes, and otherwise left alone", async () => {
  using cluster = new EmbeddedCluster();
  assertEquals(await installCrd(cluster, Foo), "created");
  assertEquals(await installCrd(cluster, Foo), "unchanged");
  const changed = defineResource({ ...definition, shortNames: ["fo"], spec: z.object({ n: z.int().default(2) }) });
  assertEquals(await installCrd(cluster, changed), "updated");
  assertEquals(await installCrd(cluster, changed), "unchanged");
});

Deno.test("an object without a spec gets one, with the defaults of the schema", async () => {
  using world = await setup();
  assertEquals(world.foo().spec, { n: 1 });
});

Deno.test("create stores an owned object; the second time it already exists", async () => {
  using world = await setup();
  await world.run(create(ConfigMap, map("m", { k: "v" })));
  assertEquals((await world.kube.list(ConfigMap, { owned: true })).map(({ data }) => data), [{ k: "v" }]);
  const error = await assertRejects(() => world.run(create(ConfigMap, map("m"))));
  assert(isAlreadyExists(error));
  assertEquals(world.writes.map(({ type }) => type), ["stored", "uncertain"]);
});

Deno.test("apply creates, then changes, then has no effect", async () => {
  using world = await setup();
  await world.run(apply(ConfigMap, map("m", { a: "1", b: "2" })));
  await world.run(apply(ConfigMap, map("m", { a: "1" })));
  const stored = (await world.kube.get(ConfigMap, "m"))!;
  assertEquals(stored.data, { a: "1" });
  await world.run(apply(ConfigMap, map("m", { a: "1" })));
  assertEquals((await world.kube.get(ConfigMap, "m"))?.metadata.resourceVersion, stored.metadata.resourceVersion);
});

Deno.test("each type of patch is understood", async () => {
  using world = await setup();
  await world.run(create(ConfigMap, map("m", { a: "1" })));
  const target = { name: "m" };
  await world.run(patch(ConfigMap, target, { merge: { data: { b: "2" } } }));
  await world.run(patch(ConfigMap, target, { strategic: { data: { c: "3" } } }));
  await world.run(patch(ConfigMap, target, { json: [{ op: "remove", path: "/data/a" }] }));
  assertEquals((await world.kube.get(ConfigMap, "m"))?.data, { b: "2", c: "3" });
  const mismatch = patch(ConfigMap, target, { json: [{ op: "test", path: "/data/b", value: "other" }] });
  assert(isPatchMismatch(await assertRejects(() => world.run(mismatch))));
  assertEquals(lastType(world.writes), "uncertain");
});

Deno.test("replace only accepts the newest version", async () => {
  using world = await setup();
  const first = (await world.run(create(ConfigMap, map("m")))).result as ConfigMap;
  const second = await world.run(replace(ConfigMap, { ...first, data: { a: "1" } }));
  assertEquals([second.hadEffect, (second.result as ConfigMap).data], [true, { a: "1" }]);
  assert(isConflict(await assertRejects(() => world.run(replace(ConfigMap, { ...first, data: { a: "2" } })))));
  assertEquals((await world.run(replace(ConfigMap, second.result as ConfigMap))).hadEffect, false);
});

Deno.test("setStatus sets the status exactly, and sends nothing if it already matches", async () => {
  using world = await setup();
  const setStatus = (status: Foo["status"]) => world.run(new Change({ verb: "setStatus", status }));
  await setStatus({ a: 1, b: { x: 1, y: 2 } });
  assertEquals((await setStatus({ b: { y: 3 } })).hadEffect, true);
  assertEquals(world.foo().status, { b: { y: 3 } });
  assertEquals((await setStatus({ b: { y: 3 } })).hadEffect, false);
  const wrong = new Change({ verb: "setStatus", status: { a: "text" } });
  assert(isInvalid(await assertRejects(() => world.run(wrong))));
});

Deno.test("remove deletes the object that the step has seen, and no other", async () => {
  using world = await setup();
  const seen = (await world.run(create(ConfigMap, map("m")))).result as ConfigMap;
  await world.run(patch(ConfigMap, seen, { merge: { data: { newer: "yes" } } }));
  assert(isConflict(await assertRejects(() => world.run(remove(ConfigMap, seen)))));
  const newest = (await world.kube.get(ConfigMap, "m"))!;
  assertEquals((await world.run(remove(ConfigMap, newest))).hadEffect, true);
  assertEquals(world.writes.at(-1), {
    type: "gone",
    kind: ConfigMap,
    ref: { namespace: "default", name: "m" },
    uid: seen.metadata.uid,
  });
  assertEquals((await world.run(remove(ConfigMap, newest))).hadEffect, false);
});

Deno.test("a finalizer keeps the object until the finalizer is removed", async () => {
  using world = await setup();
  await world.run(addFinalizer(Foo, world.foo(), "example.dev/mine"));
  await world.run(addFinalizer(Foo, world.foo(), "example.dev/other"));
  assertEquals(world.foo().metadata.finalizers, ["example.dev/mine", "example.dev/other"]);
  const stale = world.foo();
  await world.run(removeFinalizer(Foo, world.foo(), "example.dev/mine"));
  assert(isPatchMismatch(await assertRejects(() => world.run(removeFinalizer(Foo, stale, "example.dev/mine")))));
  await world.run(remove(Foo, world.foo()));
  assertEquals([lastType(world.writes), typeof world.foo().metadata.deletionTimestamp], ["stored", "string"]);
  assertEquals((await world.run(remove(Foo, world.foo()))).hadEffect, false);
  const last = await world.run(removeFinalizer(Foo, world.foo(), "example.dev/other"));
  assertEquals([last.hadEffect, lastType(world.writes)], [true, "gone"]);
  assertEquals(await world.kube.get(Foo, "a"), undefined);
});

Deno.test("a kind that is not installed differs from a missing object", async () => {
  using world = await setup();
  const Bar = kindOf({ group: "example.dev", version: "v1", kind: "Bar", plural: "bars" });
  await assertRejects(() => world.kube.get(Bar, "a"), Error, "does not know bars of example.dev/v1");
  await assertRejects(() => world.kube.list(Bar), Error, "does not know bars of example.dev/v1");
  assertEquals(await world.kube.get(Foo, "other"), undefined);
});

Deno.test("a list of more than a page is complete, and one of all namespaces too", async () => {
  using world = await setup();
  for (let i = 0; i < 501; i++) {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `m${i}` } };
    await send(world.transport, { verb: "create", kind: ConfigMap, namespace: "default", body });
  }
  assertEquals((await world.kube.list(ConfigMap)).length, 501);
  const names = (await world.kube.list(Namespace)).map(({ kind, metadata }) => [kind, metadata.name]);
  assert(names.some(([kind, name]) => kind === "Namespace" && name === "default"));
});

Deno.test("a CRD whose deletion waits for an object's finalizer is waited for and installed again", async () => {
  const clock = new VirtualClock();
  const random = seededRandom(3);
  using cluster = new EmbeddedCluster({ clock, random });
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    promise.then(() => done = true, () => done = true);
    await clock.advanceUntil(() => done, { within: 60_000 });
    return await promise;
  };
  const install = () => installCrd(cluster, Foo, { clock, random });
  assertEquals(await settled(install()), "created");
  const crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos.example.dev";
  const foos = "/apis/example.dev/v1/namespaces/default/foos";
  const metadata = { name: "held", finalizers: ["example.dev/held"] };
  const bodyJson = { apiVersion: "example.dev/v1", kind: "Foo", metadata };
  await settled(cluster.performRequest({ method: "POST", path: foos, bodyJson }));
  await settled(cluster.performRequest({ method: "DELETE", path: crd }));
  let said: string | undefined;
  const installing = install().then((what) => said = what);
  await clock.advance(10_000);
  assertEquals(said, undefined, "while the old one is there, nothing is said");
  await settled(cluster.performRequest({
    ...{ method: "PATCH", path: `${foos}/held`, contentType: "application/json-patch+json" },
    bodyJson: [{ op: "remove", path: "/metadata/finalizers" }],
  }));
  assertEquals(await settled(installing), "created");
  await clock.advance(60_000);
  await settled(cluster.performRequest({ method: "GET", path: crd }));
});
