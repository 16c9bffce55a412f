/** The command lines of the components, with the flags that matter. */

import { FAKE_NODE_MARK } from "./fake_node.ts";
import { STAGE_FILES, stageIn } from "./programs.ts";
import type { ComponentName, ControlPlaneState } from "./state.ts";

/** The users of the cluster: one for each component, so that the audit log tells them apart. */
export const USERS = {
  admin: "admin",
  "kube-controller-manager": "system:kube-controller-manager",
  "kube-scheduler": "system:kube-scheduler",
  kwok: "kwok",
} as const;

/** A component that is a client of the API server. */
export type ClientName = Exclude<keyof typeof USERS, "admin">;

/** The kubeconfig of a component. */
export function componentKubeconfig(state: Pick<ControlPlaneState, "dir">, name: ClientName): string {
  return `${state.dir}/${name}.kubeconfig`;
}

/** The flags of a component. */
export function argsOf(name: ComponentName, state: ControlPlaneState): string[] {
  return ARGS[name](state);
}

const ARGS: Record<ComponentName, (state: ControlPlaneState) => string[]> = {
  etcd: etcdArgs,
  "kube-apiserver": apiServerArgs,
  "kube-controller-manager": controllerManagerArgs,
  "kube-scheduler": schedulerArgs,
  kwok: kwokArgs,
};

function etcdArgs({ dir, etcdPorts }: ControlPlaneState): string[] {
  const [client, peer] = etcdPorts.map((port) => `http://127.0.0.1:${port}`);
  return [
    `--data-dir=${dir}/etcd`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync", // the data dies with the cluster; syncing would cost most of the time
    "--log-level=warn",
  ];
}

function apiServerArgs(state: ControlPlaneState): string[] {
  const { dir, url, etcdPorts } = state;
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPorts[0]}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${new URL(url).port}`,
    // Without these it looks for the machine's own address, and publishes it.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--cert-dir=${dir}/certs`, // it makes a CA and a certificate there at its first start
    `--token-auth-file=${dir}/tokens.csv`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${dir}/service-account.pub`,
    `--service-account-signing-key-file=${dir}/service-account.key`,
    // Else no Pod can be made before the controller manager has made its ServiceAccount.
    "--disable-admission-plugins=ServiceAccount",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--allow-privileged=true",
    "--profiling=false",
    // Else it keeps its watches open for up to a minute after SIGTERM before it ends.
    "--shutdown-watch-termination-grace-period=1s",
    ...auditArgs(state),
    ...state.apiServerFlags,
  ];
}

function auditArgs({ dir, auditLog }: ControlPlaneState): string[] {
  return [
    `--audit-policy-file=${dir}/audit-policy.json`,
    `--audit-log-path=${auditLog}`,
    "--audit-log-mode=blocking", // an event is in the file when its request is over
    "--audit-log-maxsize=0", // never start a new file: tests read one
  ];
}

function controllerManagerArgs(state: ControlPlaneState): string[] {
  const { dir, caFile } = state;
  return [
    `--kubeconfig=${componentKubeconfig(state, "kube-controller-manager")}`,
    "--leader-elect=false", // it is alone; waiting for a lease would cost seconds
    "--secure-port=0",
    "--use-service-account-credentials=false",
    `--service-account-private-key-file=${dir}/service-account.key`,
    `--root-ca-file=${caFile}`,
    ...CLIENT_LIMITS,
    ...SYNCS.map((name) => `--concurrent-${name}-syncs=20`),
  ];
}

// The defaults (20 requests a second, five workers) are for a cluster that shall be spared.
const CLIENT_LIMITS = ["--kube-api-qps=500", "--kube-api-burst=1000"];
const SYNCS = ["deployment", "replicaset", "statefulset", "job", "gc", "namespace", "endpoint"];

function schedulerArgs(state: ControlPlaneState): string[] {
  return [
    `--kubeconfig=${componentKubeconfig(state, "kube-scheduler")}`,
    "--leader-elect=false",
    "--secure-port=0",
    ...CLIENT_LIMITS,
  ];
}

function kwokArgs(state: ControlPlaneState): string[] {
  const files = [`${state.dir}/kwok.json`, ...STAGE_FILES.map((path) => stageIn(state.bin, path))];
  return [
    `--kubeconfig=${componentKubeconfig(state, "kwok")}`,
    // Other nodes are left to whoever creates them.
    "--manage-all-nodes=false",
    `--manage-nodes-with-annotation-selector=${FAKE_NODE_MARK}`,
    "--cidr=10.128.0.0/16", // its default has room for 254 pods
    ...files.map((file) => `--config=${file}`),
  ];
}
