/** How the programs of a control plane are built. */

import type { ComponentName } from "../state.ts";

/** How a program is built. */
export interface Recipe {
  name: ComponentName;
  /** Folder of the Go module, below `go/`. */
  module: GoModule;
  /** The Go package with its `main`. */
  package: string;
}

/** The Go modules that pin the versions. */
export type GoModule = "control-plane" | "kwok";

/** All programs, the longest to build first. */
export const RECIPES: readonly Recipe[] = [
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

/** The text of a module's `go.mod` or `go.sum`, which lie beside this file, wherever that is. */
export async function moduleFile(module: GoModule, name: "go.mod" | "go.sum"): Promise<string> {
  const response = await fetch(new URL(`./go/${module}/${name}`, import.meta.url));
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot read ${name} of ${module} as its server must have it: it says ${text}`);
  return text;
}
