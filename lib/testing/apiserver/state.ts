/** The file that says all about a running control plane: who reads it can use, restart and stop it. */

import type { ProcessRecord } from "./processes.ts";

/** A component's name; each has a program of that name. */
export type ComponentName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok";

/** The name of the process that stops the control plane when its owner is gone. */
export const WATCHDOG = "watchdog";

/** What a state file holds. */
export interface ControlPlaneState {
  /** Address of the API server. */
  url: string;
  /** The CA certificate, PEM; empty until the API server has made it. */
  ca: string;
  caFile: string;
  /** Tokens by user name; each user is in the group system:masters. */
  tokens: Record<string, string>;
  /** The admin's kubeconfig. */
  kubeconfig: string;
  auditLog: string;
  /** Temporary folder with data, keys and logs. */
  dir: string;
  /** Folder of the programs. */
  bin: string;
  etcdPorts: [client: number, peer: number];
  apiServerFlags: string[];
  controllers: boolean;
  /** Whether the folder stays when all has been stopped. */
  keepFolder: boolean;
  processes: ProcessRecord[];
}

/** Reads a state file; undefined when there is none. */
export async function readState(path: string): Promise<ControlPlaneState | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The state in a file that must be there. */
export async function stateOf(path: string): Promise<ControlPlaneState> {
  const state = await readState(path);
  if (!state) throw new Error(`Cannot find the control plane as it has been stopped: there is no ${path}`);
  return state;
}

/** Writes a state file in one step, so that a reader never sees half of it. */
export async function writeState(path: string, state: ControlPlaneState): Promise<void> {
  const draft = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(draft, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  await Deno.rename(draft, path);
}

/** Changes a state file; whoever else changes or removes it waits. */
export async function changeState(
  path: string,
  change: (state: ControlPlaneState) => ControlPlaneState,
): Promise<void> {
  using _lock = await lockState(path);
  await writeState(path, change(await stateOf(path)));
}

/** Holds the lock of a state file until it is disposed of. */
export async function lockState(path: string): Promise<Disposable> {
  const file = await Deno.open(`${path}.lock`, { create: true, write: true });
  await file.lock(true);
  return file;
}

/** Puts a process in the state file in the place of its predecessor. */
export async function recordProcess(path: string, record: ProcessRecord): Promise<void> {
  await changeState(path, (state) => {
    const others = state.processes.filter(({ name }) => name !== record.name);
    return { ...state, processes: [...others, record] };
  });
}
