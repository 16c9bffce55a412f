/** A Run of ten steps that changes nothing, in a controller with queue, workers, cache, report and metrics. */

import { type RunReport, serveController } from "../../mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { FakeClient } from "./fake_client.ts";
import { listAnswer, Stair } from "./objects.ts";
import { idlePlan } from "./plan.ts";
import { CONTROLLED, STEPS } from "./sizes.ts";

const list = listAnswer(CONTROLLED);

Deno.bench("a Run that changes nothing, in a controller", { n: 5, warmup: 1 }, async (round) => {
  const { client } = new FakeClient({ list });
  const allRun = Promise.withResolvers<void>();
  let runs = 0;
  const onRun = ({ result: { outcome } }: RunReport) => {
    if (outcome !== "NoOp") allRun.reject(new Error(`Cannot measure this Run as its outcome is ${outcome}, not NoOp`));
    // The list has been parsed and taken in before the first Run.
    if (++runs === 1) round.start();
    if (runs === CONTROLLED) {
      round.end();
      allRun.resolve();
    }
  };
  await using _controller = await serveController({
    ...{ resource: Stair, steps: idlePlan(STEPS), client, onRun, logger: silentLogger, handleSignals: false },
  });
  await allRun.promise;
});
