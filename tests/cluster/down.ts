/** Stops the cluster that `up` has started: `deno task cluster:down`. */

import { say } from "./progress.ts";
import { readState } from "../../lib/testing/apiserver/state.ts";
import { stopControlPlane } from "../../lib/testing/apiserver/stopping.ts";
import { STATE_FILE } from "./up.ts";

if (import.meta.main) {
  const state = await readState(STATE_FILE);
  await stopControlPlane(STATE_FILE);
  say(state ? "stopped" : "none runs");
}
