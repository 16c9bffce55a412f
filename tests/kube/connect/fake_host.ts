/** A machine of its own for each test: files, variables and permissions as the test wants them. */

import type { Host } from "../../../lib/kube/connect/found/host.ts";
import type { PermissionNeeds } from "../../../lib/kube/connect/found/needs.ts";

/** What is on the machine. Everything is allowed that is not in `denied`. */
export interface FakeMachine {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Hosts, paths, variables and commands that must not be used. */
  readonly denied?: readonly string[];
  /** The servers that answer. */
  readonly answering?: readonly string[];
  readonly isWindows?: boolean;
}

/** A host that fails if something is read without a permission: the real one would prompt. */
export function fakeHost({ env = {}, files = {}, denied = [], answering = [], isWindows = false }: FakeMachine): Host {
  const isDenied = (value: string) => denied.some((each) => value === each || value.startsWith(`${each}/`));
  const touch = (value: string) => {
    if (isDenied(value)) throw new Error(`${value} was used without permission`);
  };
  return {
    isWindows,
    missing({ net, read, env, run }: PermissionNeeds) {
      const [netMissing, readMissing, envMissing, runMissing] = [net, read, env, run].map((all) =>
        all.filter(isDenied)
      );
      return Promise.resolve({ net: netMissing!, read: readMissing!, env: envMissing!, run: runMissing! });
    },
    env(name) {
      touch(name);
      return env[name] || undefined;
    },
    readTextFile(path) {
      touch(path);
      return Promise.resolve(files[path]);
    },
    answers(server) {
      touch(new URL(server).host);
      return Promise.resolve(answering.includes(server));
    },
  };
}

/** What {@link kubeconfig} writes. */
export interface KubeconfigParts {
  /** Lines of the cluster, such as `server: https://a`. */
  readonly cluster?: readonly string[];
  readonly user?: readonly string[];
  readonly namespace?: string;
  /** The name of the context, the cluster and the user. @default {"dev"} */
  readonly name?: string;
}

/** The text of a kubeconfig with one context. */
export function kubeconfig(parts: KubeconfigParts = {}): string {
  const { cluster = ["server: https://dev.example:6443"], user = ["token: secret"], namespace, name = "dev" } = parts;
  const lines = (all: readonly string[]) => all.map((line) => `    ${line}`).join("\n");
  return `apiVersion: v1
kind: Config
current-context: ${name}
contexts:
- name: ${name}
  context: { cluster: ${name}, user: ${name}${namespace ? `, namespace: ${namespace}` : ""} }
clusters:
- name: ${name}
  cluster:
${lines(cluster)}
users:
- name: ${name}
  user:
${lines(user)}
`;
}
