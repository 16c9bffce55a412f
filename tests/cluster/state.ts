/** The file that says all about a running cluster: who reads it can use, restart and stop it. */

import type { ProcessRecord } from "./processes.ts";

/** A component's name; each has a program of that name. */
export type ComponentName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok";

/** The name of the process that stops the cluster when its owner is gone. */
export const WATCHDOG = "watchdog";

/** What a state file holds. */
export interface ClusterState {
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
  processes: ProcessRecord[];
}

/** Reads a state file; undefined when there is none. */
export async function readState(path: string): Promise<ClusterState | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes a state file in one step, so that a reader never sees half of it. */
export async function writeState(path: string, state: ClusterState): Promise<void> {
  const draft = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(draft, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  await Deno.rename(draft, path);
}

/** Puts a process in the state file in the place of its predecessor. */
export async function recordProcess(path: string, record: ProcessRecord): Promise<void> {
  const state = await readState(path);
  if (!state) throw new Error(`the cluster of ${path} has been stopped`);
  const others = state.processes.filter(({ name }) => name !== record.name);
  await writeState(path, { ...state, processes: [...others, record] });
}
