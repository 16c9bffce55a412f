/** Rights and policies on a real control plane: exactly what is computed is needed, and it is enough. */

import { assert, assertEquals } from "@std/assert";
import { type Play, PLAYS } from "../../examples/plays.ts";
import type { Rights } from "../../lib/deploy/rights/mod.ts";
import { attachCluster, type Cluster, eventually } from "./cluster.ts";
import { clusterTest, hasCluster } from "./cluster_test_case.ts";
import { eachRight, losing, type OneRight, RehearsalStage, RightsFixture, RightsStage } from "./rights_fixture.ts";

/** How long a play may take, in milliseconds. */
const LONGEST = 60_000;

/** How many operators are at work at once. */
const AT_ONCE = 6;

for (const policy of [false, true]) {
  for (const { name, play } of PLAYS) {
    clusterTest(
      `example ${name} converges under exactly its rights${policy ? " and its policy" : ""}, and is refused nothing`,
      async (cluster) => {
        await using fixture = await RightsFixture.create(cluster);
        await using stage = new RightsStage(fixture, { example: name, policy });
        await within(LONGEST, play(stage), () => fixture.logger.text);
        await stage.end();
        const refused = (await fixture.refusals()).map(({ verb, requestURI, responseStatus }) => ({
          verb,
          requestURI,
          message: responseStatus?.message,
        }));
        assertEquals(refused, [], fixture.logger.text);
      },
    );
  }
}

for (const one of PLAYS) {
  Deno.test({
    name: `example ${one.name} needs each of its rights: without it, it says which one is missing`,
    ignore: !hasCluster(),
    // Plays are cut off in the middle, as they never end.
    ...{ sanitizeOps: false, sanitizeResources: false },
    fn: async () => {
      const cluster = await attachCluster();
      // Kinds are installed before any example begins; the rights for that have a test of their own.
      const single = eachRight(await rightsOfPlay(cluster, one));
      const silent: string[] = [];
      const waiting = [...single];
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let without = waiting.pop(); without; without = waiting.pop()) {
          if (!await saysWhatIsMissing(cluster, one, without)) silent.push(`${without.verb} ${without.resource}`);
        }
      }));
      assert(single.length >= 5, `${single.length}`);
      assertEquals(silent, []);
    },
  });
}

async function rightsOfPlay(cluster: Cluster, { play }: Play): Promise<Rights> {
  await using fixture = await RightsFixture.create(cluster);
  await using stage = new RehearsalStage(fixture);
  return await stage.rightsIn(play);
}

/** Whether an operator without a right says that it lacks this very right. */
async function saysWhatIsMissing(cluster: Cluster, { name, play }: Play, without: OneRight): Promise<boolean> {
  await using fixture = await RightsFixture.create(cluster);
  await using stage = new RightsStage(fixture, { example: name, without, operator: losing(fixture.operator) });
  play(stage).catch(() => {});
  const { rule: { apiGroups }, resource, verb } = without;
  const rule = JSON.stringify({ apiGroups, resources: [resource], verbs: [verb] });
  // Fields are shown as JSON, messages are not.
  const isSaid = () => fixture.logger.text.replaceAll('\\"', '"').includes(rule);
  try {
    return await eventually(isSaid, { within: 20_000 });
  } catch {
    return false;
  }
}

/** A play that stands still tells how far it came. */
async function within(milliseconds: number, play: Promise<unknown>, log: () => string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not over in time:\n${log()}`)), milliseconds);
  try {
    await Promise.race([play, promise]);
  } finally {
    clearTimeout(timer);
  }
}
