/** One history: bad times with users who do what they like, then calm; and what must hold at each point. */

import { ConfigMap, Secret } from "../../../lib/kube/kinds/mod.ts";
import { collectionPath } from "../../../lib/kube/mod.ts";
import { Foo } from "../resources.ts";
import { SHARED } from "./operator.ts";
import { World } from "./world.ts";

const MINUTE = 60_000;

/** So long after bad times all is at rest: the longest backoff, what comes late, and a Retry-After. */
const CALM = 10 * MINUTE;

/** An edit, a deletion: that long until all is as it should be, in milliseconds, where nothing goes wrong. */
const REACTION = 2_000;

const NAMES = ["a", "b", "c"];

type Act = (world: World, name: string) => unknown;

const create: Act = (world, name) =>
  world.ask("POST", {
    path: collectionPath(Foo, "default"),
    body: { apiVersion: "example.dev/v1", kind: "Foo", metadata: { name }, spec: { size: world.dice.below(3) } },
  });
const edit: Act = (world, name) =>
  world.ask("PATCH", {
    path: world.path(Foo, name),
    body: { spec: { text: `text-${world.dice.below(1_000)}`, size: world.dice.below(3) } },
  });
const remove: Act = (world, name) => world.ask("DELETE", { path: world.path(Foo, name) });

/** What users do. */
const USERS: Readonly<Record<string, Act>> = {
  create,
  edit,
  "edit again": edit,
  remove,
  "remove and create": async (world, name) => {
    await remove(world, name);
    await create(world, name);
  },
  "tamper with the text": (world, name) =>
    world.ask("PATCH", { path: world.path(ConfigMap, `${name}-text`), body: { data: { text: "odd", more: "x" } } }),
  "tamper with the shared one": (world, name) =>
    world.ask("PATCH", {
      path: world.path(ConfigMap, `of-${name}`, SHARED),
      body: world.dice.falls(0.5) ? { data: { size: "odd" } } : { metadata: { annotations: null } },
    }),
  "delete dependents": async (world, name) => {
    await world.ask("DELETE", { path: world.path(ConfigMap, `${name}-text`) });
    await world.ask("DELETE", { path: world.path(ConfigMap, `of-${name}`, SHARED) });
    const maps = await world.list(ConfigMap);
    const part = maps.find(({ metadata }) => metadata.name.startsWith("part-"));
    if (part) await world.ask("DELETE", { path: world.path(ConfigMap, part.metadata.name) });
  },
  "make a key": async (world, name) => {
    const data = { key: btoa(`${world.dice.below(1_000)}`) };
    const body = { metadata: { name }, data };
    if (!await world.ask("POST", { path: collectionPath(Secret, "default"), body })) {
      await world.ask("PATCH", { path: world.path(Secret, name), body: { data } });
    }
  },
  "delete the key": (world, name) => world.ask("DELETE", { path: world.path(Secret, name) }),
};

/** What befalls the operator. */
const TROUBLE: Readonly<Record<string, (world: World) => unknown>> = {
  "bad wire": ({ trouble, dice }) => void (trouble.onTheWire = dice.of([0, 0.05, 0.2, 0.6])),
  "bad steps": ({ trouble, dice }) => void (trouble.inSteps = dice.of([0, 0.05, 0.3, 1])),
  "watches cut": (world) => world.cutWatches(),
  "watches dead": (world) => world.process.connections.kill(),
  "watches frozen": ({ cluster }) => cluster.watches.freeze(),
  "watches thawed": ({ cluster }) => cluster.watches.thaw(),
  "history compacted": ({ cluster }) => cluster.compact(),
  "a crash": (world) => world.restart(true),
  "a restart": (world) => world.restart(false),
  "the wall clock jumps": (world) => world.jumpWallClock((world.dice.random.next() - 0.5) * 86_400_000),
  "a long time": ({ clock }) => clock.advance(30 * MINUTE),
};

async function badTimes(world: World, acts: number): Promise<void> {
  const { dice, clock, story } = world;
  for (let act = 0; act < acts; act++) {
    const isTrouble = dice.falls(0.35);
    const what = dice.of(Object.keys(isTrouble ? TROUBLE : USERS));
    const name = dice.of(NAMES);
    story.push(`${clock.monotonic()} ${what} ${isTrouble ? "" : name}`);
    await (isTrouble ? TROUBLE[what]!(world) : USERS[what]!(world, name));
    await world.checkParts();
    await clock.advance(dice.of([0, 5, 500, 5_000, 50_000]));
  }
}

/** All is well, as far as it does not depend on the operator. */
function heal({ trouble, cluster }: World): void {
  trouble.onTheWire = trouble.inSteps = 0;
  cluster.watches.thaw();
}

async function expectRest(world: World, when: string): Promise<void> {
  await world.checkParts();
  for (const difference of await world.differences()) world.faults.push(`${when}: ${difference}`);
}

/** Plays the history of a seed. */
export async function play(seed: number, acts: number): Promise<World> {
  const world = await World.start(seed);
  const { clock, trouble } = world;
  await badTimes(world, acts);
  heal(world);
  await clock.advance(CALM);
  await expectRest(world, "after bad times");
  // Processes that were left behind have come to their end by now.
  world.memories.clear();

  const before = world.writes;
  await clock.advance(30 * MINUTE);
  if (world.writes > before) world.faults.push(`${world.writes - before} writes while nothing happened`);

  // What failed for long, and is mended by an edit.
  trouble.inSteps = 1;
  for (const name of NAMES) await edit(world, name);
  await clock.advance(20 * MINUTE);
  trouble.inSteps = 0;
  // A step may still take its time.
  await clock.advance(20_000);
  for (const name of NAMES) await edit(world, name);
  await clock.advance(REACTION);
  await expectRest(world, "after an edit");

  trouble.inSteps = 1;
  await edit(world, "a");
  await clock.advance(20 * MINUTE);
  trouble.inSteps = 0;
  await clock.advance(20_000);
  for (const name of NAMES) await remove(world, name);
  await clock.advance(REACTION);
  await expectRest(world, "after deletions");
  for (const foo of await world.list(Foo)) world.faults.push(`${foo.metadata.name} is still there`);

  // Whatever was remembered of them is forgotten, once something happens after the latest time at which anything may arrive.
  await clock.advance(20 * MINUTE);
  await create(world, "last");
  await remove(world, "last");
  await clock.advance(REACTION);
  for (const kept of world.memories.kept) world.faults.push(`left at the end: ${kept}`);
  if (world.memories.count < 5) world.faults.push("the memories were not found");
  return world;
}
