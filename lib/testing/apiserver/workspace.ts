/** Prepares the folder of a new control plane: keys, tokens, policies. */

import { generateKeyPairSync } from "node:crypto";
import { type ClientName, componentKubeconfig, USERS } from "./components.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { ControlPlaneState } from "./state.ts";

/** What may differ from one control plane to another. */
export interface Variant
  extends Pick<ControlPlaneState, "apiServerFlags" | "bin" | "controllers" | "etcdPorts" | "keepFolder"> {
  apiPort: number;
}

/** Makes a folder with all that the components need to start. */
export async function prepareWorkspace(variant: Variant): Promise<ControlPlaneState> {
  const dir = await Deno.makeTempDir({ prefix: "staircase-cluster-" });
  await Deno.mkdir(`${dir}/logs`);
  const state = newState(dir, variant);
  await writeServiceAccountKeys(dir);
  await writePrivate(`${dir}/tokens.csv`, tokensFile(state.tokens));
  await writePrivate(`${dir}/audit-policy.json`, JSON.stringify(AUDIT_POLICY));
  await writePrivate(`${dir}/kwok.json`, JSON.stringify(KWOK_CONFIGURATION));
  await writePrivate(state.auditLog, ""); // so that it can be read before the first request
  return state;
}

/** Takes the CA that the API server has made, and writes the kubeconfigs that need it. */
export async function adoptCa(state: ControlPlaneState): Promise<ControlPlaneState> {
  // The file holds the server's certificate, then the CA that signed it.
  const chain = await Deno.readTextFile(`${state.dir}/certs/apiserver.crt`);
  const certificates = chain.match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n/g) ?? [];
  const ca = certificates.at(-1);
  if (!ca || certificates.length < 2) throw new Error("the API server has made no CA");
  await Deno.writeTextFile(state.caFile, ca);
  const adopted = { ...state, ca };
  await writeKubeconfigs(adopted);
  return adopted;
}

function newState(dir: string, { apiPort, ...variant }: Variant): ControlPlaneState {
  return {
    ...variant,
    url: `https://127.0.0.1:${apiPort}`,
    ca: "",
    caFile: `${dir}/ca.crt`,
    tokens: Object.fromEntries(Object.values(USERS).map((user) => [user, randomToken()])),
    kubeconfig: `${dir}/admin.kubeconfig`,
    auditLog: `${dir}/audit.log`,
    dir,
    processes: [],
  };
}

async function writeKubeconfigs(state: ControlPlaneState): Promise<void> {
  for (const [name, user] of Object.entries(USERS)) {
    const path = name === "admin" ? state.kubeconfig : componentKubeconfig(state, name as ClientName);
    await writeKubeconfig(path, { ...state, user, token: state.tokens[user] ?? "" });
  }
}

async function writeServiceAccountKeys(dir: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await writePrivate(`${dir}/service-account.pub`, publicKey);
  await writePrivate(`${dir}/service-account.key`, privateKey);
}

/** All are in system:masters, which may do anything and is never throttled. */
function tokensFile(tokens: Record<string, string>): string {
  return Object.entries(tokens)
    .map(([user, token]) => `${token},${user},${user},system:masters\n`)
    .join("");
}

function randomToken(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toHex();
}

async function writePrivate(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { mode: 0o600 });
}

const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata" }],
};

// Given in full, since kwok sets no default in a configuration file; pods are what there is most of.
const KWOK_CONFIGURATION = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  options: {
    podPlayStageParallelism: 16,
    podsOnNodeSyncParallelism: 4,
    nodePlayStageParallelism: 4,
    nodeLeaseParallelism: 4,
    nodeLeaseDurationSeconds: 40,
  },
};
