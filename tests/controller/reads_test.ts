import { assertEquals } from "@std/assert";
import { runReads } from "../../lib/controller/key/reads.ts";
import { kindOf, type KubeObject, type ReadApi } from "../../lib/model/mod.ts";
import { type CachedKind, InformerSet } from "../../lib/watch/mod.ts";
import { EmbeddedCluster, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { liveReadApi } from "../../lib/kube/mod.ts";

const ConfigMap = kindOf({ version: "v1", kind: "ConfigMap", plural: "configmaps" });
const PATH = "/api/v1/namespaces/default/configmaps";

/** A view of the ConfigMaps of a cluster, and reads that go past it. */
async function setup() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const cluster = new EmbeddedCluster({ clock, random });
  const informers = new InformerSet({ client: cluster, clock, random, onError: () => {} });
  const view = informers.obtain(ConfigMap);
  const stop = new AbortController();
  informers.start(stop.signal);
  await clock.settle();
  const object = { metadata: { name: "owner", namespace: "default", uid: "owner" } } as KubeObject;
  const transport = { client: cluster, clock, random };
  const reads = ({ liveOnly, live }: { liveOnly: boolean; live?: ReadApi }) =>
    runReads({
      object,
      readable: [{ kind: ConfigMap }],
      viewOf: <T extends KubeObject>() => view as unknown as CachedKind<T>,
      live: () => live ?? liveReadApi({ transport, owner: object }),
      observe: (kind, read) => informers.observeLive(kind, read),
      liveOnly,
    });
  const create = async (name: string, labels = {}) => {
    await cluster.performRequest({ method: "POST", path: PATH, bodyJson: { metadata: { name, labels } } });
    await clock.settle();
  };
  const remove = async (name: string) => {
    await cluster.performRequest({ method: "DELETE", path: `${PATH}/${name}` });
    await clock.settle();
  };
  const end = async () => {
    stop.abort();
    await informers.finished;
    cluster.close();
  };
  return { cluster, clock, view, reads, create, remove, [Symbol.asyncDispose]: end };
}

const namesOf = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort();

Deno.test("an object that a live list no longer finds is not seen again by a later Run, however late the watch is", async () => {
  await using scene = await setup();
  await scene.create("stays", { app: "a" });
  await scene.create("goes", { app: "a" });
  scene.cluster.watches.freeze();
  await scene.remove("goes");
  assertEquals(namesOf(await scene.reads({ liveOnly: false }).list(ConfigMap)), ["goes", "stays"]);
  assertEquals(namesOf(await scene.reads({ liveOnly: true }).list(ConfigMap, { labels: { app: "a" } })), ["stays"]);
  assertEquals(namesOf(await scene.reads({ liveOnly: false }).list(ConfigMap)), ["stays"]);
});

Deno.test("an object that a live list leaves out because of its labels is not taken for gone", async () => {
  await using scene = await setup();
  await scene.create("a", { app: "a" });
  await scene.create("b", { app: "b" });
  assertEquals(namesOf(await scene.reads({ liveOnly: true }).list(ConfigMap, { labels: "app=a" })), ["a"]);
  assertEquals(namesOf(await scene.reads({ liveOnly: true }).list(ConfigMap, { owned: true })), []);
  assertEquals(namesOf(await scene.reads({ liveOnly: false }).list(ConfigMap)), ["a", "b"]);
});

Deno.test("an object that comes while a live read is on its way back is not taken for gone", async () => {
  await using scene = await setup();
  const live: ReadApi = {
    // The answer was made before the object came, and arrives after it.
    get: async () => {
      await scene.create("late");
      return undefined;
    },
    list: async () => {
      await scene.create("later");
      return [];
    },
  };
  assertEquals(await scene.reads({ liveOnly: true, live }).get(ConfigMap, "late"), undefined);
  assertEquals((await scene.reads({ liveOnly: false }).get(ConfigMap, "late"))?.metadata.name, "late");
  assertEquals(await scene.reads({ liveOnly: true, live }).list(ConfigMap), []);
  // The list has shown that the object in the cache is gone; what came in the meantime stays.
  assertEquals(namesOf(await scene.reads({ liveOnly: false }).list(ConfigMap)), ["later"]);
});

Deno.test("what a live read returned is seen by later Runs, too", async () => {
  await using scene = await setup();
  scene.cluster.watches.freeze();
  await scene.create("new");
  assertEquals(await scene.reads({ liveOnly: false }).get(ConfigMap, "new"), undefined);
  assertEquals((await scene.reads({ liveOnly: false }).get(ConfigMap, "new", { live: true }))?.metadata.name, "new");
  assertEquals((await scene.reads({ liveOnly: false }).get(ConfigMap, "new"))?.metadata.name, "new");
});
