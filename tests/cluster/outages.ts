/** Takes parts of a running cluster away and brings them back. */

import { cp } from "node:fs/promises";
import { connect } from "../../mod.ts";
import { endProcess, type ProcessRecord, signal } from "../../lib/testing/apiserver/processes.ts";
import { running, startComponent, untilReady } from "../../lib/testing/apiserver/starting.ts";
import { type ComponentName, stateOf } from "../../lib/testing/apiserver/state.ts";

/** How long a restart may take, in milliseconds. */
const LONGEST_RESTART = 60_000;

/** Starts the stopped API server again, and waits until it is ready. */
export async function startApiServer(stateFile: string): Promise<void> {
  if (running(await stateOf(stateFile), "kube-apiserver")) throw new Error("the API server runs already");
  await startComponent(stateFile, "kube-apiserver");
  await untilApiServerIsReady(stateFile);
}

/** Ends the API server, by the signal, or by SIGKILL when it has not ended in time. */
export async function stopApiServer(stateFile: string, by: "SIGTERM" | "SIGKILL"): Promise<void> {
  await endProcess(await recordOf(stateFile, "kube-apiserver"), { by });
}

/** Copies etcd's data aside, while nothing runs that writes it. */
export async function backUpEtcd(stateFile: string): Promise<void> {
  const { dir } = await stateOf(stateFile);
  await withoutEtcd(stateFile, () => copyFolder(`${dir}/etcd`, `${dir}/etcd-backup`));
}

/** Sets etcd's data back to the copy, versions included, as a restore from a backup does. */
export async function restoreEtcd(stateFile: string): Promise<void> {
  const { dir } = await stateOf(stateFile);
  await withoutEtcd(stateFile, () => copyFolder(`${dir}/etcd-backup`, `${dir}/etcd`));
}

/** Sends the API server a signal. */
export async function signalApiServer(stateFile: string, name: Deno.Signal): Promise<void> {
  signal(await recordOf(stateFile, "kube-apiserver"), name);
}

/** Ends the controller manager and starts it anew. */
export async function restartControllerManager(stateFile: string): Promise<void> {
  await endProcess(await recordOf(stateFile, "kube-controller-manager"));
  await startComponent(stateFile, "kube-controller-manager");
}

async function withoutEtcd(stateFile: string, work: () => Promise<void>): Promise<void> {
  for (const name of ["kube-apiserver", "etcd"] as const) {
    await endProcess(await recordOf(stateFile, name), { by: "SIGTERM" });
  }
  await work();
  for (const name of ["etcd", "kube-apiserver"] as const) await startComponent(stateFile, name);
  await untilApiServerIsReady(stateFile);
}

async function untilApiServerIsReady(stateFile: string): Promise<void> {
  const { kubeconfig } = await stateOf(stateFile);
  using client = await connect({ kubeconfig });
  const limit = { timeout: LONGEST_RESTART, deadline: performance.now() + LONGEST_RESTART };
  await untilReady(stateFile, client, limit);
}

async function recordOf(stateFile: string, name: ComponentName): Promise<ProcessRecord> {
  const record = running(await stateOf(stateFile), name);
  if (!record) throw new Error(`${name} does not run`);
  return record;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.remove(to, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await cp(from, to, { recursive: true });
}
