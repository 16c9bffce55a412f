/** An etcd and an API server for one run, and their CPU time. */

import { fileURLToPath } from "node:url";
import { type Cluster, startCluster } from "../../tests/cluster/cluster.ts";
import { pause } from "../../tests/cluster/eventually.ts";
import { readState } from "../../lib/testing/apiserver/state.ts";
import { Api } from "./api.ts";
import { cpuSeconds } from "./processes.ts";
import { parseRequestCounts, type RequestCounts } from "./request_counts.ts";

/** CPU seconds of the two programs. */
export interface ControlPlaneCpu {
  apiServer: number;
  etcd: number;
}

/**
 * A CA for client certificates; nobody has its key. Every real cluster has one, and it changes how a connection begins.
 * Without one the API server sends nothing after the handshake. A client that leaves Nagle's algorithm on (Deno's
 * `fetch`) then holds back its first request until the handshake is acknowledged, 40 ms later.
 */
const CLIENTS_CA = fileURLToPath(new URL("./clients_ca.crt", import.meta.url));

/** Without the audit log, which costs CPU time at every request. Requests are counted by the metrics. */
const API_SERVER_FLAGS = ["--audit-policy-file=", "--audit-log-path=", `--client-ca-file=${CLIENTS_CA}`];

/** A control plane with an empty etcd. */
export class BenchCluster implements AsyncDisposable {
  private constructor(
    readonly dir: string,
    /** Path of a kubeconfig, written as JSON, which is also YAML. */
    readonly kubeconfig: string,
    readonly api: Api,
    readonly pids: Readonly<Record<"apiServer" | "etcd", number>>,
    readonly stop: () => Promise<void>,
  ) {}

  /** Starts only etcd and the API server. */
  static async start(): Promise<BenchCluster> {
    const cluster = await startCluster({ controllers: false, apiServerFlags: API_SERVER_FLAGS });
    try {
      const { url, ca, adminToken: token, dir, stateFile } = cluster;
      const processes = (await readState(stateFile))?.processes ?? [];
      const pidOf = (wanted: string) => processes.find(({ name }) => name === wanted)!.pid;
      const pids = { apiServer: pidOf("kube-apiserver"), etcd: pidOf("etcd") };
      const kubeconfig = await writeKubeconfig(cluster);
      return new BenchCluster(dir, kubeconfig, new Api({ url, ca, token }), pids, () => cluster.stop());
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The CPU time of both so far. */
  cpu(): ControlPlaneCpu {
    return { apiServer: cpuSeconds(this.pids.apiServer), etcd: cpuSeconds(this.pids.etcd) };
  }

  /** The requests answered so far, and the open watches. */
  async requests(): Promise<RequestCounts> {
    return parseRequestCounts(await (await this.api.open("GET", "/metrics")).text());
  }

  /** Resolves when both are idle, or after the deadline. */
  async settle({ within = 60_000 }: { within?: number } = {}): Promise<void> {
    const deadline = performance.now() + within;
    for (let quiet = 0, last = Infinity; quiet < 3 && performance.now() < deadline;) {
      await pause(400);
      const { apiServer, etcd } = this.cpu();
      quiet = apiServer + etcd - last <= 0.04 ? quiet + 1 : 0;
      last = apiServer + etcd;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.api[Symbol.dispose]();
    await this.stop();
  }
}

async function writeKubeconfig({ dir, url, ca, adminToken: token }: Cluster): Promise<string> {
  const cluster = { server: url, "certificate-authority-data": btoa(ca) };
  const context = { cluster: "bench", user: "bench", namespace: "default" };
  const content = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "bench" },
    clusters: [{ name: "bench", cluster }],
    users: [{ name: "bench", user: { token } }],
    contexts: [{ name: "bench", context }],
  };
  const path = `${dir}/bench.kubeconfig`;
  await Deno.writeTextFile(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}
