/** A Run of ten steps that changes nothing, without a controller. */

import { idleRuns } from "./idle_runs.ts";
import { RUNS, STEPS } from "./sizes.ts";

Deno.bench("a Run that changes nothing", { n: 5, warmup: 1 }, async () => {
  await idleRuns(RUNS, STEPS);
});
