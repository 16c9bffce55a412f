/** A real Kubernetes control plane for tests: starts one, or attaches to one that runs. */

import { connect } from "../../mod.ts";
import { serviceAccountKubeconfig } from "../../lib/testing/apiserver/api_server.ts";
import { writeKubeconfig } from "../../lib/testing/apiserver/kubeconfig.ts";
import { startControlPlane } from "../../lib/testing/apiserver/starting.ts";
import { type ControlPlaneState, stateOf } from "../../lib/testing/apiserver/state.ts";
import { stopControlPlane } from "../../lib/testing/apiserver/stopping.ts";
import { buildCluster } from "./build.ts";
import {
  backUpEtcd,
  restartControllerManager,
  restoreEtcd,
  signalApiServer,
  startApiServer,
  stopApiServer,
} from "./outages.ts";
import { say } from "./progress.ts";

export { type AuditEvent, type AuditFilter, readAudit } from "./audit.ts";
export { eventually, type EventuallyOptions } from "./eventually.ts";

/** How a cluster is started. */
export interface ClusterOptions {
  /** False starts only etcd and the API server, which is faster; true by default. */
  controllers?: boolean;
  /** More flags for the API server; they come after, and so win over, those of the cluster. */
  apiServerFlags?: string[];
  /** Put the state there, and let the cluster outlive this process (for `up`). */
  outliveWithState?: string;
}

/** A running cluster. */
export interface Cluster extends AsyncDisposable {
  /** Address of the API server, such as `https://127.0.0.1:23456`. */
  readonly url: string;
  /** The cluster's CA, PEM, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  /** Token of user `admin` in group `system:masters`. */
  readonly adminToken: string;
  /** Path of the admin's kubeconfig. */
  readonly kubeconfig: string;
  /** Path of the audit log; see `readAudit`. */
  readonly auditLog: string;
  /** Temporary folder with data, keys and `logs/`. */
  readonly dir: string;
  /** Path of the file that describes this cluster; see `attachCluster`. */
  readonly stateFile: string;
  /** Makes the ServiceAccount if need be, gets it a token, and writes a kubeconfig with it. */
  serviceAccountKubeconfig(account: ServiceAccountRef): Promise<string>;
  /** Writes a kubeconfig with any token into the cluster's folder, and answers its path. */
  kubeconfigFor(user: { token: string; fileName: string; namespace?: string }): Promise<string>;
  /** Ends the API server; with SIGKILL it does not close its connections in order. */
  stopApiServer(by?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts the API server again on the same port with the same data; resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** Freezes the API server: connections stay, and nothing answers. */
  pauseApiServer(): Promise<void>;
  resumeApiServer(): Promise<void>;
  /** Keeps what etcd holds now; the API server is away meanwhile. */
  backUpEtcd(): Promise<void>;
  /** Sets etcd back to that, as a restore from a backup does; the API server is away meanwhile. */
  restoreEtcd(): Promise<void>;
  /**
   * Call it after CustomResourceDefinitions have been made: a new controller manager knows them at
   * once, while a running one takes up to a minute to collect the first dependents of a new kind.
   */
  restartControllerManager(): Promise<void>;
  /** Stops everything and removes the folder. On an attached cluster it does nothing. */
  stop(): Promise<void>;
}

/** A ServiceAccount, and how long its token shall be good for (an hour by default). */
export interface ServiceAccountRef {
  namespace: string;
  name: string;
  expirationSeconds?: number;
}

/** How long a start may take, in milliseconds. */
const LONGEST_START = 60_000;

/** Builds what is missing, starts a cluster, and resolves when it can be used. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { controllers = true, apiServerFlags = [], outliveWithState } = options;
  const keepFolder = Deno.env.get("STAIRCASE_CLUSTER_KEEP") === "1";
  const bin = await buildCluster();
  const stateFile = await startControlPlane({
    ...{ bin, controllers, apiServerFlags, keepFolder, outliveWithState },
    timeout: LONGEST_START,
  });
  const state = await stateOf(stateFile);
  return handle(stateFile, state, async () => {
    await stopControlPlane(stateFile);
    if (keepFolder) say(`kept ${state.dir}`);
  });
}

/** The cluster that `deno task test:cluster` has started for the tests; its stop() does nothing. */
export async function attachCluster(
  stateFile: string | undefined = Deno.env.get("STAIRCASE_TEST_CLUSTER"),
): Promise<Cluster> {
  if (!stateFile) {
    throw new Error("STAIRCASE_TEST_CLUSTER is not set: run these tests by `deno task test:cluster`");
  }
  return handle(stateFile, await stateOf(stateFile), () => Promise.resolve());
}

function handle(stateFile: string, state: ControlPlaneState, stop: () => Promise<void>): Cluster {
  const { url, ca, caFile, kubeconfig, auditLog, dir } = state;
  return {
    ...{ url, ca, caFile, kubeconfig, auditLog, dir, stateFile },
    adminToken: state.tokens["admin"] ?? "",
    serviceAccountKubeconfig: (account) => accountKubeconfig(state, account),
    kubeconfigFor: (user) => kubeconfigFor(state, user),
    stopApiServer: (by = "SIGTERM") => stopApiServer(stateFile, by),
    startApiServer: () => startApiServer(stateFile),
    pauseApiServer: () => signalApiServer(stateFile, "SIGSTOP"),
    resumeApiServer: () => signalApiServer(stateFile, "SIGCONT"),
    backUpEtcd: () => backUpEtcd(stateFile),
    restoreEtcd: () => restoreEtcd(stateFile),
    restartControllerManager: () => restartControllerManager(stateFile),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function accountKubeconfig(
  state: ControlPlaneState,
  { namespace, name, expirationSeconds = 3600 }: ServiceAccountRef,
): Promise<string> {
  using client = await connect({ kubeconfig: state.kubeconfig });
  return await serviceAccountKubeconfig(state, client, { namespace, name, expiresAfter: expirationSeconds * 1_000 });
}

function kubeconfigFor(
  { dir, url, ca }: ControlPlaneState,
  { token, fileName, namespace = "default" }: { token: string; fileName: string; namespace?: string },
): Promise<string> {
  return writeKubeconfig(`${dir}/${fileName}`, { url, ca, token, namespace, user: "user" });
}
