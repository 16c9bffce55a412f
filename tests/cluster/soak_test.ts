/**
 * Operators on a real control plane behind nginx and HAProxy that restart, vanish, freeze and lose connections, while users make,
 * change and delete objects: nothing is done twice, nothing is lost, and connections, descriptors and memory stay bounded.
 *
 * It takes half a minute; `STAIRCASE_SOAK_MINUTES=60 deno task soak` is the long one, of which memory is judged, too. It needs
 * nginx, HAProxy and openssl: `apt-get install nginx haproxy openssl`.
 */

import { assert, assertEquals } from "@std/assert";
import { connect, installCrd } from "../../mod.ts";
import type { Random } from "../../lib/time/mod.ts";
import { hasOpenssl } from "../kube/connect/pki.ts";
import { hasProgram } from "../wire/reverse_proxies.ts";
import type { Cluster } from "./cluster.ts";
import { clusterTest, hasCluster } from "./cluster_test_case.ts";
import { eventually, pause } from "./eventually.ts";
import { say } from "./progress.ts";
import { Front } from "./soak/front.ts";
import { type Gauges, gaugesOf } from "./soak/gauges.ts";
import { Household } from "./soak/household.ts";
import { contradictions, readArrivals } from "./soak/ledger.ts";
import { Thing } from "./soak/thing.ts";

/** How long there is trouble. */
const MINUTES = Number(hasCluster() && Deno.env.get("STAIRCASE_SOAK_MINUTES") || 0.5);

/** Trouble comes this often on average, in milliseconds, and each fifth is an operator's end. A short soak has as much as a long one. */
const TROUBLE_EVERY = MINUTES < 5 ? 2_000 : 12_000;

/** Users do something this often on average, in milliseconds, for each operator. */
const ACT_EVERY = MINUTES < 5 ? 150 : 600;

/** How often gauges are read, in milliseconds: each minute of an hour. */
const READ_EVERY = Math.min(60_000, MINUTES * 60_000 / 12);

/** The longest that a change may go unseen, in milliseconds: a watch's silence (70 s before the first has ended), a wait after failures (30 s), and the trouble itself. */
const LONGEST_WAIT = 120_000;

/** One watch for each of three kinds, eight requests at once, those that are being made while others still end. */
const MOST_CONNECTIONS = 24;

const isMissing = !hasCluster() || !await hasOpenssl() || !await hasProgram("nginx", "-v") ||
  !await hasProgram("haproxy", "-v");

// A machine without a control plane, nginx or HAProxy cannot run it; .ci/run brings all of them.
if (isMissing) Deno.test("a soak behind proxies that restart", { ignore: true }, () => {});
else clusterTest("behind proxies that restart, nothing is done twice and nothing is lost, and all stays bounded", soak);

