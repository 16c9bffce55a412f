/**
 * Stops a control plane when the process that started it is gone: by Ctrl-C, by SIGKILL, or because `deno test` ended before the
 * test could clean up. Runs as a process of its own, without the configuration of whoever started it: it imports no package.
 */

import { isAlive, launch, type ProcessRecord, recordOf } from "./processes.ts";
import { readState, recordProcess, stateOf, WATCHDOG } from "./state.ts";
import { stopControlPlane } from "./stopping.ts";
import { pause } from "./waiting.ts";

/** Starts a watchdog over this process. */
export async function startWatchdog(stateFile: string): Promise<void> {
  const owner = recordOf("owner", Deno.pid);
  const { dir } = await stateOf(stateFile);
  await launch({
    name: WATCHDOG,
    program: Deno.execPath(),
    args: [
      ...["run", "--quiet", "--allow-all", "--no-config", "--no-lock"],
      ...[import.meta.url, stateFile, JSON.stringify(owner)],
    ],
    log: `${dir}/logs/${WATCHDOG}.log`,
    keep: (record) => recordProcess(stateFile, record),
  });
}

async function watch(stateFile: string, owner: ProcessRecord): Promise<void> {
  while (isAlive(owner)) {
    if (!await readState(stateFile)) return; // stopped by its owner, as it should be
    await pause(500);
  }
  await stopControlPlane(stateFile);
}

if (import.meta.main) {
  const [stateFile, owner] = Deno.args;
  if (!stateFile || !owner) throw new Error("Cannot watch as it takes a state file and its owner's process record");
  await watch(stateFile, JSON.parse(owner));
}
