/**
 * Stops a cluster when the process that started it is gone: by Ctrl-C, by SIGKILL, or because
 * `deno test` ended before the test could clean up. Runs as a process of its own.
 */

import { fileURLToPath } from "node:url";
import { pause } from "./eventually.ts";
import { stopComponents } from "./lifecycle.ts";
import { isAlive, launch, type ProcessRecord, recordOf } from "./processes.ts";
import { type ClusterState, readState, recordProcess, WATCHDOG } from "./state.ts";

/** Starts a watchdog over this process. */
export async function startWatchdog(stateFile: string, state: ClusterState): Promise<void> {
  const owner = recordOf("owner", Deno.pid);
  const record = await launch({
    name: WATCHDOG,
    program: Deno.execPath(),
    args: [
      ...["run", "--quiet", "--allow-all", "--no-config", "--no-lock"],
      ...[fileURLToPath(import.meta.url), stateFile, JSON.stringify(owner)],
    ],
    log: `${state.dir}/logs/${WATCHDOG}.log`,
  });
  await recordProcess(stateFile, record);
}

async function watch(stateFile: string, owner: ProcessRecord): Promise<void> {
  while (isAlive(owner)) {
    if (!await readState(stateFile)) return; // stopped by its owner, as it should be
    await pause(500);
  }
  await stopComponents(stateFile);
}

if (import.meta.main) {
  const [stateFile, owner] = Deno.args;
  if (!stateFile || !owner) throw new Error("needs a state file and its owner's process record");
  await watch(stateFile, JSON.parse(owner));
}
