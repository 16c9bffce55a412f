/** Starts a cluster that stays when this command is over: `deno task cluster:up`. */

import { fileURLToPath } from "node:url";
import { startCluster } from "./cluster.ts";
import { print, say } from "./progress.ts";
import { isAlive } from "../../lib/testing/apiserver/processes.ts";
import { readState } from "../../lib/testing/apiserver/state.ts";
import { stopControlPlane } from "../../lib/testing/apiserver/stopping.ts";

const RUN_DIR = fileURLToPath(new URL("./.run", import.meta.url));

/** Where the cluster that stays is described. */
export const STATE_FILE = `${RUN_DIR}/state.json`;

async function up(): Promise<void> {
  await Deno.mkdir(RUN_DIR, { recursive: true });
  const state = await readState(STATE_FILE);
  if (state?.processes.some(isAlive)) return tell("the cluster runs already", state.kubeconfig);
  await stopControlPlane(STATE_FILE); // what a dead one has left
  const start = Date.now();
  const { kubeconfig, url } = await startCluster({ outliveWithState: STATE_FILE });
  tell(`the cluster runs at ${url} (started in ${Date.now() - start} ms)`, kubeconfig);
}

/** Only the export goes to stdout, so that a shell can evaluate it. */
function tell(message: string, kubeconfig: string): void {
  say(`${message}; stop it with: deno task cluster:down`);
  say(`use it with the line below, or by: eval "$(deno task cluster:up)"`);
  print(`export KUBECONFIG=${kubeconfig}`);
}

if (import.meta.main) await up();
