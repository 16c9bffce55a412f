/** A shutdown at any time, asked for from anywhere: from then on no step begins a Run, and all ends. */

import { assert, assertEquals } from "@std/assert";
import { create, defineSteps, type Steps } from "../../mod.ts";
import { ConfigMap } from "../../lib/kube/kinds/mod.ts";
import { seededRandom } from "../../lib/testing/mod.ts";
import { sleep } from "../../lib/time/mod.ts";
import { broken, isWrite } from "./faults.ts";
import { Foo, Harness } from "./harness.ts";

const PLACES = ["outside", "a step", "onRun", "a predicate", "the signal"] as const;

for (const place of PLACES) {
  Deno.test(`once a shutdown is asked for by ${place}, no Run begins, and all ends in time`, async () => {
    for (let seed = 1; seed <= 30; seed++) await tryOut(place, seed);
  });
}

async function tryOut(place: typeof PLACES[number], seed: number): Promise<void> {
  const { next } = seededRandom(seed);
  await using harness = await Harness.start({ seed });
  const { clock, cluster } = harness;
  const asking = new AbortController();
  const maybeAsk = (here: typeof place) => {
    if (here === place && next() < 0.05) ask();
  };
  // Slow answers, lost answers, refused connections: so there are doubts, and Runs that read first.
  cluster.intercept({
    before: async ({ user, verb }) => {
      if (user !== "operator" || verb === "watch") return;
      await sleep(clock, next() * 300);
      if (next() < 0.1) throw broken();
    },
    after: (request) => {
      if (request.user === "operator" && isWrite(request) && next() < 0.2) throw broken();
    },
  });
  let late = 0;
  const steps: Steps<Foo> = defineSteps(Foo)
    .observe("begin", async ({ signal }) => {
      if (asking.signal.aborted) late++;
      maybeAsk("a step");
      await sleep(clock, next() * 500, signal);
      if (next() < 0.2) throw new Error("not today");
    })
    .observe("find the text", ({ kube, object }) => kube.get(ConfigMap, object.metadata.name))
    .change(
      "create the text",
      ({ object: { metadata: { name } } }, found) => found ?? create(ConfigMap, { metadata: { name } }),
    );
  const one = {
    resource: Foo,
    steps,
    owns: [ConfigMap],
    onRun: () => maybeAsk("onRun"),
    predicate: () => (maybeAsk("a predicate"), true),
  };
  const controller = await harness.serveUnready({
    ...one,
    requeueEvery: 1_000,
    ...(place === "the signal" && { signal: asking.signal }),
  });
  const ask = () => {
    asking.abort();
    if (place !== "the signal") void controller.shutdown();
  };
  for (let at = 0; at < 10; at++) await harness.createFoo(`foo-${at}`);
  await clock.advance(next() * 5_000);
  ask();
  const begun = clock.monotonic();
  await harness.settled(controller.finished);
  assertEquals(late, 0, `seed ${seed}`);
  // Nothing here takes longer than its retries.
  assert(clock.monotonic() - begun < 25_000, `seed ${seed}`);
}
