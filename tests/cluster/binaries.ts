/** Names the programs of the cluster, and where they lie. */

import { fileURLToPath } from "node:url";
import type { ComponentName } from "./state.ts";

/** A folder with all programs. */
export interface Binaries {
  /** Absolute path of the folder. */
  dir: string;
  /** Absolute path of each program. */
  programs: Record<ComponentName, string>;
  /** kwok's rules for nodes and pods. */
  stages: string[];
}

/** How a program is built. */
export interface Recipe {
  name: ComponentName;
  /** Folder of the Go module, below `go/`. */
  module: "control-plane" | "kwok";
  /** The Go package with its `main`. */
  package: string;
}

/** All programs, the longest to build first. */
export const RECIPES: Recipe[] = [
  {
    name: "kube-apiserver",
    module: "control-plane",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
  },
  { name: "etcd", module: "control-plane", package: "go.etcd.io/etcd/server/v3" },
  {
    name: "kube-controller-manager",
    module: "control-plane",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  {
    name: "kube-scheduler",
    module: "control-plane",
    package: "k8s.io/kubernetes/cmd/kube-scheduler",
  },
  { name: "kwok", module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
];

/** The stage files of kwok that make up a fake kubelet, inside its Go module. */
export const STAGE_FILES = [
  "kustomize/stage/node/fast/node-initialize.yaml",
  "kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "kustomize/stage/pod/fast/pod-ready.yaml",
  "kustomize/stage/pod/fast/pod-complete.yaml",
  "kustomize/stage/pod/fast/pod-delete.yaml",
];

/** The folder of the Go module of that name. */
export function moduleDir(module: Recipe["module"]): string {
  return fileURLToPath(new URL(`./go/${module}`, import.meta.url));
}

/** The programs in a folder; by default the one of STAIRCASE_CLUSTER_BIN, else `.build`. */
export function binariesIn(dir: string = defaultDir()): Binaries {
  const programs = Object.fromEntries(RECIPES.map(({ name }) => [name, `${dir}/${name}`]));
  return {
    dir,
    programs: programs as Binaries["programs"],
    stages: STAGE_FILES.map((path) => stageIn(dir, path)),
  };
}

/** Where the copy of a stage file is. */
export function stageIn(dir: string, path: string): string {
  return `${dir}/stages/${path.split("/").at(-1)}`;
}

function defaultDir(): string {
  const chosen = Deno.env.get("STAIRCASE_CLUSTER_BIN");
  if (!chosen) return fileURLToPath(new URL("./.build", import.meta.url));
  return chosen.startsWith("/") ? chosen : `${Deno.cwd()}/${chosen}`;
}
