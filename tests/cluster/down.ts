/** Stops the cluster that `up` has started: `deno task cluster:down`. */

import { stopComponents } from "./lifecycle.ts";
import { say } from "./progress.ts";
import { readState } from "./state.ts";
import { STATE_FILE } from "./up.ts";

if (import.meta.main) {
  const state = await readState(STATE_FILE);
  await stopComponents(STATE_FILE);
  say(state ? "stopped" : "none runs");
}