async function soak(cluster: Cluster): Promise<void> {
  const random: Random = { next: () => Math.random() };
  using admin = await connect({ kubeconfig: cluster.kubeconfig });
  await installCrd(admin, Thing);
  await cluster.restartControllerManager();
  await using front = await Front.start(cluster, random, { forgetsEvery: MINUTES < 5 ? Infinity : 180_000 });
  // One lives from the beginning to the end, and the other is killed time and again.
  const parts = { cluster, front, admin, random };
  await using steady = await Household.create("steady", parts);
  await using mortal = await Household.create("mortal", parts);
  const households = [steady, mortal];
  const log = await Deno.makeTempFile({ prefix: "staircase-soak-", suffix: ".log" });
  const note = async (line: unknown) => {
    await Deno.writeTextFile(log, `${new Date().toISOString().slice(11, 19)} ${JSON.stringify(line)}\n`, {
      append: true,
    });
  };
  if (MINUTES >= 5) say(`the soak's figures are in ${log}`);

  const over = Date.now() + MINUTES * 60_000;
  const gauges: Gauges[] = [];
  let longestWait = 0;
  await Promise.all([
    ...households.map(({ workload }) => repeat(over, ACT_EVERY, random, () => workload.act())),
    repeat(over, TROUBLE_EVERY, random, async (turn) => {
      if (turn % 5 !== 4) return await note({ trouble: await front.trouble() });
      const signal = random.next() < 0.5 ? "SIGKILL" : "SIGTERM";
      const begun = Date.now();
      await mortal.endOperator(signal);
      await note({ trouble: `operator ended by ${signal}`, took: Date.now() - begun });
      await mortal.startOperator();
    }),
    repeat(over, READ_EVERY, { next: () => 0.5 }, async () => {
      const now = await gaugesOf(steady.pid);
      gauges.push(now);
      const waits = households.map(({ workload }) => workload.longestWait());
      longestWait = Math.max(longestWait, ...waits);
      const faults = households.flatMap(({ workload }) => workload.faults);
      await note({ ...rounded(now), waits, done: steady.workload.done, writes: steady.written().length, faults });
    }),
  ]);

  for (const { workload } of households) {
    await eventually(() => workload.differences().length === 0, { within: LONGEST_WAIT }).catch(() => {});
  }
  const differences = households.flatMap(({ workload }) => workload.differences());
  const rest = rounded(await gaugesOf(steady.pid));
  for (const household of households) await household.endOperator("SIGTERM");
  const written = households.flatMap((household) => household.written());
  const arrivals = await readArrivals(cluster.auditLog);
  const summary = {
    ...{ minutes: MINUTES, troubles: front.troubles, starts: mortal.starts, rest, longestWait },
    ends: countBy(written.map(({ end, code }) => code === undefined ? end : `${end} ${code}`)),
    gaps: Object.fromEntries(arrivals.gaps),
    ...{
      rss: trendOf(gauges.map(({ rss }) => rss)),
      own: trendOf(gauges.map(({ own }) => own)),
      connections: Math.max(...gauges.map(({ connections }) => connections)),
    },
    descriptors: Math.max(...gauges.map(({ descriptors }) => descriptors)),
    warnings: countBy(households.flatMap(({ warnings }) => warnings)),
    errors: households.map(({ errors }) => errors).join("").slice(0, 2_000),
    ...{ differences, contradictions: contradictions(written, arrivals) },
    faults: households.flatMap(({ workload }) => workload.faults),
  };
  await note(summary);
  if (MINUTES >= 5) say(JSON.stringify(summary, null, 2));
  assertEquals(summary.differences, []);
  assertEquals(summary.faults, []);
  assertEquals(summary.contradictions, []);
  assertEquals(summary.errors, "");
  assert(written.filter(({ end }) => end === "well").length > 50, JSON.stringify(summary.ends));
  assertEquals(households.flatMap(({ exitCodes }) => exitCodes.filter((code) => code !== 0)), []);
  assert(summary.connections <= MOST_CONNECTIONS, JSON.stringify(gauges));
  assert(summary.descriptors <= MOST_CONNECTIONS + 40, JSON.stringify(gauges));
  assert(longestWait <= LONGEST_WAIT, `a change was not seen for ${longestWait} ms`);
  for (const [which, gap] of arrivals.gaps) assert(gap <= LONGEST_WAIT, `no watch of ${which} for ${gap} ms`);
  if (MINUTES >= 30) {
    for (const { second, last } of [summary.rss, summary.own]) assert(last <= second * 1.1 + 2, JSON.stringify(gauges));
  }
  // Of a short one that went well, nobody wants to know more.
  if (MINUTES < 5) await Deno.remove(log);
}

/** Does something again and again until it is over, with pauses of so many milliseconds on average. */
async function repeat(over: number, every: number, random: Random, act: (turn: number) => Promise<unknown>) {
  for (let turn = 0; Date.now() < over; turn++) {
    await pause(Math.min(every * 2 * random.next(), Math.max(0, over - Date.now())));
    await act(turn);
  }
}

/** The median of the second sixth of the time, when all has been seen once, and of the last. */
function trendOf(values: readonly number[]): { second: number; last: number; most: number } {
  const all = values.map(Math.round);
  const sixth = all.length / 6;
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return {
    second: median(all.slice(sixth, 2 * sixth)),
    last: median(all.slice(-Math.max(1, sixth))),
    most: Math.max(...all),
  };
}

function rounded({ rss, own, ...rest }: Gauges): Gauges {
  return { rss: Math.round(rss), own: Math.round(own), ...rest };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
