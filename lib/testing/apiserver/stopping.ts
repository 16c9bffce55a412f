/** Stops a control plane, whoever has started it. */

import { endProcess, isAlive } from "./processes.ts";
import { type ControlPlaneState, lockState, readState, WATCHDOG } from "./state.ts";

/**
 * Clients of the API server go first, etcd goes last. The watchdog goes after them all: should this process be killed on the way,
 * the watchdog goes on.
 */
const STOP_ORDER: readonly string[][] = [
  ["kwok", "kube-scheduler", "kube-controller-manager"],
  ["kube-apiserver"],
  ["etcd"],
];

/** Stops all that runs (but this process), and removes the folder and the state file. Does nothing when that was done. */
export async function stopControlPlane(stateFile: string): Promise<void> {
  for (;;) {
    for (const names of STOP_ORDER) {
      const processes = (await readState(stateFile))?.processes ?? []; // read anew: one may have been started meanwhile
      await Promise.all(processes.filter(({ name }) => names.includes(name)).map((record) => endProcess(record)));
    }
    const stopped = await forget(stateFile);
    if (stopped === "some still run") continue;
    const watchdog = stopped?.processes.find(({ name, pid }) => name === WATCHDOG && pid !== Deno.pid);
    if (watchdog) await endProcess(watchdog);
    return;
  }
}

/** Removes the state file, unless something has been started meanwhile; nothing can be, from then on. */
async function forget(stateFile: string): Promise<ControlPlaneState | undefined | "some still run"> {
  if (!await readState(stateFile)) return undefined; // no lock file in a folder that may have gone
  using _lock = await lockState(stateFile);
  const state = await readState(stateFile);
  if (!state) return undefined;
  if (state.processes.some((record) => record.name !== WATCHDOG && isAlive(record))) return "some still run";
  await removeIfThere(stateFile);
  await removeIfThere(`${stateFile}.lock`);
  if (!state.keepFolder) await removeIfThere(state.dir);
  return state;
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
