/** Starts the components of a control plane, one after another, each when those before it can be used. */

import { type ClusterClient, connect } from "../../kube/mod.ts";
import { formatDuration } from "../../time/mod.ts";
import { argsOf } from "./components.ts";
import { ApiServerError, PortTakenError, startProblem } from "./errors.ts";
import { createFakeNode, isFakeNodeReady } from "./fake_node.ts";
import { isFree, reservePorts } from "./ports.ts";
import { isAlive, launch, type ProcessRecord } from "./processes.ts";
import {
  changeState,
  type ComponentName,
  type ControlPlaneState,
  recordProcess,
  stateOf,
  writeState,
} from "./state.ts";
import { stopControlPlane } from "./stopping.ts";
import { pause } from "./waiting.ts";
import { startWatchdog } from "./watchdog.ts";
import { adoptCa, prepareWorkspace } from "./workspace.ts";

/** How a control plane is started. */
export interface StartSettings {
  /** The folder of the programs. */
  bin: string;
  /** Whether there are controllers, a scheduler and a node besides the API server. */
  controllers: boolean;
  apiServerFlags: readonly string[];
  /** The API server's port; any free one when nothing is said. */
  port?: number | undefined;
  /** Milliseconds until it can be used. */
  timeout: number;
  /** Whether its folder stays when it is stopped. */
  keepFolder: boolean;
  /** Where its state goes, when it shall outlive this process; else it is stopped when this process ends. */
  outliveWithState?: string | undefined;
  /** What is done when the API server is there, before the controllers are. */
  prepare?: (client: ClusterClient) => Promise<void>;
}

/** How often other ports are tried, when another program takes one between the choice and the start. */
const PORT_TRIES = 3;

/** Starts a control plane, and resolves with its state file when it can be used. When it cannot, nothing is left of it. */
export async function startControlPlane(settings: StartSettings): Promise<string> {
  const { port } = settings;
  if (port !== undefined && !isFree(port)) {
    throw new ApiServerError(
      startProblem("its port must be free on 127.0.0.1", `${port}, where another program listens`),
    );
  }
  for (let tries = 1;; tries++) {
    try {
      return await startOnce(settings);
    } catch (error) {
      if (!(error instanceof PortTakenError && port === undefined && tries < PORT_TRIES)) throw error;
    }
  }
}

async function startOnce(settings: StartSettings): Promise<string> {
  const { bin, controllers, keepFolder, port, outliveWithState } = settings;
  using reservation = reservePorts(3);
  const [free, client, peer] = reservation.ports as [number, number, number];
  const state = await prepareWorkspace({
    ...{ bin, controllers, keepFolder, apiServerFlags: [...settings.apiServerFlags] },
    ...{ apiPort: port ?? free, etcdPorts: [client, peer] },
  });
  const stateFile = outliveWithState ?? `${state.dir}/state.json`;
  await writeState(stateFile, state);
  try {
    if (!outliveWithState) await startWatchdog(stateFile);
    await startComponents(stateFile, settings);
  } catch (error) {
    await stopControlPlane(stateFile);
    throw error;
  }
  return stateFile;
}

async function startComponents(stateFile: string, settings: StartSettings): Promise<void> {
  const limit = { timeout: settings.timeout, deadline: performance.now() + settings.timeout };
  await startComponent(stateFile, "etcd");
  await startComponent(stateFile, "kube-apiserver");
  const { ca } = await untilUsable(stateFile, limit, async () => await adoptCa(await stateOf(stateFile)));
  await changeState(stateFile, (state) => ({ ...state, ca }));
  const { kubeconfig } = await stateOf(stateFile);
  using client = await connect({ kubeconfig });
  await untilReady(stateFile, client, limit);
  // Made by the API server a moment after it is ready; most tests use it.
  await untilAnswers(stateFile, client, limit, "/api/v1/namespaces/default");
  await settings.prepare?.(client);
  if (settings.controllers) await startControllers(stateFile, client, limit);
}

/** How long something may take. */
export interface Limit {
  /** The whole time in milliseconds. */
  readonly timeout: number;
  /** When it is over, by `performance.now()`. */
  readonly deadline: number;
}

/** Starts a component, which may need a while until it can be used. */
export async function startComponent(stateFile: string, name: ComponentName): Promise<void> {
  const state = await stateOf(stateFile);
  await launch({
    name,
    program: `${state.bin}/${name}`,
    args: argsOf(name, state),
    log: logOf(state, name),
    keep: (record) => recordProcess(stateFile, record),
  });
}

/** Resolves when the API server says that it is ready. */
export async function untilReady(stateFile: string, client: ClusterClient, limit: Limit): Promise<void> {
  await untilAnswers(stateFile, client, limit, "/readyz");
}

async function untilAnswers(stateFile: string, client: ClusterClient, limit: Limit, path: string): Promise<void> {
  await untilUsable(stateFile, limit, (abortSignal) => client.performRequest({ method: "GET", path, abortSignal }));
}

/** The process of a component, while it runs. */
export function running(state: ControlPlaneState, name: ComponentName): ProcessRecord | undefined {
  return state.processes.find((record) => record.name === name && isAlive(record));
}

async function startControllers(stateFile: string, client: ClusterClient, limit: Limit): Promise<void> {
  for (const name of ["kube-controller-manager", "kube-scheduler", "kwok"] as const) {
    await startComponent(stateFile, name);
  }
  await createFakeNode(client);
  await untilUsable(stateFile, limit, (signal) => isFakeNodeReady(client, signal), "kube-controller-manager");
}

/** How long an answer is waited for before it is asked for again, in milliseconds. */
const LONGEST_ANSWER = 10_000;

/** Waits until the check neither throws nor answers false; fails at once, with the log's end, when a component has ended. */
async function untilUsable<T>(
  stateFile: string,
  { timeout, deadline }: Limit,
  check: (signal: AbortSignal) => Promise<T>,
  suspect: ComponentName = "kube-apiserver",
): Promise<T> {
  for (let last = "nothing";;) {
    const state = await stateOf(stateFile);
    const ended = state.processes.find((record) => !isAlive(record));
    if (ended) throw await obituary(state, ended.name);
    try {
      const answer = await check(AbortSignal.timeout(LONGEST_ANSWER));
      if (answer !== false) return answer;
      last = "not ready";
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() >= deadline) {
      const problem = startProblem(`it must be ready within ${formatDuration(timeout)}`, last);
      throw new ApiServerError(`${problem}. ${await endOfLog(state, suspect)}`);
    }
    await pause(50);
  }
}

async function obituary(state: ControlPlaneState, name: string): Promise<ApiServerError> {
  const end = await endOfLog(state, name);
  const message = `${startProblem(`${name} must keep running`, "ended")}. ${end}`;
  return /address already in use/i.test(end) ? new PortTakenError(message) : new ApiServerError(message);
}

async function endOfLog(state: ControlPlaneState, name: string): Promise<string> {
  const log = await Deno.readTextFile(logOf(state, name)).catch(() => "");
  const lines = log.trimEnd().split("\n").slice(-20).map((line) => line.slice(0, 1_000));
  return log === "" ? `The log of ${name} is empty.` : `The end of the log of ${name}:\n${lines.join("\n")}`;
}

function logOf(state: ControlPlaneState, name: string): string {
  return `${state.dir}/logs/${name}.log`;
}
