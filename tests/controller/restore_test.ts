/** What becomes of a controller when etcd is restored from a backup: everything after the backup never happened. */

import { assert, assertEquals } from "@std/assert";
import { type ClusterClient, installCrd } from "../../lib/kube/mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { create, defineSteps, serveController } from "../../mod.ts";
import { EmbeddedCluster, seededRandom, VirtualClock } from "../../lib/testing/mod.ts";
import { broken, unreachable } from "./faults.ts";
import { Foo } from "./harness.ts";
import { KeepingLogger } from "./keeping_logger.ts";

const MINUTE = 60_000;
const MAPS = "/api/v1/namespaces/default/configmaps";
const FOOS = "/apis/example.dev/v1/namespaces/default/foos";

interface List {
  readonly items: readonly unknown[];
}

/** A client of whichever cluster there is at the moment. */
class Restorable {
  readonly clock = new VirtualClock();
  readonly random = seededRandom(5);
  cluster = this.#make();
  /** How many objects were made in the end. */
  posts = 0;
  isMakingRefused = false;
  /** Lists and watches get no answer. */
  isWatchingDown = false;
  #isDown = false;

  #make(): EmbeddedCluster {
    return new EmbeddedCluster({ clock: this.clock, random: this.random });
  }

  get client(): ClusterClient {
    const performRequest = async (options: Parameters<ClusterClient["performRequest"]>[0]) => {
      const isMaking = options.method === "POST" && options.path?.endsWith("configmaps");
      const isWatching = options.method === "GET" && options.querystring !== undefined;
      const isRefused = this.#isDown || isMaking && this.isMakingRefused || isWatching && this.isWatchingDown;
      if (isRefused) throw await Promise.resolve(unreachable());
      if (isMaking) this.posts++;
      return await this.cluster.performRequest(options as never);
    };
    return { performRequest } as ClusterClient;
  }

  async create(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.cluster.performRequest({ method: "POST", path: FOOS, bodyJson: { ...MANIFEST, metadata: { name } } });
    }
  }

  async install(): Promise<void> {
    await installCrd(this.cluster, Foo, { clock: this.clock, random: this.random });
  }

  /** The cluster is down for a time, and comes back as it was when only some of its objects had been made. */
  async restore(down: number, ...names: string[]): Promise<void> {
    const before = this.cluster;
    this.#isDown = true;
    before.watches.cut(undefined, broken());
    await this.clock.advance(down);
    this.cluster = this.#make();
    await this.install();
    await this.create(...names);
    this.#isDown = false;
  }
}

const MANIFEST = { apiVersion: "example.dev/v1", kind: "Foo", spec: {} };

Deno.test("after a restore of etcd every object is run again, what the backup does not have is gone, and it is said loudly", async () => {
  const scene = new Restorable();
  const { clock, random, client } = scene;
  const logger = new KeepingLogger();
  const runs: string[] = [];
  const steps = defineSteps(Foo)
    .change("report", ({ object, setStatus }) => setStatus({ observed: object.metadata.generation! }));
  await scene.install();
  const options = { resource: Foo, steps, owns: [ConfigMap], client, clock, random, logger, handleSignals: false };
  const controller = await serveController({ ...options, onRun: ({ key }) => void runs.push(key) });
  await clock.settle();
  await scene.create("a", "b", ...Array.from({ length: 50 }, (_, at) => `lost-${at}`));
  await clock.advance(MINUTE);
  assertEquals(new Set(runs).size, 52);
  runs.length = 0;
  await scene.restore(10_000, "a", "b");
  await clock.advance(MINUTE);
  assertEquals([...new Set(runs)].sort(), ["default/a", "default/b"]);
  runs.length = 0;
  await scene.create("made-after");
  await clock.advance(1_000);
  assert(runs.includes("default/made-after"));
  // Each watch has found it out by itself, and says it once.
  assertEquals(logger.saying("the cluster has gone back in time").map(({ level }) => level), ["warn", "warn"]);
  const said = logger.saying("all Foo objects were listed again and will be run again")[0];
  assert(Number(said?.fields["resourceVersion"]) < Number(said?.fields["seen"]));
  const stopped = controller.shutdown();
  await clock.settle();
  await stopped;
});

Deno.test("an object that is created after an unnoticed restore is not created again and again, and reveals the restore", async () => {
  const scene = new Restorable();
  const { clock, random, client } = scene;
  const logger = new KeepingLogger();
  const steps = defineSteps(Foo)
    .observe("find", ({ kube, object }) => kube.list(ConfigMap, { labels: { of: object.metadata.name } }))
    .change("make", ({ object: { metadata: { name } } }, found) => {
      if (found.length > 0 || name.startsWith("lost")) return;
      // The backup's objects have other UIDs here: what they owned would be collected.
      return create(ConfigMap, { metadata: { generateName: "a-", labels: { of: name } } }, { owned: false });
    });
  await scene.install();
  const options = { resource: Foo, steps, owns: [ConfigMap], client, clock, random, logger, handleSignals: false };
  const controller = await serveController(options);
  await clock.settle();
  scene.isMakingRefused = true;
  await scene.create("a", "b", "c", ...Array.from({ length: 200 }, (_, at) => `lost-${at}`));
  await clock.advance(MINUTE);
  const { posts } = scene;
  await scene.restore(10_000, "a", "b", "c");
  scene.isMakingRefused = false;
  scene.isWatchingDown = true;
  await clock.advance(MINUTE);
  scene.isWatchingDown = false;
  await clock.advance(2 * MINUTE);
  assertEquals(scene.posts - posts, 3);
  const there = await scene.cluster.performRequest({ method: "GET", path: MAPS, expectJson: true });
  assertEquals((there as unknown as List).items.length, 3);
  assertEquals(logger.saying("the cluster has gone back in time").length, 2);
  const stopped = controller.shutdown();
  await clock.settle();
  await stopped;
});
