/** Starts and stops the components of a cluster that is described by a state file. */

import { cp } from "node:fs/promises";
import { type ApiTarget, callApi } from "./api.ts";
import { argsOf } from "./components.ts";
import { eventually, Hopeless } from "./eventually.ts";
import { createFakeNode, isFakeNodeReady } from "./fake_node.ts";
import { say } from "./progress.ts";
import { endProcess, isAlive, launch, type ProcessRecord, signal } from "./processes.ts";
import { type ClusterState, type ComponentName, readState, recordProcess, WATCHDOG, writeState } from "./state.ts";
import { adoptCa } from "./workspace.ts";

/** Those that are clients of the API server go first, etcd goes last. */
const STOP_ORDER: string[][] = [
  [WATCHDOG],
  ["kwok", "kube-scheduler", "kube-controller-manager"],
  ["kube-apiserver"],
  ["etcd"],
];

/** Starts all components, and waits until the cluster can be used. */
export async function startComponents(stateFile: string): Promise<void> {
  await startComponent(stateFile, "etcd");
  await startComponent(stateFile, "kube-apiserver");
  const state = await usable(stateFile, async () => await adoptCa(await stateOf(stateFile)));
  await writeState(stateFile, state);
  await untilReady(stateFile);
  if (state.controllers) await startControllers(stateFile);
  // Made by the API server a moment after it is ready; most tests use it.
  await usable(stateFile, () => callApi(adminOf(state), "GET", "/api/v1/namespaces/default"));
}

/** Starts the stopped API server again, and waits until it is ready. */
export async function startApiServer(stateFile: string): Promise<void> {
  const state = await stateOf(stateFile);
  if (find(state, "kube-apiserver")) throw new Error("the API server runs already");
  await startComponent(stateFile, "kube-apiserver");
  await untilReady(stateFile);
}

/** Ends the API server, by the signal, or by SIGKILL when it has not ended in time. */
export async function stopApiServer(stateFile: string, by: "SIGTERM" | "SIGKILL"): Promise<void> {
  await endProcess(running(await stateOf(stateFile), "kube-apiserver"), { by });
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

async function withoutEtcd(stateFile: string, work: () => Promise<void>): Promise<void> {
  for (const name of ["kube-apiserver", "etcd"] as const) {
    await endProcess(running(await stateOf(stateFile), name), { by: "SIGTERM" });
  }
  await work();
  for (const name of ["etcd", "kube-apiserver"] as const) await startComponent(stateFile, name);
  await untilReady(stateFile);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.remove(to, { recursive: true }).catch(ignoreMissing);
  await cp(from, to, { recursive: true });
}

/** Sends the API server a signal. */
export async function signalApiServer(stateFile: string, name: Deno.Signal): Promise<void> {
  signal(running(await stateOf(stateFile), "kube-apiserver"), name);
}

/** Ends the controller manager and starts it anew. */
export async function restartControllerManager(stateFile: string): Promise<void> {
  await endProcess(running(await stateOf(stateFile), "kube-controller-manager"));
  await startComponent(stateFile, "kube-controller-manager");
}

/** Stops all that runs (but this process), and removes the folder and the state file. */
export async function stopComponents(stateFile: string): Promise<void> {
  const state = await readState(stateFile);
  if (!state) return; // stopped already
  for (const names of STOP_ORDER) {
    const ending = state.processes.filter(({ name, pid }) => names.includes(name) && pid !== Deno.pid);
    await Promise.all(ending.map((record) => endProcess(record)));
  }
  await removeFolder(state.dir);
  await Deno.remove(stateFile).catch(ignoreMissing);
}

/** True when a component of the cluster runs. */
export function runs(state: ClusterState): boolean {
  return state.processes.some(isAlive);
}

/** The API server, as its admin. */
export function adminOf(state: ClusterState): ApiTarget {
  return { url: state.url, ca: state.ca, token: state.tokens["admin"] ?? "" };
}

/** The state in a file that must be there. */
export async function stateOf(stateFile: string): Promise<ClusterState> {
  const state = await readState(stateFile);
  if (!state) throw new Error(`no cluster: there is no ${stateFile}`);
  return state;
}

async function startControllers(stateFile: string): Promise<void> {
  for (const name of ["kube-controller-manager", "kube-scheduler", "kwok"] as const) {
    await startComponent(stateFile, name);
  }
  const admin = adminOf(await stateOf(stateFile));
  await createFakeNode(admin);
  await usable(stateFile, () => isFakeNodeReady(admin));
}

async function startComponent(stateFile: string, name: ComponentName): Promise<void> {
  const state = await stateOf(stateFile);
  const args = argsOf(name, state);
  const program = `${state.bin}/${name}`;
  await recordProcess(stateFile, await launch({ name, program, args, log: logOf(state, name) }));
}

async function untilReady(stateFile: string): Promise<void> {
  const admin = adminOf(await stateOf(stateFile));
  await usable(stateFile, () => callApi(admin, "GET", "/readyz"));
}

/** Waits for the check; fails at once, with the log's end, when a component has died. */
async function usable<T>(stateFile: string, check: () => Promise<T>): Promise<T> {
  return await eventually(async () => {
    const state = await stateOf(stateFile);
    const dead = state.processes.find((record) => !isAlive(record));
    if (dead) throw new Hopeless(await obituary(state, dead.name));
    return await check();
  }, { within: 60_000 });
}

async function obituary(state: ClusterState, name: string): Promise<string> {
  const log = await Deno.readTextFile(logOf(state, name)).catch(() => "(no log)");
  const end = log.trimEnd().split("\n").slice(-20).join("\n");
  return `${name} has died at start. The end of its log:\n${end}`;
}

function logOf(state: ClusterState, name: string): string {
  return `${state.dir}/logs/${name}.log`;
}

function find(state: ClusterState, name: ComponentName): ProcessRecord | undefined {
  return state.processes.find((record) => record.name === name && isAlive(record));
}

function running(state: ClusterState, name: ComponentName): ProcessRecord {
  const record = find(state, name);
  if (!record) throw new Error(`${name} does not run`);
  return record;
}

async function removeFolder(dir: string): Promise<void> {
  if (Deno.env.get("STAIRCASE_CLUSTER_KEEP") === "1") {
    say(`kept ${dir}`);
    return;
  }
  await Deno.remove(dir, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
