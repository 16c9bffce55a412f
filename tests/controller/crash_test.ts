import { assert, assertEquals } from "@std/assert";
import { defineSteps, type KubeObject, remove, type Steps } from "../../mod.ts";
import { ConfigMap, Deployment } from "../../lib/kube/kinds/mod.ts";
import { Crash } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";
import { fourWrites } from "./plans.ts";

const removeBoth: Steps<Foo> = defineSteps(Foo)
  .observe("find the deployment", ({ kube, object }) => kube.get(Deployment, object.metadata.name))
  .change("remove the deployment", (_, found) => found && remove(Deployment, found))
  .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
  .change("remove the text", (_, found) => found && remove(ConfigMap, found));

const options = { resource: Foo, steps: fourWrites, cleanup: removeBoth, owns: [ConfigMap, Deployment] };

/** The finalizer, two objects, a size, a report; then two removals, and the finalizer again. */
const LIVING = 5;
const ALL = LIVING + 3;

/** Serves until all is at rest or the process is dead. */
async function serveOnce(harness: Harness): Promise<void> {
  const controller = await harness.serveUnready({ ...options, shutdownTimeout: "1ms" });
  await harness.clock.advance(120_000);
  await harness.settled(controller.shutdown());
}

/** What there is, but for what differs from one cluster to the next. */
async function state(harness: Harness): Promise<unknown[]> {
  const objects = [...await harness.list(Foo), ...await harness.list(ConfigMap), ...await harness.list(Deployment)];
  return objects.map(({ metadata, ...rest }: KubeObject) => {
    const { name, finalizers, generation, ownerReferences } = metadata;
    return { ...rest, metadata: { name, finalizers, generation, owners: ownerReferences?.map((owner) => owner.name) } };
  });
}

/** The writes that were carried out. */
function carriedOut(harness: Harness): string[] {
  return harness.written().filter((line) => / 20\d$/.test(line));
}

/** One life of an object, with a crash after some writes. */
async function live(crash?: Crash): Promise<{ living: unknown[]; dead: unknown[]; writes: string[] }> {
  await using harness = await Harness.start();
  await harness.createFoo("a", { text: "hello", size: 3 });
  let fault = crash && harness.cluster.intercept(crash);
  const work = async () => {
    await serveOnce(harness);
    if (!crash?.isDead) return;
    // The next process finds an API server that answers.
    fault?.[Symbol.dispose]();
    fault = undefined;
    await serveOnce(harness);
  };
  await work();
  const living = await state(harness);
  await harness.delete(Foo, "a");
  await work();
  if (crash) assert(crash.isDead, "the process did crash");
  return { living, dead: await state(harness), writes: carriedOut(harness) };
}

Deno.test("without a crash a life takes eight writes", async () => {
  const { living, dead, writes } = await live();
  assertEquals([living.length, dead, writes.length], [3, [], ALL]);
});

for (const answerIsLost of [false, true]) {
  const moment = answerIsLost ? "before the answer of write" : "after write";
  for (let after = answerIsLost ? 1 : 0; after < (answerIsLost ? ALL + 1 : ALL); after++) {
    Deno.test(`after a crash ${moment} ${after} the next process comes to the same end by the same writes`, async () => {
      assertEquals(await live(new Crash("operator", after, answerIsLost)), await live());
    });
  }
}

Deno.test("a process that crashes after every single write still comes to the same end", async () => {
  await using harness = await Harness.start();
  await harness.createFoo("a", { text: "hello", size: 3 });
  for (let write = 0; write < LIVING; write++) {
    const crash = new Crash("operator", 1, true);
    using _fault = harness.cluster.intercept(crash);
    await serveOnce(harness);
    assert(crash.isDead);
  }
  await serveOnce(harness);
  assertEquals(await state(harness), (await live()).living);
  assertEquals(carriedOut(harness).length, LIVING);
});
